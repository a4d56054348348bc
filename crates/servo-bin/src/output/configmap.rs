//! A configuration for Kubernetes: a `ConfigMap` without secrets, and the Secret that they belong into.

mod variables;

use std::collections::HashMap;
use std::fmt::{self, Write as _};

use jiff::Timestamp;
use serde_json::{Value, json};
use servo_core::registry::Registry;
use servo_runtime::assembly::Assembled;
use servo_runtime::config::Path;

use self::variables::{LeftOut, Variable};
use super::tree::Tree;
use super::yaml;
use crate::failure::Failure;

/// The name of the `ConfigMap`, that of `ServoX`.
const CONFIG_MAP: &str = "opsani-servo-config";

/// The name of the Secret.
const SECRET: &str = "servo-optimizer";

/// What stands for a secret that is to be filled in.
const PLACEHOLDER: &str = "REPLACE_ME";

/// The configuration of a servo that is to be deployed.
pub(crate) struct Deployed<'a> {
    /// The servo's name.
    pub(crate) name: &'a str,
    /// The configuration with its secrets.
    pub(crate) whole: Tree,
    /// The configuration with stars for its secrets.
    pub(crate) masked: Tree,
}

/// Shows the name only: the values may be secrets.
impl fmt::Debug for Deployed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deployed").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Describes the connectors that servos use, as an annotation of `ServoX` does.
pub(crate) fn connectors<'a>(servos: impl Iterator<Item = &'a Assembled>, registry: &Registry) -> Value {
    let members = servos.flat_map(|servo| servo.servo().bus().members());
    let connector = |member: std::sync::Arc<servo_core::event::Member>| {
        let descriptor = registry.connector(member.kind());
        json!({
            "name": &**member.name(),
            "type": member.kind(),
            "description": descriptor.map(|it| it.description),
            "version": descriptor.map(|it| it.version),
            "url": descriptor.map(|it| it.homepage),
        })
    };
    members.map(connector).collect()
}

/// Renders the manifests.
///
/// # Errors
///
/// Usage: two secrets would have the same variable.
pub(crate) fn render(
    servos: &[Deployed<'_>],
    connectors: &Value,
    now: Timestamp,
    show_secrets: bool,
) -> Result<String, Failure> {
    let left_out: Vec<LeftOut> =
        servos.iter().map(|servo| variables::left_out(servo, servos.len())).collect();
    refuse_twice(&left_out)?;
    let documents: Vec<Tree> = left_out.iter().map(|servo| servo.rest.clone()).collect();
    let annotations = Tree::map([
        ("servo.opsani.com/configured_at", Tree::text(format!("{now:.0}"))),
        ("servo.opsani.com/connectors", Tree::text(connectors.to_string())),
    ]);
    let map = Tree::map([
        ("apiVersion", Tree::text("v1")),
        ("kind", Tree::text("ConfigMap")),
        ("metadata", metadata(CONFIG_MAP, Some(annotations))),
        ("data", Tree::map([("servo.yaml", Tree::text(yaml::documents(&documents)))])),
    ]);
    let mut text = String::from("---\n");
    for (servo, path) in left_out.iter().flat_map(|servo| servo.unnamed.iter().map(move |path| (servo, path)))
    {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# Left out, for it is a secret: {path} of servo {}", servo.name);
    }
    text.push_str(&yaml::render(&map));
    let variables: Vec<&Variable> = left_out.iter().flat_map(|servo| &servo.variables).collect();
    if !variables.is_empty() {
        text.push_str(&secret(&variables, show_secrets));
    }
    Ok(text)
}

/// Refuses secrets that the same variable would stand for: one of them would be lost.
fn refuse_twice(servos: &[LeftOut]) -> Result<(), Failure> {
    let mut first: HashMap<&str, (&str, &Path)> = HashMap::new();
    for servo in servos {
        for Variable { name, path, .. } in &servo.variables {
            let Some((other, at)) = first.insert(name, (&servo.name, path)) else { continue };
            let message = format!(
                "the variable {name} would stand for `{at}` of servo `{other}` and for `{path}` of servo `{}`",
                servo.name
            );
            let help = "in the names of variables, all that is no letter or digit is `_`: rename a servo or a connector";
            return Err(Failure::usage(message).with_help(help));
        }
    }
    Ok(())
}

fn secret(variables: &[&Variable], show_secrets: bool) -> String {
    let value = |variable: &Variable| {
        if show_secrets { variable.text() } else { Tree::text(PLACEHOLDER) }
    };
    let entries = variables.iter().map(|variable| (variable.name.clone(), value(variable)));
    let secret = Tree::map([
        ("apiVersion", Tree::text("v1")),
        ("kind", Tree::text("Secret")),
        ("metadata", metadata(SECRET, None)),
        ("type", Tree::text("Opaque")),
        ("stringData", Tree::map(entries)),
    ]);
    format!(
        "---\n# Servo takes these from its environment. In the container of its Deployment write\n#   envFrom:\n#     \
         - secretRef:\n#         name: {SECRET}\n{}",
        yaml::render(&secret)
    )
}

fn metadata(name: &str, annotations: Option<Tree>) -> Tree {
    let labels = Tree::map([
        ("app.kubernetes.io/name", Tree::text("servo")),
        ("app.kubernetes.io/version", Tree::text(env!("CARGO_PKG_VERSION"))),
    ]);
    let entries = [("name", Tree::text(name)), ("labels", labels)];
    Tree::map(entries.into_iter().chain(annotations.map(|annotations| ("annotations", annotations))))
}

#[cfg(test)]
mod tests;
