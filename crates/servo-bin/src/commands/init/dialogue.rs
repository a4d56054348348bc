//! What a new servo is to be: each answer from an option, from a person, or by default.

use std::fs;

use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembly, Options};
use servo_runtime::config::Source;
use servo_runtime::environment::Environment;
use servo_runtime::remote::account::token_text;

use super::asking::{Asking, Question};
use super::required;
use crate::cli::Init;
use crate::commands::generate::{self, Chosen, OWN_OPTIMIZER, flow, scalar};
use crate::failure::Failure;

/// The kind of a remote optimizer.
const REMOTE: &str = "opsani";

/// Where a remote optimizer is unless something else is said.
const BASE_URL: &str = "https://api.opsani.com";

/// What a new servo is to be.
pub(super) struct Wanted {
    pub(super) remote: Option<Remote>,
    pub(super) connectors: Vec<Chosen>,
}

/// A remote optimizer. It shows itself to nobody: it has a secret.
pub(super) struct Remote {
    pub(super) id: String,
    /// The token, where it is to be written down.
    pub(super) token: Option<String>,
    /// Where it is, if not where everybody expects it.
    pub(super) base_url: Option<String>,
}

/// Finds out what a new servo is to be.
pub(super) fn hold(
    arguments: &Init,
    environment: &Environment,
    registry: &Registry,
    asking: &mut Asking<'_>,
) -> Result<Wanted, Failure> {
    let kind = Question::new("--kind", arguments.kind.as_deref(), "Optimizer? (embedded or opsani)");
    let is_remote = asking.text(kind.or(Some(OWN_OPTIMIZER)), |answer| match answer {
        OWN_OPTIMIZER => Ok(false),
        REMOTE => Ok(true),
        _ => Err(format!("expected {OWN_OPTIMIZER}, which needs no account, or {REMOTE}")),
    })?;
    let remote = if is_remote {
        Some(remote(arguments, environment, registry, asking)?)
    } else {
        no_remote_options(arguments)?;
        None
    };
    let mut connectors = connectors(arguments, registry, asking)?;
    required::ask(&mut connectors, &arguments.with, asking)?;
    Ok(Wanted { remote, connectors })
}

fn remote(
    arguments: &Init,
    environment: &Environment,
    registry: &Registry,
    asking: &mut Asking<'_>,
) -> Result<Remote, Failure> {
    let given = arguments.optimizer_id.as_deref();
    let question = Question::new("--optimizer-id", given, "Id of the optimizer? (organization/name)");
    let id = asking.text(question.or(environment.get("OPSANI_OPTIMIZER")), |answer| {
        valid(&format!("{{id: {}, token: t}}", scalar(answer)), registry).map(|()| answer.to_owned())
    })?;
    let token = if arguments.no_dotenv { None } else { Some(token(arguments, environment, asking)?) };
    let question = Question::new("--base-url", arguments.base_url.as_deref(), "Where is it?");
    let default = environment.get("OPSANI_BASE_URL").unwrap_or(BASE_URL);
    let base_url = asking.text(question.or(Some(default)), |answer| {
        let section = format!("{{id: {}, token: t, base_url: {}}}", scalar(&id), scalar(answer));
        valid(&section, registry).map(|()| answer.trim_end_matches('/').to_owned())
    })?;
    Ok(Remote { id, token, base_url: Some(base_url).filter(|url| url != BASE_URL) })
}

fn token(arguments: &Init, environment: &Environment, asking: &mut Asking<'_>) -> Result<String, Failure> {
    let given = arguments.token_file.as_ref().map(|path| {
        let failed =
            |error| Failure::usage(format!("--token-file: cannot read '{}': {error}", path.display()));
        fs::read_to_string(path).map_err(failed)
    });
    let given = given.transpose()?;
    let default = environment.get("OPSANI_TOKEN");
    let text = if default.is_some() {
        "Token? (not shown; without one that of OPSANI_TOKEN)"
    } else {
        "Token? (not shown)"
    };
    let question = Question::new("--token-file", given.as_deref(), text).or(default);
    asking.secret(question, |answer| match token_text(answer) {
        Ok(_) => Ok(answer.trim().to_owned()),
        Err(why) => Err(why.to_string()),
    })
}

/// Refuses options about an optimizer that there is not.
fn no_remote_options(arguments: &Init) -> Result<(), Failure> {
    let options = [
        ("--optimizer-id", arguments.optimizer_id.is_some()),
        ("--token-file", arguments.token_file.is_some()),
        ("--base-url", arguments.base_url.is_some()),
    ];
    match options.into_iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((option, _)) => {
            let failure = Failure::usage(format!("{option} is about a remote optimizer"));
            Err(failure.with_help(format!("add --kind {REMOTE}, or leave out {option}")))
        }
    }
}

fn connectors(
    arguments: &Init,
    registry: &Registry,
    asking: &mut Asking<'_>,
) -> Result<Vec<Chosen>, Failure> {
    if !arguments.connectors.is_empty() {
        return generate::read(&arguments.connectors, registry);
    }
    let all = registry.connectors();
    let options: Vec<(&str, &str)> = all.iter().map(|it| (it.key, it.description)).collect();
    // What changes nothing real needs nothing, either.
    let harmless = all.iter().enumerate().filter(|(_, descriptor)| descriptor.harmless);
    let defaults: Vec<usize> = harmless.map(|(at, _)| at).take(1).collect();
    let question = Question::new("--connector", None, "Connectors?");
    let default = defaults.first().and_then(|at| options.get(*at)).map(|(key, _)| *key);
    let chosen = asking.selection(question.or(default), &options, &defaults)?;
    Ok(chosen.into_iter().filter_map(|at| all.get(at)).map(|descriptor| Chosen::of(descriptor)).collect())
}

/// Says what is wrong with a remote optimizer.
fn valid(section: &str, registry: &Registry) -> Result<(), String> {
    let text = format!("optimizer: {section}\n");
    match Assembly::build(Source::new("", text), registry, &Options::default()) {
        Ok(_) => Ok(()),
        Err(found) => {
            Err(found.diagnostics().first().map_or_else(String::new, |wrong| wrong.message().to_owned()))
        }
    }
}

/// Writes what is below `optimizer` in the configuration: nothing that `.env` has.
pub(super) fn section(remote: &Remote) -> String {
    let mut keys = serde_json::Map::new();
    if remote.token.is_none() {
        keys.insert("id".to_owned(), remote.id.as_str().into());
    }
    if let Some(url) = &remote.base_url {
        keys.insert("base_url".to_owned(), url.as_str().into());
    }
    flow(&keys.into())
}

#[cfg(test)]
mod tests;
