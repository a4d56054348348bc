//! What became of the requests of a time: how many, how fast, and which went wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use servo_core::model::{Metric, Unit};

/// The metrics, in the order in which they are told; all but the last are those of ServoX.
const METRICS: [(&str, Unit); 11] = [
    ("throughput", Unit::RequestsPerMinute),
    ("error_rate", Unit::Percentage),
    ("latency_total", Unit::Milliseconds),
    ("latency_mean", Unit::Milliseconds),
    ("latency_50th", Unit::Milliseconds),
    ("latency_90th", Unit::Milliseconds),
    ("latency_95th", Unit::Milliseconds),
    ("latency_99th", Unit::Milliseconds),
    ("latency_max", Unit::Milliseconds),
    ("latency_min", Unit::Milliseconds),
    ("latency_99_9th", Unit::Milliseconds),
];

/// Gives all metrics.
pub(crate) fn metrics() -> Vec<Metric> {
    METRICS.into_iter().map(|(name, unit)| Metric::new(name, unit)).collect()
}

/// What became of the requests of a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    /// How long the time was.
    pub(crate) lasted: Duration,
    /// The answers with a status of 200 to 399 that came in this time.
    pub(crate) succeeded_meanwhile: u64,
    /// The requests that ended: with an answer, or with none.
    pub(crate) ended: u64,
    /// Those that were answered, whatever the status.
    pub(crate) answered: u64,
    /// Those that were answered with a status of 200 to 399.
    pub(crate) succeeded: u64,
    /// From when requests were due to their end.
    pub(crate) latency: Spread,
    /// From when requests were sent to their end.
    pub(crate) service: Spread,
    /// How many answers had each status.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// What went wrong, and how often.
    pub(crate) faults: BTreeMap<String, u64>,
    /// How many of these are the generator's own.
    pub(crate) own_faults: u64,
    /// The bytes of bodies that were read.
    pub(crate) body_bytes: u64,
}

/// How times are spread, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(clippy::struct_field_names, reason = "units come last in names")]
pub(crate) struct Spread {
    pub(crate) total_ms: f64,
    pub(crate) mean_ms: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p90_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) p99_9_ms: f64,
    pub(crate) max_ms: f64,
    pub(crate) min_ms: f64,
}

/// What an attack came to.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// All that was measured.
    pub(crate) summary: Summary,
    /// The end of the measured time.
    pub(crate) end: Timestamp,
    pub(crate) pace: Pace,
}

/// How well the generator kept to its schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Pace {
    /// The requests that were due in the measured time.
    pub(crate) due: u64,
    /// Those of them that had begun when it ended.
    pub(crate) begun: u64,
    /// The measured time, in seconds.
    pub(crate) lasted_seconds: f64,
    /// The part of the measured time in which the generator's thread was busy.
    pub(crate) busy: f64,
    /// The 99th percentile of how late requests began, in milliseconds, where nothing but the generator held them back.
    pub(crate) late_p99_ms: f64,
    /// Whether requests were waiting at the end because so many were under way.
    pub(crate) is_full: bool,
    /// The most requests that may be under way at once.
    pub(crate) at_once: usize,
}

impl Summary {
    /// Gives the successful answers in a minute.
    pub(crate) fn throughput_rpm(&self) -> f64 {
        let seconds = self.lasted.as_secs_f64();
        if seconds > 0.0 { self.succeeded_meanwhile as f64 * 60.0 / seconds } else { 0.0 }
    }

    /// Gives the percentage of requests that were not answered with a status of 200 to 399; nothing without requests.
    pub(crate) fn error_rate(&self) -> Option<f64> {
        let failed = self.ended.saturating_sub(self.succeeded);
        (self.ended > 0).then(|| 100.0 * failed as f64 / self.ended as f64)
    }

    /// Gives each metric with its value; nothing where no request has ended.
    pub(crate) fn values(&self) -> Option<Vec<(Metric, f64)>> {
        let Spread { total_ms, mean_ms, p50_ms, p90_ms, p95_ms, p99_ms, p99_9_ms, max_ms, min_ms } =
            self.latency;
        let values = [
            self.throughput_rpm(),
            self.error_rate()?,
            total_ms,
            mean_ms,
            p50_ms,
            p90_ms,
            p95_ms,
            p99_ms,
            max_ms,
            min_ms,
            p99_9_ms,
        ];
        Some(metrics().into_iter().zip(values).collect())
    }

    /// Says what went wrong most often.
    pub(crate) fn worst_fault(&self) -> Option<&str> {
        self.faults.iter().max_by_key(|(_, count)| **count).map(|(fault, _)| fault.as_str())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(error_rate) = self.error_rate() else { return f.write_str("no answers yet") };
        let Spread { p50_ms, p90_ms, p95_ms, p99_ms, .. } = self.latency;
        write!(
            f,
            "~{:.2}rpm ({error_rate:.2}% errors) [latencies: 50th={p50_ms:.3}ms, 90th={p90_ms:.3}ms, \
             95th={p95_ms:.3}ms, 99th={p99_ms:.3}ms]",
            self.throughput_rpm()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary() -> Summary {
        Summary {
            lasted: Duration::from_secs(30),
            succeeded_meanwhile: 1_500,
            ended: 2_000,
            answered: 1_900,
            succeeded: 1_500,
            latency: Spread { total_ms: 10.0, p50_ms: 1.25, max_ms: 9.0, ..Spread::default() },
            faults: [("timeout".to_owned(), 90), ("reset".to_owned(), 10)].into(),
            ..Summary::default()
        }
    }

    #[test]
    fn the_metrics_are_those_of_servox_and_one_more() {
        let values = summary().values().expect("values");
        let of = |name: &str| values.iter().find(|(metric, _)| metric.name == name).map(|(_, value)| *value);
        assert_eq!(of("throughput"), Some(3_000.0));
        assert_eq!(of("error_rate"), Some(25.0));
        assert_eq!((of("latency_50th"), of("latency_max")), (Some(1.25), Some(9.0)));
        assert_eq!(values.len(), 11);
        assert!(values.iter().all(|(metric, _)| metrics().contains(metric)));
    }

    #[test]
    fn where_nothing_ended_there_are_no_values() {
        assert!(Summary::default().values().is_none());
        assert_eq!(Summary::default().to_string(), "no answers yet");
    }

    #[test]
    fn it_is_told_as_servox_tells_it() {
        let told = summary().to_string();
        assert!(told.starts_with("~3000.00rpm (25.00% errors) [latencies: 50th=1.250ms,"), "{told}");
        assert_eq!(summary().worst_fault(), Some("timeout"));
    }
}
