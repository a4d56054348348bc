//! `servo generate`: a configuration file made of the examples of its connectors.

mod apart;
mod append;
mod block;
mod chosen;
mod defaults;
mod document;
mod flow;
mod metrics;
mod presets;
mod store;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;
use servo_core::Error;
use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembled, Assembly, DEFAULT_NAME, Options};
use servo_runtime::config::{self, Source};

use crate::cli::{Generate, Globals};
use crate::failure::Failure;
use crate::output::prompt::{self, Answers, Terminal};
use crate::output::{line_on_stderr, to_stdout};

pub(super) use block::{entries, joined};
pub(super) use chosen::{Chosen, read};
pub(super) use defaults::absent;
pub(super) use document::{Document, Listing, Optimizer};
pub(super) use flow::{flow, scalar};
pub(super) use metrics::fitting;
pub(super) use store::{Access, write};

/// The kind of optimizer that needs nothing but the program.
pub(super) const OWN_OPTIMIZER: &str = "embedded";

/// Writes a configuration file, or adds a document to one.
pub(super) async fn run(globals: &Globals, arguments: &Generate) -> Result<ExitCode, Failure> {
    let mut terminal = Terminal::find();
    let answers = terminal.as_mut().map(|terminal| terminal as &mut dyn Answers);
    let registry = Registry::collect()?;
    let path = arguments.file.as_ref().unwrap_or(&globals.config_file);
    let is_stdout = path.as_os_str() == "-";
    let mut document = wanted(globals, arguments, &registry).await?;
    let there = if is_stdout { None } else { there(path)? };
    let text = match there {
        Some(there) if arguments.append => added(&mut document, &there, path, globals, &registry)?,
        Some(_) => {
            let help = "add --force to overwrite it, or --append to add a document to it";
            may_overwrite(path, arguments.force, answers, help)?;
            document.text()?
        }
        None => document.text()?,
    };
    let own = document.text()?;
    check(&own, &registry, &Options::default())?;
    if is_stdout {
        to_stdout(&own)?;
        return Ok(ExitCode::SUCCESS);
    }
    write(path, &text, Access::Shared)?;
    if !arguments.quiet {
        to_stdout(&own)?;
        line_on_stderr(&format!("Generated {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the document that was asked for.
async fn wanted(globals: &Globals, arguments: &Generate, registry: &Registry) -> Result<Document, Failure> {
    if let Some(name) = &globals.name {
        check_name(name, registry)?;
    }
    let is_named = !arguments.connectors.is_empty();
    let mut connectors = if is_named {
        read(&arguments.connectors, registry)?
    } else {
        registry.connectors().iter().map(|descriptor| Chosen::of(descriptor)).collect()
    };
    presets::write(&arguments.presets, &mut connectors)?;
    let has_alias = connectors.iter().any(|chosen| chosen.name != chosen.descriptor.key);
    if arguments.standalone && has_alias {
        let failure =
            Failure::usage("--standalone leaves out `connectors`, which says what an alias stands for");
        return Err(failure.with_help("leave out the aliases, or --standalone"));
    }
    let optimizer = match registry.optimizer(OWN_OPTIMIZER) {
        Some(descriptor) => fitting(descriptor, &connectors, registry).await?,
        None => Optimizer::None,
    };
    let listing = if is_named && !arguments.standalone { Listing::Named } else { Listing::None };
    // Named from the start, so that others can be added to the file.
    let name = globals.name.clone().or_else(|| Some(DEFAULT_NAME.to_owned()));
    let name = if arguments.append { globals.name.clone() } else { name };
    Ok(Document { name, optimizer, listing, connectors, defaults: arguments.defaults })
}

/// Puts a document behind those that are there, under a name that none of them has.
fn added(
    document: &mut Document,
    there: &str,
    path: &Path,
    globals: &Globals,
    registry: &Registry,
) -> Result<String, Failure> {
    let name = path.display().to_string();
    let options = super::options(globals)?;
    let built = Assembly::build(Source::new(name.as_str(), there), registry, &options)?;
    let taken: BTreeSet<&str> = built.servos().iter().map(Assembled::name).collect();
    match &document.name {
        Some(wanted) if taken.contains(wanted.as_str()) => {
            let failure = Failure::usage(format!("{name} has a servo `{wanted}` already"));
            return Err(failure.with_help("choose another --name, or leave it out"));
        }
        Some(_) => {}
        None => document.name = Some(append::fresh(&taken)),
    }
    let text = append::appended(there, &document.text()?);
    Assembly::build(Source::new(name, text.as_str()), registry, &options)?;
    Ok(text)
}

/// Reads the file that is there.
fn there(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::usage(format!("file '{}' cannot be read: {error}", path.display()))),
    }
}

/// Finds out whether a file that is there may be overwritten. Where nobody can be asked, `help` says what to do.
pub(super) fn may_overwrite(
    path: &Path,
    force: bool,
    answers: Option<&mut dyn Answers>,
    help: &str,
) -> Result<(), Failure> {
    if force {
        return Ok(());
    }
    let shown = path.display();
    let Some(answers) = answers else {
        return Err(Failure::usage(format!("file '{shown}' already exists")).with_help(help));
    };
    if prompt::confirm(answers, &format!("File '{shown}' already exists. Overwrite it?"))? {
        return Ok(());
    }
    Err(Error::cancelled(format!("nothing was written: '{shown}' is as it was")).into())
}

/// Refuses a name that a servo cannot have.
pub(super) fn check_name(name: &str, registry: &Registry) -> Result<(), Failure> {
    let text = format!("name: {}\n", scalar(name));
    match Assembly::build(Source::new("", text), registry, &Options::default()) {
        Ok(_) => Ok(()),
        Err(found) => {
            let why = found.diagnostics().first().map_or("it cannot be a name", |wrong| wrong.message());
            Err(Failure::usage(format!("--name {name}: {why}")))
        }
    }
}

/// Makes sure that a generated text is valid: one that is not is a fault of Servo's own, and is not written.
pub(super) fn check(text: &str, registry: &Registry, options: &Options) -> Result<(), Failure> {
    match Assembly::build(Source::new("the generated configuration", text), registry, options) {
        Ok(_) => Ok(()),
        Err(found) => {
            let why = found.render_plain();
            Err(Error::internal(format!("what was generated is invalid, and was not written:\n{why}")).into())
        }
    }
}

/// Reads an example.
pub(super) fn parsed(example: &str) -> Result<Value, Failure> {
    let documents = config::document::parse(&Source::new("an example", example))?;
    Ok(documents.first().map_or(Value::Null, |document| document.value().clone()))
}
