//! Counting what became of requests, as it happens.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use tokio::time::Instant;

use super::fault::Fault;
use crate::summary::{Spread, Summary};

/// The precision of latencies: three digits.
const DIGITS: u8 = 3;

/// The most kinds of faults that are told apart.
const MOST_FAULTS: usize = 16;

/// Under this name the other kinds are counted.
const OTHERS: &str = "others";

/// What became of a request.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) is_measured: bool,
    pub(super) due: Instant,
    /// When it began to be sent; nothing where it never was.
    pub(super) begun: Option<Instant>,
    pub(super) result: Result<Answer, Fault>,
}

/// An answer that came whole, or as far as it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body_bytes: u64,
}

/// What is counted of one time.
#[derive(Debug)]
struct Tally {
    latency: Times,
    service: Times,
    succeeded_meanwhile: u64,
    answered: u64,
    succeeded: u64,
    statuses: BTreeMap<u16, u64>,
    faults: BTreeMap<String, u64>,
    own_faults: u64,
    body_bytes: u64,
}

/// Times, counted exactly to the microsecond or to three digits.
#[derive(Debug)]
struct Times {
    histogram: Histogram<u64>,
    sum: Duration,
    min: Duration,
    max: Duration,
}

/// Counts for the whole measured time, for the reporting interval, and for the second that is shown.
#[derive(Debug)]
pub(super) struct Recorder {
    /// The measured time, from its beginning to its end.
    window: (Instant, Instant),
    timeout: Duration,
    whole: Tally,
    interval: Tally,
    shown: Tally,
    late: Times,
    /// The measured requests that began by the end of the window.
    begun: u64,
}

impl Times {
    fn new(longest: Duration) -> Self {
        let longest = microseconds(longest).saturating_mul(2).max(2);
        let histogram =
            Histogram::new_with_bounds(1, longest, DIGITS).expect("the bounds are apart, and digits few");
        Self { histogram, sum: Duration::ZERO, min: Duration::MAX, max: Duration::ZERO }
    }

    fn record(&mut self, time: Duration) {
        // Below a microsecond counts as one.
        self.histogram.saturating_record(microseconds(time).max(1));
        self.sum = self.sum.saturating_add(time);
        self.min = self.min.min(time);
        self.max = self.max.max(time);
    }

    fn reset(&mut self) {
        self.histogram.reset();
        (self.sum, self.min, self.max) = (Duration::ZERO, Duration::MAX, Duration::ZERO);
    }

    /// Gives a quantile in milliseconds, never beyond what occurred.
    fn quantile_ms(&self, quantile: f64) -> f64 {
        let found = self.histogram.value_at_quantile(quantile) as f64 / 1_000.0;
        found.clamp(milliseconds(self.min.min(self.max)), milliseconds(self.max))
    }

    fn spread(&self) -> Spread {
        let count = self.histogram.len();
        if count == 0 {
            return Spread::default();
        }
        Spread {
            total_ms: milliseconds(self.sum),
            mean_ms: milliseconds(self.sum) / count as f64,
            p50_ms: self.quantile_ms(0.5),
            p90_ms: self.quantile_ms(0.9),
            p95_ms: self.quantile_ms(0.95),
            p99_ms: self.quantile_ms(0.99),
            p99_9_ms: self.quantile_ms(0.999),
            max_ms: milliseconds(self.max),
            min_ms: milliseconds(self.min),
        }
    }
}

impl Tally {
    fn new(longest: Duration) -> Self {
        Self {
            latency: Times::new(longest),
            service: Times::new(longest),
            succeeded_meanwhile: 0,
            answered: 0,
            succeeded: 0,
            statuses: BTreeMap::new(),
            faults: BTreeMap::new(),
            own_faults: 0,
            body_bytes: 0,
        }
    }

    fn record(&mut self, latency: Duration, service: Option<Duration>, result: &Result<Answer, Fault>) {
        self.latency.record(latency);
        if let Some(service) = service {
            self.service.record(service);
        }
        match result {
            Ok(answer) => {
                self.answered = self.answered.saturating_add(1);
                self.body_bytes = self.body_bytes.saturating_add(answer.body_bytes);
                self.succeeded = self.succeeded.saturating_add(u64::from(answer.is_success()));
                let count = self.statuses.entry(answer.status).or_default();
                *count = count.saturating_add(1);
            }
            Err(fault) => {
                self.own_faults = self.own_faults.saturating_add(u64::from(fault.is_own()));
                let mut name = fault.to_string();
                if self.faults.len() >= MOST_FAULTS && !self.faults.contains_key(&name) {
                    OTHERS.clone_into(&mut name);
                }
                let count = self.faults.entry(name).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// Gives what was counted, and counts from nothing again.
    fn take(&mut self, lasted: Duration) -> Summary {
        let summary = Summary {
            lasted,
            succeeded_meanwhile: std::mem::take(&mut self.succeeded_meanwhile),
            ended: self.latency.histogram.len(),
            answered: std::mem::take(&mut self.answered),
            succeeded: std::mem::take(&mut self.succeeded),
            latency: self.latency.spread(),
            service: self.service.spread(),
            statuses: std::mem::take(&mut self.statuses),
            faults: std::mem::take(&mut self.faults),
            own_faults: std::mem::take(&mut self.own_faults),
            body_bytes: std::mem::take(&mut self.body_bytes),
        };
        self.latency.reset();
        self.service.reset();
        summary
    }
}

impl Answer {
    /// Returns true for what vegeta takes for a success.
    const fn is_success(self) -> bool {
        self.status >= 200 && self.status < 400
    }
}

impl Recorder {
    /// Creates one for the measured time and the longest latency.
    pub(super) fn new(window: (Instant, Instant), timeout: Duration) -> Self {
        let tally = || Tally::new(timeout);
        Self {
            window,
            timeout,
            whole: tally(),
            interval: tally(),
            shown: tally(),
            late: Times::new(timeout),
            begun: 0,
        }
    }

    /// Counts a request that begins to be sent. What `held` says is whether it had to wait for others to end.
    pub(super) fn begins(&mut self, is_measured: bool, due: Instant, now: Instant, held: bool) {
        if !is_measured {
            return;
        }
        if !held {
            self.late.record(now.saturating_duration_since(due));
        }
        if now <= self.window.1 + super::dispatch::GRACE {
            self.begun = self.begun.saturating_add(1);
        }
    }

    /// Counts a request that ended now.
    pub(super) fn ends(&mut self, ended: &Ended, now: Instant) {
        let latency = match ended.result {
            Err(Fault::Timeout | Fault::NeverSent) => self.timeout,
            _ => now.saturating_duration_since(ended.due),
        };
        let service = ended.begun.map(|begun| now.saturating_duration_since(begun));
        self.shown.record(latency, service, &ended.result);
        let is_within = now >= self.window.0 && now < self.window.1;
        let is_success = ended.result.as_ref().is_ok_and(|answer| answer.is_success());
        let success = u64::from(is_success && is_within);
        self.shown.succeeded_meanwhile = self.shown.succeeded_meanwhile.saturating_add(u64::from(is_success));
        // An answer within the measured time is throughput of that time, whenever its request was due.
        for tally in [&mut self.whole, &mut self.interval] {
            tally.succeeded_meanwhile = tally.succeeded_meanwhile.saturating_add(success);
            if ended.is_measured {
                tally.record(latency, service, &ended.result);
            }
        }
    }

    /// Gives the measured requests that began by the end of the window.
    pub(super) const fn begun(&self) -> u64 {
        self.begun
    }

    /// Gives how late requests began that nothing but the generator held back: the 99th percentile, in milliseconds.
    pub(super) fn late_p99_ms(&self) -> f64 {
        if self.late.histogram.is_empty() { 0.0 } else { self.late.quantile_ms(0.99) }
    }

    /// Gives everything that was measured.
    pub(super) fn whole(&mut self) -> Summary {
        let lasted = self.window.1.saturating_duration_since(self.window.0);
        self.whole.take(lasted)
    }

    /// Gives what was measured since this was asked before.
    pub(super) fn interval(&mut self, lasted: Duration) -> Summary {
        self.interval.take(lasted)
    }

    /// Gives what happened since this was asked before, warm-up included.
    pub(super) fn shown(&mut self, lasted: Duration) -> Summary {
        self.shown.take(lasted)
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests;
