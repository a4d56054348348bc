//! How a program is known to be ready, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::duration::Duration;

/// How the program is known to be ready: one of `http`, `tcp` and `log`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadySettings {
    /// A URL that is answered with a status from 200 to 399.
    #[serde(default)]
    pub http: Option<String>,
    /// An address, such as `127.0.0.1:$(port)`, that accepts a connection.
    #[serde(default)]
    pub tcp: Option<String>,
    /// A regular expression that a line of its output matches.
    #[serde(default)]
    pub log: Option<String>,
    /// How long it may take.
    #[serde(default = "half_a_minute")]
    pub timeout: Duration,
    /// How often it is asked.
    #[serde(default = "a_quarter_of_a_second")]
    pub every: Duration,
}

const fn half_a_minute() -> Duration {
    Duration::from_secs(30)
}

fn a_quarter_of_a_second() -> Duration {
    Duration::from_std(std::time::Duration::from_millis(250))
}
