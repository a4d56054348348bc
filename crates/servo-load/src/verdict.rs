//! Whether the load that was asked for was really sent, and whose fault it is where it was not.

use servo_core::{Error, Result};

use crate::settings::DEFAULT_CONNECTIONS;
use crate::summary::Pace;

/// The least part of the requests that must have been sent in their time.
const KEPT: f64 = 0.99;

/// From this part of the time on the thread counts as busy all the time.
const BUSY: f64 = 0.9;

/// From this on it is told how late requests began, in milliseconds.
const LATE_MS: f64 = 10.0;

/// Why the rate was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// One thread cannot send more, or gets too little of the processor.
    Processor,
    /// The operator lets fewer requests be under way at once than the default.
    Limit,
    /// As many requests as there may be by default were not answered.
    Server,
}

impl Pace {
    /// Gives the requests in a second that were due.
    pub(crate) fn asked(&self) -> f64 {
        self.due as f64 / self.lasted_seconds
    }

    /// Gives the requests in a second that had begun by the end.
    pub(crate) fn achieved(&self) -> f64 {
        self.begun as f64 / self.lasted_seconds
    }

    /// Returns true where all but one in a hundred requests began in their time.
    pub(crate) fn is_kept(&self) -> bool {
        // One request of a few is no percent.
        self.begun.saturating_add(1) >= self.due || self.begun as f64 >= KEPT * self.due as f64
    }

    fn reason(&self) -> Option<Reason> {
        let default = usize::try_from(DEFAULT_CONNECTIONS).unwrap_or(usize::MAX);
        match () {
            () if self.is_kept() => None,
            () if !self.is_full || self.busy >= BUSY => Some(Reason::Processor),
            () if self.at_once < default => Some(Reason::Limit),
            () => Some(Reason::Server),
        }
    }

    /// Refuses a measurement whose rate was not kept for reasons of the generator, and says what else is remarkable.
    ///
    /// # Errors
    ///
    /// Class failed, with what to do.
    pub(crate) fn judged(&self) -> Result<Option<String>> {
        let rates = format!("{:.1} of {:.1} requests a second", self.achieved(), self.asked());
        match self.reason() {
            Some(Reason::Processor) => {
                let busy = 100.0 * self.busy;
                let message = format!(
                    "the generator cannot keep the rate: it sent {rates}, and was busy {busy:.0}% of the time"
                );
                let help = "ask for less, use smaller answers, or give the generator a processor of its own";
                Err(Error::failed(message).with_help(help))
            }
            Some(Reason::Limit) => {
                let message = format!(
                    "the rate does not pass the limit of {} requests at once: {rates} were sent",
                    self.at_once
                );
                Err(Error::failed(message).with_help("raise `connections` or `max_workers`, or ask for less"))
            }
            Some(Reason::Server) => Ok(Some(format!(
                "{} requests were under way without an answer: {rates} were sent, the others waited",
                self.at_once
            ))),
            None if self.busy >= BUSY || self.late_p99_ms >= LATE_MS => Ok(Some(format!(
                "the generator was busy {:.0}% of the time and began 1% of the requests {:.1} ms late or more: a part \
                 of the latency is its own",
                100.0 * self.busy,
                self.late_p99_ms
            ))),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEPING: Pace = Pace {
        due: 10_000,
        begun: 9_950,
        lasted_seconds: 10.0,
        busy: 0.3,
        late_p99_ms: 0.2,
        is_full: false,
        at_once: 10_000,
    };

    #[test]
    fn a_rate_that_was_kept_is_nothing_to_tell() {
        assert_eq!(KEEPING.judged().expect("kept"), None);
        assert!(Pace { due: 10, begun: 9, ..KEEPING }.is_kept(), "one request at the edge");
    }

    #[test]
    fn what_the_generator_cannot_send_fails_the_measurement() {
        let error = Pace { begun: 5_000, busy: 0.99, ..KEEPING }.judged().expect_err("not kept");
        let expected = "the generator cannot keep the rate: it sent 500.0 of 1000.0 requests a second, and was busy 99% of the time";
        assert_eq!(error.message(), expected);
        let busy_and_full = Pace { begun: 5_000, busy: 0.99, is_full: true, ..KEEPING };
        assert!(busy_and_full.judged().is_err(), "answers waited for the processor, not for the server");
    }

    #[test]
    fn a_limit_of_the_operators_fails_it_and_the_default_shows_the_server() {
        let full = Pace { begun: 5_000, is_full: true, ..KEEPING };
        let error = Pace { at_once: 8, ..full }.judged().expect_err("not kept");
        assert!(error.message().contains("the limit of 8 requests at once"), "{error}");
        let told = full.judged().expect("the server's").expect("a warning");
        assert!(told.starts_with("10000 requests were under way without an answer"), "{told}");
    }

    #[test]
    fn a_busy_generator_says_that_latency_is_partly_its_own() {
        let told = Pace { busy: 0.95, ..KEEPING }.judged().expect("kept").expect("a warning");
        assert!(told.contains("busy 95% of the time"), "{told}");
        assert!(Pace { late_p99_ms: 30.0, ..KEEPING }.judged().expect("kept").is_some());
    }
}
