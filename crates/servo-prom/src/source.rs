//! Where values come from: what the connector asks of a server that speaks Prometheus' HTTP API, and what that answers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use servo_core::Result;
use servo_core::duration::Duration;

/// A server that speaks Prometheus' HTTP API, or a script of a test.
///
/// Errors are of class connection where the server was not reached or did not answer in time, and failed where it
/// answered an error, with its own words in the message.
#[async_trait]
pub(crate) trait Source: Send + Sync {
    /// Evaluates a query over a range of time, both ends included, one value each `step`.
    async fn query_range(&self, query: &str, range: Range, step: Duration) -> Result<Answer>;

    /// Evaluates a query at one time.
    async fn query(&self, query: &str, at: Timestamp) -> Result<Answer>;

    /// Lists the targets that are scraped. `None` where the server has no such list, as many that are not Prometheus.
    async fn targets(&self) -> Result<Option<Vec<Target>>>;

    /// Asks whether the server is ready to answer, and returns what it is asked at, such as its URL.
    async fn ready(&self) -> Result<String>;
}

/// From one time to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

/// What a query evaluates to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answer {
    /// Its series. A scalar is one series without labels.
    pub(crate) series: Vec<Series>,
    /// The text that it evaluates to, where that is a string.
    pub(crate) text: Option<String>,
    /// What the server warns of.
    pub(crate) warnings: Vec<String>,
    /// What the server would like to be known.
    pub(crate) infos: Vec<String>,
}

/// Values over time that share their labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Series {
    /// The labels, `__name__` among them where the query keeps it.
    pub(crate) labels: BTreeMap<String, String>,
    /// The finite values, in the order of time. Of a native histogram, the mean of what it counts.
    pub(crate) points: Vec<(Timestamp, f64)>,
    /// How many values are no numbers or infinite, and were dropped.
    pub(crate) dropped: usize,
}

/// One target that is scraped.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Target {
    pub(crate) scrape_pool: String,
    pub(crate) scrape_url: String,
    pub(crate) global_url: String,
    /// `up`, `down` or `unknown`.
    pub(crate) health: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) discovered_labels: BTreeMap<String, String>,
    pub(crate) last_scrape: Option<Timestamp>,
    /// In seconds.
    pub(crate) last_scrape_duration: f64,
    pub(crate) last_error: String,
}
