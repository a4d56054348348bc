//! A target that is expected to be scraped, in the words of Prometheus' HTTP API.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::source::Target;

/// A target that is expected to be scraped: one that has everything that is written here.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TargetSettings {
    /// The job by which it is scraped.
    #[serde(default)]
    pub scrape_pool: Option<String>,
    /// The URL that is scraped.
    #[serde(default)]
    pub scrape_url: Option<String>,
    /// The same URL as others see it.
    #[serde(default)]
    pub global_url: Option<String>,
    /// How the last scrape went.
    #[serde(default)]
    pub health: Option<Health>,
    /// Labels that it must have; it may have others.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Labels that it must have had when it was discovered; it may have had others.
    #[serde(default)]
    pub discovered_labels: BTreeMap<String, String>,
    /// Accepted, and not compared: it changes with every scrape.
    #[serde(default)]
    pub last_scrape: Option<String>,
    /// Accepted, and not compared: it changes with every scrape. In seconds.
    #[serde(default)]
    pub last_scrape_duration: Option<f64>,
    /// The error of the last scrape; empty where there was none.
    #[serde(default)]
    pub last_error: Option<String>,
}

/// How the last scrape of a target went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// It answered.
    Up,
    /// It did not.
    Down,
    /// It was not scraped yet.
    Unknown,
}

impl Health {
    /// Gives the word of the HTTP API.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Unknown => "unknown",
        }
    }
}

impl TargetSettings {
    /// Returns true where a target is the one that is expected, however its last scrape went.
    pub(crate) fn is(&self, target: &Target) -> bool {
        let same = |expected: &Option<String>, found: &str| expected.as_deref().is_none_or(|it| it == found);
        same(&self.scrape_pool, &target.scrape_pool)
            && same(&self.scrape_url, &target.scrape_url)
            && same(&self.global_url, &target.global_url)
            && holds(&self.labels, &target.labels)
            && holds(&self.discovered_labels, &target.discovered_labels)
    }

    /// Says what is not as it is expected of a target that [is](Self::is) the one; `None` where nothing is.
    pub(crate) fn wrong(&self, target: &Target) -> Option<String> {
        let expected = self.health.map_or(Health::Up.word(), Health::word);
        // A target that is expected without a word on its health is expected to be scraped.
        if target.health != expected && !(self.health.is_none() && target.health == Health::Unknown.word()) {
            let why = if target.last_error.is_empty() { "" } else { ": " };
            return Some(format!("is {}{why}{}", target.health, target.last_error));
        }
        let error = self.last_error.as_deref().filter(|expected| *expected != target.last_error);
        error.map(|expected| format!("has the error `{}`, expected `{expected}`", target.last_error))
    }
}

/// Returns true where every label is there with its value.
fn holds(expected: &BTreeMap<String, String>, found: &BTreeMap<String, String>) -> bool {
    expected.iter().all(|(name, value)| found.get(name) == Some(value))
}

/// Names what identifies the target.
impl fmt::Display for TargetSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = [
            ("scrapePool", &self.scrape_pool),
            ("scrapeUrl", &self.scrape_url),
            ("globalUrl", &self.global_url),
        ];
        let texts = texts.into_iter().filter_map(|(key, text)| Some(format!("{key} {}", text.as_ref()?)));
        let labels = [("labels", &self.labels), ("discoveredLabels", &self.discovered_labels)];
        let labels = labels.into_iter().filter(|(_, labels)| !labels.is_empty());
        let labels = labels.map(|(key, labels)| format!("{key} {}", written(labels)));
        let parts: Vec<String> = texts.chain(labels).collect();
        f.write_str(if parts.is_empty() { "any target" } else { "" })?;
        f.write_str(&parts.join(", "))
    }
}

/// Writes labels in the order of their names, as `name=value name=value`.
pub(crate) fn written(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(" ")
}

#[cfg(test)]
mod tests;
