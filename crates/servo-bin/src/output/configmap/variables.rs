//! The secrets of a configuration, and the variables of the environment that stand for them.

use serde_json::Value;
use servo_runtime::config::{Path, Segment};

use super::Deployed;
use crate::output::tree::Tree;
use crate::output::yaml;

/// A configuration in two parts.
#[derive(Debug)]
pub(super) struct LeftOut {
    /// The servo's name.
    pub(super) name: String,
    /// What is no secret.
    pub(super) rest: Tree,
    /// The secrets that the environment can give.
    pub(super) variables: Vec<Variable>,
    /// The paths of the others.
    pub(super) unnamed: Vec<String>,
}

/// A secret that the environment gives.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    /// The secret, as text.
    pub(super) value: Tree,
}

/// Takes the secrets out of a configuration: every value that is not shown as it is. One of several servos has no
/// variables of its own.
pub(super) fn left_out(servo: &Deployed<'_>, servos: usize) -> LeftOut {
    let mut found = Vec::new();
    let rest = without(&servo.whole, &servo.masked, &Path::root(), &mut found);
    let is_appdynamics = servo.whole.only(&["optimizer.optimizer_id"]).is_some();
    let (mut variables, mut unnamed) = (Vec::new(), Vec::new());
    for (path, value) in found {
        match variable(&path, is_appdynamics) {
            Some(name) if servos == 1 => variables.push(Variable { name, value }),
            _ => unnamed.push(path.to_string()),
        }
    }
    let rest = rest.unwrap_or(Tree::Map(Vec::new()));
    LeftOut { name: servo.name.to_owned(), rest, variables, unnamed }
}

/// What of a value is no secret; `None` where all of it is one. `masked` is the same with stars for secrets.
fn without(whole: &Tree, masked: &Tree, path: &Path, found: &mut Vec<(Path, Tree)>) -> Option<Tree> {
    match (whole, masked) {
        (Tree::Map(entries), Tree::Map(shown)) => {
            let kept = entries.iter().filter_map(|(key, value)| {
                let path = path.key(key.as_str());
                let Some((_, shown)) = shown.iter().find(|(other, _)| other == key) else {
                    found.push((path, value.clone()));
                    return None;
                };
                Some((key.clone(), without(value, shown, &path, found)?))
            });
            Some(Tree::Map(kept.collect()))
        }
        // Without one of its items a list would mean something else.
        (whole, masked) if whole == masked => Some(whole.clone()),
        (whole, _) => {
            found.push((path.clone(), whole.clone()));
            None
        }
    }
}

/// The variable that gives the value at a path: that of the optimizer, or of a key of a connector.
fn variable(path: &Path, is_appdynamics: bool) -> Option<String> {
    let [Segment::Key(section), Segment::Key(key)] = path.segments() else { return None };
    let name = match (section.as_str(), key.as_str(), is_appdynamics) {
        ("optimizer", "token", false) => "OPSANI_TOKEN".to_owned(),
        ("optimizer", "token", true) => "APPD_TOKEN".to_owned(),
        ("optimizer", "client_secret", _) => "APPD_CLIENT_SECRET".to_owned(),
        ("optimizer" | "settings", _, _) => return None,
        (section, key, _) => format!("SERVO_{section}_{key}").to_uppercase(),
    };
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some(name)
}

impl Variable {
    /// Returns the secret as a variable holds it.
    pub(super) fn text(&self) -> Tree {
        match &self.value {
            Tree::Scalar(Value::String(text)) => Tree::text(text.clone()),
            Tree::Scalar(other) => Tree::text(yaml::scalar(other)),
            other => Tree::text(serde_json::to_string(other).unwrap_or_default()),
        }
    }
}
