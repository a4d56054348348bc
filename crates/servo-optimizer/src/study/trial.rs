//! One trial: the configuration that is tried, and what is kept of it in the end.

use jiff::Timestamp;
use tokio::time::Instant;

use crate::history::{Status, TrialRecord};
use crate::lattice::Point;

/// So many metrics of a trial are shown in a log line.
const MOST_METRICS: usize = 4;

/// A configuration that is being tried.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) point: Point,
    pub(super) began_at: Timestamp,
}

/// A trial that has ended.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    pub(super) record: TrialRecord,
    pub(super) point: Point,
    pub(super) ended: Instant,
    /// Why the study cannot go on after it.
    pub(super) fatal: Option<String>,
}

/// Gives why a trial did not succeed, in the words that there are.
pub(super) fn why(record: &TrialRecord) -> &str {
    record.message.as_deref().or(record.reason.as_deref()).unwrap_or(record.status.word())
}

/// Shows some of the metrics of a trial: `p95_latency=212.30 throughput=99.10`.
pub(super) fn metrics(record: &TrialRecord) -> String {
    let metric = |(name, value): (&String, &f64)| format!("{name}={value:.2}");
    record.metrics.iter().take(MOST_METRICS).map(metric).collect::<Vec<_>>().join(" ")
}

/// Writes a line about a trial to the log.
pub(super) fn log(record: &TrialRecord) {
    let settings: Vec<String> =
        record.settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let came_of_it = match (&record.message, record.status) {
        (Some(why), status) if status != Status::Measured => format!(": {why}"),
        _ => format!(" -> {}", metrics(record)),
    };
    tracing::info!(
        trial = record.n,
        status = record.status.word(),
        verdict = record.verdict.word(),
        cost = record.cost,
        "{}{came_of_it}",
        settings.join(" ")
    );
}
