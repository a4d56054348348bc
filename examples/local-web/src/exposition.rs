//! What the service tells Prometheus.

use std::fmt;
use std::fs;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, text};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use rustix::param::{clock_ticks_per_second, page_size};

/// The bounds of the histogram of latencies, in seconds.
const BOUNDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0];

/// What is counted while requests are answered.
pub(crate) struct Figures {
    registry: Registry,
    requests: Family<[(&'static str, String); 1], Counter>,
    latency: Histogram,
    sent_bytes: Counter,
    hits: Counter,
    misses: Counter,
}

impl Figures {
    /// Counts from nothing.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::default();
        let figures = (
            Family::default(),
            Histogram::new(BOUNDS),
            Counter::default(),
            Counter::default(),
            Counter::default(),
        );
        let (requests, latency, sent_bytes, hits, misses) = figures;
        registry.register("http_requests", "Requests by status", Family::clone(&requests));
        registry.register_with_unit(
            "http_request_duration",
            "Latency",
            Unit::Seconds,
            Histogram::clone(&latency),
        );
        registry.register_with_unit(
            "http_response_size",
            "Bodies that were sent",
            Unit::Bytes,
            Counter::clone(&sent_bytes),
        );
        registry.register("cache_hits", "Pages that were kept", Counter::clone(&hits));
        registry.register("cache_misses", "Pages that were not", Counter::clone(&misses));
        registry.register_collector(Box::new(Process));
        Self { registry, requests, latency, sent_bytes, hits, misses }
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, status: u16, took: Duration, bytes: usize) {
        self.requests.get_or_create(&[("code", status.to_string())]).inc();
        self.latency.observe(took.as_secs_f64());
        self.sent_bytes.inc_by(bytes as u64);
    }

    /// Counts pages that were kept and pages that were not.
    pub(crate) fn looked_up(&self, hits: usize, misses: usize) {
        self.hits.inc_by(hits as u64);
        self.misses.inc_by(misses as u64);
    }

    /// Gives all of it as OpenMetrics text.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.registry)?;
        Ok(out)
    }
}

/// The figures of the process, under the names that Prometheus' own clients give them.
#[derive(Debug)]
struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        if let Some(seconds) = cpu_seconds() {
            let counter = ConstCounter::new(seconds);
            let metric = encoder.encode_descriptor(
                "process_cpu",
                "CPU time",
                Some(&Unit::Seconds),
                counter.metric_type(),
            )?;
            counter.encode(metric)?;
        }
        if let Some(bytes) = resident_bytes() {
            let gauge = ConstGauge::new(bytes);
            let metric = encoder.encode_descriptor(
                "process_resident_memory",
                "Resident memory",
                Some(&Unit::Bytes),
                gauge.metric_type(),
            )?;
            gauge.encode(metric)?;
        }
        Ok(())
    }
}

/// The user and system time of the process: the 14th and 15th fields of proc(5)'s `stat`.
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program is in brackets, and may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) as f64 / clock_ticks_per_second() as f64)
}

/// What is resident: the second field of proc(5)'s `statm`, in pages.
fn resident_bytes() -> Option<i64> {
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: i64 = statm.split_ascii_whitespace().nth(1)?.parse().ok()?;
    pages.checked_mul(i64::try_from(page_size()).ok()?)
}
