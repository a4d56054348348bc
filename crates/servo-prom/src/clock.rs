//! The time of one measurement: that of the system as it began, and from there on the clock that waits.

use jiff::Timestamp;
use servo_core::duration::Duration;
use servo_core::{Error, Result};
use tokio::time::Instant;

/// The time of one measurement. It does not jump where the system's clock is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    began: Timestamp,
    at: Instant,
}

impl Clock {
    /// Begins now, at a whole millisecond: servers know no less.
    pub(crate) fn begin() -> Self {
        let now = Timestamp::now();
        Self { began: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now), at: Instant::now() }
    }

    /// Gives the time now, in whole milliseconds.
    pub(crate) fn now(&self) -> Timestamp {
        let millis = u64::try_from(self.at.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.after(Duration::from_millis(millis)).unwrap_or(self.began)
    }

    /// Gives how long ago it began.
    pub(crate) fn elapsed(&self) -> Duration {
        Duration::from_std(self.at.elapsed())
    }

    /// Gives the time so long after it began.
    ///
    /// # Errors
    ///
    /// Class failed: calendars end before.
    pub(crate) fn after(&self, duration: Duration) -> Result<Timestamp> {
        self.began.checked_add(duration.as_std()).map_err(|error| {
            Error::failed(format!("there is no time {duration} from now")).with_source(error)
        })
    }

    /// Waits until so long after it began; for ever where the clock cannot count that far.
    pub(crate) async fn until(&self, duration: Duration) {
        match self.at.checked_add(duration.as_std()) {
            Some(instant) => tokio::time::sleep_until(instant).await,
            None => std::future::pending().await,
        }
    }
}

/// Gives the time so long before another; the first there is where there is none.
pub(crate) fn before(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_sub(duration.as_std()).unwrap_or(Timestamp::MIN)
}
