//! What an operator writes under `load:` or `vegeta:` (section 8.3 of the specification).

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;
use servo_core::{Error, Result};

use crate::profile::{Profile, Ramp, Step, Written};
use crate::rate::Rate;
use crate::target::{self, Target};

pub use crate::target::Format;

/// The most requests under way at once where nothing else is said: the connections that vegeta keeps.
pub(crate) const DEFAULT_CONNECTIONS: u32 = 10_000;

/// The section of a configuration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A note for whoever reads the configuration.
    #[serde(default)]
    pub description: Option<String>,
    /// How many requests are sent, such as `50/1s`. Either this, or `ramp`, or `steps`.
    #[serde(default)]
    pub rate: Option<Rate>,
    /// A rate that changes steadily.
    #[serde(default)]
    pub ramp: Option<Ramp>,
    /// Rates, one after another.
    #[serde(default)]
    pub steps: Option<Vec<Step>>,
    /// How targets are written.
    #[serde(default)]
    pub format: Format,
    /// The targets themselves, such as `GET http://localhost:8080/`; requests go to one after another. Either this, or
    /// `targets`.
    #[serde(default)]
    pub target: Option<String>,
    /// A file of targets. A relative path starts at the folder of the configuration.
    #[serde(default)]
    pub targets: Option<PathBuf>,
    /// The most connections to each host, and so the most requests that are under way at once; others wait, which counts
    /// as their latency.
    #[serde(default = "default_connections")]
    #[schemars(default = "default_connections", range(min = 1))]
    pub connections: u32,
    /// Taken for the sake of ServoX; it changes nothing, as requests need no workers here.
    #[serde(default = "default_workers")]
    #[schemars(default = "default_workers")]
    pub workers: u64,
    /// The most requests that are under way at once, where that is less than `connections`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub max_workers: Option<u64>,
    /// The most bytes of a response that are read; -1 is all of them.
    #[serde(default = "default_max_body")]
    #[schemars(default = "default_max_body", range(min = -1))]
    pub max_body: i64,
    /// Whether HTTP/2 is spoken over TLS with servers that choose it.
    #[serde(default = "default_true")]
    #[schemars(default = "default_true")]
    pub http2: bool,
    /// Whether a connection is used for more than one request.
    #[serde(default = "default_true")]
    #[schemars(default = "default_true")]
    pub keepalive: bool,
    /// Whether any certificate is accepted.
    #[serde(default)]
    pub insecure: bool,
    /// How often figures are published and told while it is measured.
    #[serde(default = "default_reporting_interval")]
    #[schemars(default = "default_reporting_interval")]
    pub reporting_interval: Duration,
    /// How long an answer may take, from when the request is due to the end of the body.
    #[serde(default = "default_timeout")]
    #[schemars(default = "default_timeout")]
    pub timeout: Duration,
}

const fn default_connections() -> u32 {
    DEFAULT_CONNECTIONS
}

const fn default_workers() -> u64 {
    10
}

const fn default_max_body() -> i64 {
    -1
}

const fn default_true() -> bool {
    true
}

const fn default_reporting_interval() -> Duration {
    Duration::from_secs(15)
}

const fn default_timeout() -> Duration {
    Duration::from_secs(30)
}

/// What settings say, checked.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) profile: Profile,
    pub(crate) source: Source,
}

/// Where targets come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// They are written in the section.
    Inline(Vec<Target>),
    /// They are in a file.
    File(PathBuf),
}

impl Settings {
    /// Refuses what the types let pass.
    ///
    /// # Errors
    ///
    /// Class configuration, each with the key at fault.
    pub(crate) fn checked(&self) -> Result<Checked> {
        let mut errors = Vec::new();
        let written = Written { rate: self.rate, ramp: self.ramp, steps: self.steps.clone() };
        let profile = written.profile().map_err(|error| errors.push(error));
        let source = self.source().map_err(|error| errors.push(error));
        errors.extend(self.limits());
        match (Error::join(errors), profile, source) {
            (None, Ok(profile), Ok(source)) => Ok(Checked { profile, source }),
            (error, _, _) => {
                Err(error.unwrap_or_else(|| Error::internal("settings are neither right nor wrong")))
            }
        }
    }

    fn source(&self) -> Result<Source> {
        match (&self.target, &self.targets) {
            (Some(text), None) => inline(text, self.format).map(Source::Inline),
            (None, Some(path)) => Ok(Source::File(path.clone())),
            (None, None) => {
                let error = Error::configuration("target or targets must be configured").at("target");
                Err(error.with_help("write for example `target: GET http://localhost:8080/`"))
            }
            (Some(_), Some(_)) => {
                let error =
                    Error::configuration("target and targets cannot both be configured").at("targets");
                Err(error.with_help("remove one of them"))
            }
        }
    }

    fn limits(&self) -> Vec<Error> {
        let wrong = |key: &'static str, what: &'static str| Error::configuration(what).at(key);
        let rules = [
            (self.connections == 0, "connections", "expected at least one connection"),
            (self.max_workers == Some(0), "max_workers", "expected at least one request at once"),
            (self.max_body < -1, "max_body", "expected a number of bytes, or -1 for all"),
            (
                self.reporting_interval.is_zero(),
                "reporting_interval",
                "expected a duration above zero, such as `15s`",
            ),
            (self.timeout.is_zero(), "timeout", "expected a duration above zero, such as `30s`"),
            (self.timeout > LONGEST, "timeout", "expected a duration of at most an hour"),
        ];
        rules
            .into_iter()
            .filter(|(is_wrong, _, _)| *is_wrong)
            .map(|(_, key, what)| wrong(key, what))
            .collect()
    }

    /// Gives the most requests that are under way at once.
    pub(crate) fn most_at_once(&self) -> usize {
        let workers = self.max_workers.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        usize::try_from(self.connections).unwrap_or(usize::MAX).min(workers)
    }
}

/// The longest time that is waited for an answer, for which latencies are counted exactly.
const LONGEST: Duration = Duration::from_secs(3600);

/// Reads targets that are written in the section.
///
/// # Errors
///
/// Class configuration, at the key `target`, with the line in it.
fn inline(text: &str, format: Format) -> Result<Vec<Target>> {
    target::parse(text, format).map_err(|error| {
        let help = error.fault.help();
        Error::configuration(error.to_string()).at("target").with_help(help)
    })
}

#[cfg(test)]
mod tests;
