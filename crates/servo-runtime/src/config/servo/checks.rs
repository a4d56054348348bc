//! The `checks` stanza (section 2.6 of the compatibility specification).

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use servo_core::duration::Duration;

use super::super::diagnostic::{Code, ConfigDiagnostic};
use super::super::document::Document;
use super::super::notes::Notes;
use super::super::path::Path;
use super::super::suggest;
use super::{ConnectorSection, optional};

/// How checks are chosen and repeated. What is absent is left to whoever runs them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecksSection {
    /// Only those of these connectors.
    pub connectors: Option<Vec<String>>,
    /// Only those of these names; one item between slashes is a regular expression.
    pub name: Option<Vec<String>>,
    /// Only those of these identifiers; one item between slashes is a regular expression.
    pub id: Option<Vec<String>>,
    /// Only those with these tags.
    pub tag: Option<Vec<String>>,
    /// Whether nothing is printed.
    pub quiet: Option<bool>,
    /// Whether everything is printed.
    pub verbose: Option<bool>,
    /// Whether checks are repeated until they pass.
    pub progressive: Option<bool>,
    /// For how long they are repeated.
    pub wait: Option<Duration>,
    /// How long to wait before one is repeated.
    pub delay: Option<Delay>,
    /// Which failures put an end to it.
    pub halt_on: Option<HaltOn>,
    /// Whether remedies are tried.
    pub remedy: Option<bool>,
    /// Whether only checks that put an end to it are run.
    pub check_halting: Option<bool>,
}

/// How long to wait before a check is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Longer each time.
    Expo,
    /// As long each time.
    Fixed(Duration),
}

impl<'de> Deserialize<'de> for Delay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        if value == "expo" {
            return Ok(Self::Expo);
        }
        let duration = serde_json::from_value(value).map(Self::Fixed);
        duration.map_err(|_| D::Error::custom("expected `expo`, or a duration such as `10s`"))
    }
}

/// From which severity on a failure puts an end to checking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HaltOn {
    /// Those that must pass for others to make sense.
    Critical,
    /// Those, and ordinary ones.
    Common,
    /// All of them.
    Warning,
}

/// Reads `checks`.
pub(super) fn read(
    document: &Document,
    connectors: &[ConnectorSection],
    found: &mut Vec<ConfigDiagnostic>,
    notes: &mut Notes,
) -> ChecksSection {
    let root = Path::root().key("checks");
    // What is no mapping is told once, with every other section.
    if !document.get(&root).is_some_and(serde_json::Value::is_object) {
        return ChecksSection::default();
    }
    notes.info("`checks` has no effect yet: checks are not built");
    let checks: ChecksSection = optional(document, "checks", found).unwrap_or_default();
    let names: Vec<&str> = connectors.iter().map(|connector| connector.name.as_str()).collect();
    let chosen = checks.connectors.iter().flatten().enumerate();
    for (at, name) in chosen.filter(|(_, name)| !names.contains(&name.as_str())) {
        let path = root.key("connectors").item(at);
        let wrong =
            document.at_value(&path, Code::UnknownConnector, format!("the servo has no connector `{name}`"));
        found.push(wrong.with_help(suggest::help(name, "its connectors", names.iter().copied())));
    }
    checks
}
