//! `servo config`: the configuration that is in force, from all of its sources.

mod defaults;
mod shown;
mod sources;

use std::cell::LazyCell;
use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;

use jiff::Timestamp;
use servo_core::registry::Registry;
use servo_runtime::config::{self, Document};

use self::defaults::{Defaults, is_at};
use self::shown::Shown;
use super::{assemble_with, options, with_known};
use crate::cli::{Config, ConfigFormat, Globals};
use crate::failure::Failure;
use crate::output::configmap::{self, Deployed};
use crate::output::tree::Tree;
use crate::output::{self, json, yaml};

/// Shows the configuration of every servo, or of the one that was named.
pub(super) fn run(globals: &Globals, arguments: &Config) -> Result<ExitCode, Failure> {
    if arguments.output.as_deref().is_some_and(|file| is_same(file, &globals.config_file)) {
        let wrong = Failure::usage("--output names the configuration file itself");
        return Err(
            wrong.with_help("what is shown has no comments, and stars for secrets: name another file")
        );
    }
    let mut servos = read(globals, arguments.show_secrets)?;
    let keys: Vec<&str> = arguments.keys.iter().map(String::as_str).collect();
    let text = if arguments.format == ConfigFormat::Configmap {
        if arguments.sources || !keys.is_empty() {
            let wrong = Failure::usage("a ConfigMap holds the whole configuration, without its sources");
            return Err(wrong.with_help("leave out --sources and the keys, or choose another --format"));
        }
        configmap(&servos, arguments.show_secrets)?
    } else {
        let registry = Registry::collect()?;
        let defaults = LazyCell::new(|| Defaults::of(&registry));
        select(&mut servos, &keys, arguments.sources, &defaults)?;
        match (arguments.sources, arguments.format) {
            (true, ConfigFormat::Json) => json::render(&sources::value(&servos, &keys, &defaults))?,
            (true, _) => sources::table(&servos, &keys, &defaults),
            (false, format) => render(&servos, format)?,
        }
    };
    let file = arguments.output.as_deref();
    if arguments.show_secrets {
        output::to_private(&text, file)?;
    } else {
        output::to(&text, file)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether two paths lead to one file that is there.
fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Reads the configuration, which must be valid, with stars for its secrets unless they are wanted.
fn read(globals: &Globals, show_secrets: bool) -> Result<Vec<Shown>, Failure> {
    let options = options(globals)?;
    let (source, servos) = assemble_with(globals, &options)?.into_parts();
    let registry = Registry::collect()?;
    let documents = with_known(&registry, |known| config::documents(&source, known, &options.layers))?;
    let mut documents: HashMap<usize, Document> =
        documents.into_iter().map(|document| (document.line(), document)).collect();
    let shown = servos.into_iter().filter_map(|servo| {
        let document = documents.remove(&servo.line())?;
        Some(Shown::new(servo, document, &source.name, show_secrets))
    });
    Ok(shown.collect())
}

/// Leaves only what stands at the keys. Each must be in some document; where defaults are shown, among those.
fn select<F: FnOnce() -> Defaults>(
    servos: &mut [Shown],
    keys: &[&str],
    has_defaults: bool,
    defaults: &LazyCell<Defaults, F>,
) -> Result<(), Failure> {
    for key in keys {
        let is_written = |servo: &Shown| !key.is_empty() && servo.tree.only(&[key]).is_some();
        let has_default = |servo: &Shown| defaults.for_servo(servo).iter().any(|(path, _)| is_at(path, key));
        if servos.iter().any(is_written) || has_defaults && servos.iter().any(has_default) {
            continue;
        }
        let missing = Failure::usage(format!("the configuration has no key '{key}'"));
        if !has_defaults && servos.iter().any(has_default) {
            return Err(missing.with_help("nobody writes it: its default counts, which --sources shows"));
        }
        let mut there: Vec<&str> = servos.iter().flat_map(|servo| servo.tree.keys()).collect();
        there.sort_unstable();
        there.dedup();
        return Err(missing.with_help(format!("there are: {}", there.join(", "))));
    }
    if !keys.is_empty() {
        for servo in servos {
            servo.tree = servo.tree.only(keys).unwrap_or(Tree::Map(Vec::new()));
        }
    }
    Ok(())
}

fn render(servos: &[Shown], format: ConfigFormat) -> Result<String, Failure> {
    let trees: Vec<Tree> = servos.iter().map(|servo| servo.tree.clone()).collect();
    match (format, trees.as_slice()) {
        (ConfigFormat::Json, [tree]) => json::render(tree),
        (ConfigFormat::Json, trees) => json::render(&trees),
        (ConfigFormat::Text, _) => Ok(titled(servos, lines)),
        _ => Ok(yaml::documents(&trees)),
    }
}

/// Renders each servo; where there are several, below its name.
fn titled(servos: &[Shown], one: impl Fn(&Shown) -> String) -> String {
    let title = |servo: &Shown| match servos {
        [_] => one(servo),
        _ => format!("{}\n{}", servo.servo.name(), one(servo)),
    };
    servos.iter().map(title).collect::<Vec<_>>().join("\n\n")
}

/// One line for each value.
fn lines(servo: &Shown) -> String {
    let leaves = servo.tree.leaves();
    let line = |(path, value): &(config::Path, &Tree)| format!("{path} = {}", yaml::inline(value));
    leaves.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn configmap(servos: &[Shown], show_secrets: bool) -> Result<String, Failure> {
    let registry = Registry::collect()?;
    let deployed: Vec<Deployed<'_>> = servos.iter().map(Shown::deployed).collect();
    let connectors = configmap::connectors(servos.iter().map(|servo| &servo.servo), &registry);
    configmap::render(&deployed, &connectors, Timestamp::now(), show_secrets)
}
