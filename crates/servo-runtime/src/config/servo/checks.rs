//! The `checks` stanza (section 2.6 of the compatibility specification).

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::Value;
use servo_core::check::{Delay, Filter, FilterError, HaltOnFailed};
use servo_core::duration::Duration;

use super::super::diagnostic::{Code, ConfigDiagnostic};
use super::super::document::Document;
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
    /// Whether nothing is printed but what is logged.
    pub quiet: Option<bool>,
    /// Whether every check is printed, and not the failing ones alone.
    pub verbose: Option<bool>,
    /// Whether what is new is told while checks are repeated, instead of a table after each pass.
    pub progressive: Option<bool>,
    /// For how long they are repeated.
    #[serde(default, deserialize_with = "wait")]
    pub wait: Option<Duration>,
    /// How long to wait before they are repeated.
    #[serde(default, deserialize_with = "delay")]
    pub delay: Option<Delay>,
    /// Which failures put an end to it.
    pub halt_on: Option<HaltOnFailed>,
    /// Whether remedies are applied.
    pub remedy: Option<bool>,
    /// Whether remedies are applied one at a time.
    pub check_halting: Option<bool>,
}

/// Reads a delay; a number counts seconds, as for every duration.
fn delay<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Delay>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    if value.is_null() {
        return Ok(None);
    }
    if value == "expo" {
        return Ok(Some(Delay::Exponential));
    }
    let duration = serde_json::from_value(value).map(|duration| Some(Delay::Fixed(duration)));
    duration.map_err(|_| D::Error::custom("expected `expo`, or a duration such as `10s`"))
}

/// Reads how long to wait: an empty text is no time at all, as the original has it.
fn wait<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    if value.is_null() {
        return Ok(None);
    }
    if value == "" {
        return Ok(Some(Duration::ZERO));
    }
    serde_json::from_value(value).map(Some).map_err(D::Error::custom)
}

impl ChecksSection {
    /// Gives what chooses the checks.
    ///
    /// # Errors
    ///
    /// A text that chooses none, as [`Filter::parse`] has it.
    pub fn filter(&self) -> Result<Filter, FilterError> {
        let list = |texts: &Option<Vec<String>>| texts.clone().unwrap_or_default();
        Filter::parse(&list(&self.name), &list(&self.id), &list(&self.tag))
    }
}

/// Reads `checks`.
pub(super) fn read(
    document: &Document,
    connectors: &[ConnectorSection],
    found: &mut Vec<ConfigDiagnostic>,
) -> ChecksSection {
    let root = Path::root().key("checks");
    // What is no mapping is told once, with every other section.
    if !document.get(&root).is_some_and(Value::is_object) {
        return ChecksSection::default();
    }
    let checks: ChecksSection = optional(document, "checks", found).unwrap_or_default();
    let mut names: Vec<&str> = connectors.iter().map(|connector| connector.name.as_str()).collect();
    names.push(crate::checks::OWN);
    let is_known =
        |name: &str| names.contains(&name) || connectors.iter().any(|connector| connector.kind == name);
    let chosen = checks.connectors.iter().flatten().enumerate();
    for (at, name) in chosen.filter(|(_, name)| !is_known(name)) {
        let path = root.key("connectors").item(at);
        let wrong =
            document.at_value(&path, Code::UnknownConnector, format!("the servo has no connector `{name}`"));
        found.push(wrong.with_help(suggest::help(name, "its connectors", names.iter().copied())));
    }
    let texts = [("name", &checks.name), ("id", &checks.id), ("tag", &checks.tag)];
    for (key, texts) in texts {
        let texts = texts.as_deref().unwrap_or_default();
        let none: &[String] = &[];
        let read = match key {
            "name" => Filter::parse(texts, none, none),
            "id" => Filter::parse(none, texts, none),
            _ => Filter::parse(none, none, texts),
        };
        if let Err(error) = read {
            let wrong = document.at_value(&root.key(key), Code::InvalidValue, error.to_string());
            found.push(match error.help() {
                Some(help) => wrong.with_help(help),
                None => wrong,
            });
        }
    }
    checks
}
