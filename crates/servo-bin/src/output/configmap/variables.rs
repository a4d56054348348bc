//! The secrets of a configuration, and the variables of the environment that stand for them.

use std::fmt;

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
pub(super) struct Variable {
    pub(super) name: String,
    /// Where it stands in the configuration.
    pub(super) path: Path,
    /// The secret, as text.
    pub(super) value: Tree,
}

/// Does not show the value: it is a secret.
impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Variable");
        shown.field("name", &self.name).field("path", &self.path.to_string()).finish_non_exhaustive()
    }
}

/// Takes the secrets out of a configuration: every value that is not shown as it is. Where there are several servos,
/// the variables are named for theirs.
pub(super) fn left_out(servo: &Deployed<'_>, servos: usize) -> LeftOut {
    let mut found = Vec::new();
    let rest = without(&servo.whole, &servo.masked, &Path::root(), &mut found);
    let is_appdynamics = servo.whole.only(&["optimizer.optimizer_id"]).is_some();
    let ending = if servos > 1 { format!("__{}", in_variables(servo.name)) } else { String::new() };
    let (mut variables, mut unnamed) = (Vec::new(), Vec::new());
    for (path, value) in found {
        match variable(&path, is_appdynamics) {
            Some(name) => variables.push(Variable { name: name + &ending, path, value }),
            None => unnamed.push(path.to_string()),
        }
    }
    let rest = rest.unwrap_or(Tree::Map(Vec::new()));
    LeftOut { name: servo.name.to_owned(), rest, variables, unnamed }
}

/// What of a value is no secret; `None` where all of it is one. `masked` is the same with stars for secrets.
fn without(whole: &Tree, masked: &Tree, path: &Path, found: &mut Vec<(Path, Tree)>) -> Option<Tree> {
    match (whole, masked) {
        (whole, masked) if whole == masked => Some(whole.clone()),
        (Tree::Map(entries), Tree::Map(shown)) if !is_field(path) => {
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
        (whole, _) => {
            found.push((path.clone(), whole.clone()));
            None
        }
    }
}

/// Whether a variable gives what stands at a path as a whole, as JSON: a key of a connector.
fn is_field(path: &Path) -> bool {
    matches!(path.segments(), [Segment::Key(section), _] if section != "optimizer")
}

/// The variable that gives the value at a path: that of the optimizer, or of a key of `settings` or a connector.
fn variable(path: &Path, is_appdynamics: bool) -> Option<String> {
    let [Segment::Key(section), Segment::Key(key)] = path.segments() else { return None };
    match (section.as_str(), key.as_str(), is_appdynamics) {
        ("optimizer", "token", false) => return Some("OPSANI_TOKEN".to_owned()),
        ("optimizer", "token", true) => return Some("APPD_TOKEN".to_owned()),
        ("optimizer", "client_secret", _) => return Some("APPD_CLIENT_SECRET".to_owned()),
        ("optimizer", _, _) => return None,
        _ => {}
    }
    let is_plain = key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let beginning =
        if section == "settings" { "COMMON".to_owned() } else { format!("SERVO_{}", in_variables(section)) };
    is_plain.then(|| format!("{beginning}_{}", key.to_uppercase()))
}

/// A name as variables have it: `opsani-dev:app` becomes `OPSANI_DEV_APP`.
fn in_variables(name: &str) -> String {
    name.to_uppercase().replace(|c: char| !c.is_alphanumeric(), "_")
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
