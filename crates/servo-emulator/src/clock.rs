//! The emulated clock: when it begins, how it advances, and how real time passes while it does.
//!
//! It runs only while something is being done, by exactly as long as that takes.
//! So the same operations meet the same load and give the same readings, however long anybody thinks between them.

use jiff::{SignedDuration, Timestamp};
use servo_core::duration::Duration;
use servo_core::{Context, Error, Result};
use tokio::time::Instant;

/// When every emulated world begins: a midnight, 2026-01-01T00:00:00Z, a Thursday like the first day of 1970.
pub(crate) const BEGIN: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// The longest real time between two reports of progress.
const EVERY: std::time::Duration = std::time::Duration::from_secs(1);

/// Gives the seconds of the emulated clock, which the load depends on.
pub(crate) fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}

/// Gives the time that much later.
///
/// # Errors
///
/// A time beyond the year 9999, which no clock here shows.
pub(crate) fn after(at: Timestamp, duration: Duration) -> Result<Timestamp> {
    SignedDuration::try_from(duration.as_std()).and_then(|duration| at.checked_add(duration)).map_err(
        |error| {
            Error::failed(format!("the emulated clock cannot show {duration} after {at}"))
                .with_help("use shorter durations, or remove the state file to begin anew")
                .with_source(error)
        },
    )
}

/// Lets emulated time pass during one operation, and reports how much of it is over.
#[derive(Debug)]
pub(crate) struct Pace<'a> {
    cx: &'a Context,
    speed: f64,
    total: Duration,
    passed: Duration,
}

impl<'a> Pace<'a> {
    /// Prepares an operation of that emulated length in all.
    ///
    /// # Errors
    ///
    /// Class failed where the real clock cannot count that far.
    pub(crate) fn new(cx: &'a Context, speed: f64, total: Duration) -> Result<Self> {
        let pace = Self { cx, speed, total, passed: Duration::ZERO };
        pace.end(Instant::now(), total)?;
        Ok(pace)
    }

    /// Gives when so much emulated time will have passed.
    fn end(&self, begin: Instant, emulated: Duration) -> Result<Instant> {
        Duration::from_secs_f64(emulated.as_secs_f64() / self.speed)
            .ok()
            .and_then(|real| begin.checked_add(real.as_std()))
            .ok_or_else(|| {
                Error::failed(format!("{emulated} of emulated time is more than can be waited for"))
            })
    }

    /// Lets emulated time pass.
    ///
    /// # Errors
    ///
    /// Class cancelled as soon as the operation is; failed where the real clock cannot count that far.
    pub(crate) async fn pass(&mut self, emulated: Duration, doing: &str) -> Result<()> {
        let cancelled = || Error::cancelled(format!("cancelled while {doing}"));
        if self.cx.is_cancelled() {
            return Err(cancelled());
        }
        let begin = Instant::now();
        let end = self.end(begin, emulated)?;
        while Instant::now() < end {
            self.report(begin, emulated, doing);
            let next = Instant::now().checked_add(EVERY).unwrap_or(end);
            tokio::select! {
                () = tokio::time::sleep_until(end.min(next)) => {}
                () = self.cx.token().cancelled() => return Err(cancelled()),
            }
        }
        self.passed = self.passed.saturating_add(emulated);
        Ok(())
    }

    fn report(&self, begin: Instant, emulated: Duration, doing: &str) {
        let current = begin.elapsed().as_secs_f64() * self.speed;
        let whole = Duration::from_secs_f64(current.floor()).unwrap_or(emulated).min(emulated);
        let passed = self.passed.saturating_add(whole);
        let percent = 100.0 * passed.as_secs_f64() / self.total.as_secs_f64().max(f64::MIN_POSITIVE);
        self.cx.report(percent, format!("{doing}, {passed} of {} emulated", self.total));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_begins_at_a_midnight() {
        assert_eq!(BEGIN.to_string(), "2026-01-01T00:00:00Z");
        assert!(seconds(BEGIN).rem_euclid(7.0 * 86_400.0) < 1e-6);
    }

    #[test]
    fn the_clock_adds_exactly_and_ends_with_an_error() {
        let later = after(BEGIN, Duration::from_millis(1500)).unwrap();
        assert_eq!(later.to_string(), "2026-01-01T00:00:01.5Z");
        assert!(after(BEGIN, Duration::from_secs(u64::MAX)).is_err());
        assert!(after(Timestamp::MAX, Duration::from_secs(1)).is_err());
    }
}
