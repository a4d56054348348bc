//! How often an optimizer is asked for the next command, whatever it answers.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How many turns may be taken at once after a rest.
pub const BURST: u32 = 50;

/// How many turns a second may be taken for ever.
pub const PER_SECOND: u32 = 20;

/// The time in which one turn becomes available again.
const REFILL: Duration = Duration::from_millis(1000 / PER_SECOND as u64);

/// A token bucket: in any `t` seconds at most [`BURST`] + [`PER_SECOND`] × `t` turns are taken. It holds an instant
/// instead of a number of tokens: the time at which the bucket is full again (the generic cell rate algorithm, ITU-T
/// I.371, as virtual scheduling).
#[derive(Debug, Default)]
pub struct Pace(Mutex<Option<Instant>>);

impl Pace {
    /// Creates a bucket that is full.
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until it is the caller's turn, first come, first served. A wait that is dropped takes no turn.
    pub async fn turn(&self) {
        let mut full = self.0.lock().await;
        if let Some(full) = *full
            && let Some(at) = full.checked_sub(REFILL * (BURST - 1))
        {
            sleep_until(at).await;
        }
        let now = Instant::now();
        *full = Some(full.map_or(now, |full| full.max(now)) + REFILL);
    }
}

#[cfg(test)]
mod tests;
