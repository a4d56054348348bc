//! `servo init`: a configuration from nothing, asking for what it needs.

mod asking;
mod dialogue;
mod dotenv;
mod required;

use std::path::Path;
use std::process::ExitCode;

use servo_core::Error;
use servo_core::registry::Registry;
use servo_runtime::assembly::{DEFAULT_NAME, Options};
use servo_runtime::config::Layers;

use self::asking::Asking;
use self::dialogue::{Remote, Wanted};
use super::generate::{self, Access, Document, Listing, OWN_OPTIMIZER, Optimizer};
use super::surroundings;
use crate::cli::{Globals, Init};
use crate::failure::Failure;
use crate::output::line_on_stderr;
use crate::output::prompt::{Answers, Terminal};

const REMOTE: &str = "\
# The optimizer is spoken to over the Opsani protocol. OPSANI_TOKEN, its token, comes from the environment or from .env
# beside this file: it is no secret once it is written here.
";

const REMOTE_ALL: &str = "\
# The optimizer is spoken to over the Opsani protocol. Its id and its token are OPSANI_OPTIMIZER and OPSANI_TOKEN in .env
# beside this file, or in the environment: a token that is written here is no secret any more.
";

/// Sets up a servo: a configuration, and its secrets apart.
pub(super) async fn run(globals: &Globals, arguments: &Init) -> Result<ExitCode, Failure> {
    let mut terminal = Terminal::find();
    let answers = terminal.as_mut().map(|terminal| terminal as &mut dyn Answers);
    let registry = Registry::collect()?;
    if let Some(name) = &globals.name {
        generate::check_name(name, &registry)?;
    }
    let mut asking = Asking { answers, yes: arguments.yes };
    let path = &globals.config_file;
    let dotenv = path.with_file_name(".env");
    may_write(path, arguments, &mut asking, "add --force to overwrite it")?;
    let wanted = dialogue::hold(arguments, &surroundings::process(), &registry, &mut asking)?;
    let variables = variables(&wanted);
    let writes_dotenv = !arguments.no_dotenv && (arguments.dotenv || !variables.is_empty());
    if writes_dotenv {
        may_write(&dotenv, arguments, &mut asking, "add --force to overwrite it, or --no-dotenv")?;
    }
    let text = text(globals, &wanted, &registry).await?;
    // The file is valid with what is beside it.
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let beside = if wanted.remote.is_some() && variables.is_empty() {
        &[("OPSANI_TOKEN", "t")][..]
    } else {
        &variables
    };
    let layers = Layers { environment: beside.iter().copied().collect(), ..Layers::default() };
    generate::check(&text, &registry, &Options { layers, ..Options::default() })?;
    if writes_dotenv {
        generate::write(&dotenv, &dotenv::text(&variables), Access::Private)?;
        line_on_stderr(&format!("Wrote {}, which nobody but you can read", dotenv.display()));
    }
    generate::write(path, &text, Access::Shared)?;
    line_on_stderr(&format!("Wrote {}", path.display()));
    if wanted.remote.is_some() && variables.is_empty() {
        line_on_stderr("Set OPSANI_TOKEN, or OPSANI_TOKEN_FILE, wherever the servo runs");
    }
    line_on_stderr(&format!("Next: {}", next(path)));
    Ok(ExitCode::SUCCESS)
}

/// Asks whether a file that is there may be overwritten.
fn may_write(path: &Path, arguments: &Init, asking: &mut Asking<'_>, help: &str) -> Result<(), Failure> {
    if std::fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    let answers =
        asking.answers.as_mut().filter(|_| !arguments.yes).map(|answers| &mut **answers as &mut dyn Answers);
    generate::may_overwrite(path, arguments.force, answers, help)
}

/// Gives the variables that do not belong into a configuration that is shared.
fn variables(wanted: &Wanted) -> Vec<(&'static str, String)> {
    match &wanted.remote {
        Some(Remote { id, token: Some(token), .. }) => {
            vec![("OPSANI_OPTIMIZER", id.clone()), ("OPSANI_TOKEN", token.clone())]
        }
        _ => Vec::new(),
    }
}

/// Writes the configuration.
async fn text(globals: &Globals, wanted: &Wanted, registry: &Registry) -> Result<String, Failure> {
    let optimizer = if let Some(remote) = &wanted.remote {
        Optimizer::Remote {
            about: if remote.token.is_some() { REMOTE_ALL } else { REMOTE }.to_owned(),
            section: dialogue::section(remote),
        }
    } else {
        let descriptor = registry.optimizer(OWN_OPTIMIZER);
        let missing = || Error::internal(format!("the program has no optimizer `{OWN_OPTIMIZER}`"));
        generate::fitting(descriptor.ok_or_else(missing)?, &wanted.connectors, registry).await?
    };
    let connectors = wanted.connectors.clone();
    let own = matches!(optimizer, Optimizer::Registered(..)).then(|| DEFAULT_NAME.to_owned());
    let name = globals.name.clone().or(own);
    let document = Document { name, optimizer, listing: Listing::Named, connectors, defaults: false };
    document.text()
}

/// Says which command is next.
fn next(path: &Path) -> String {
    let shown = path.display().to_string();
    match shown.as_str() {
        "servo.yaml" => "servo run".to_owned(),
        _ if shown.contains(char::is_whitespace) => format!("servo -c '{shown}' run"),
        _ => format!("servo -c {shown} run"),
    }
}
