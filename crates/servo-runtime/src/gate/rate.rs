//! So many changes in an hour.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use servo_core::duration;
use tokio::time::Instant;

use super::Held;

#[cfg(test)]
mod tests;

/// How long a change counts.
const HOUR: Duration = Duration::from_hours(1);

/// Counts the changes of the last hour, by a clock that nobody can set. Where the machine sleeps that clock may stand
/// still, and changes count for longer.
#[derive(Debug, Default)]
pub struct Rate {
    limit: Option<NonZeroU32>,
    made: Mutex<Made>,
}

/// The changes that count.
#[derive(Debug, Default)]
struct Made {
    /// When each ceases to count, the earliest first: the newest changes, no more than the limit allows, since older
    /// ones make no difference. Empty where there is no limit.
    expiries: VecDeque<Instant>,
    /// Whether the journal of the servo was told.
    is_told: bool,
}

impl Rate {
    /// Allows so many changes in any hour; `None` sets no bound.
    pub fn new(limit: Option<NonZeroU32>) -> Self {
        Self { limit, made: Mutex::default() }
    }

    /// Returns how many changes it allows in any hour; `None` stands for any number.
    pub fn limit(&self) -> Option<NonZeroU32> {
        self.limit
    }

    /// Says whether one more may be made, without counting it.
    ///
    /// # Errors
    ///
    /// The limit is reached; `allowance` says whose it is, such as "`change_rate` allows this servo".
    pub fn check(&self, allowance: &str) -> Result<(), Held> {
        self.check_made(&mut self.made(), allowance)
    }

    /// Counts one, even where the limit is reached.
    pub fn count(&self) {
        self.count_made(&mut self.made());
    }

    /// Counts one where it may be made, as one step: however many ask at once, no more pass than may.
    ///
    /// # Errors
    ///
    /// The limit is reached.
    pub fn take(&self, allowance: &str) -> Result<(), Held> {
        self.take_after(allowance, || Ok(()))
    }

    /// Counts one where it may be made and `other` allows it, too; `other` is asked last, and nobody else meanwhile.
    pub(super) fn take_after(
        &self,
        allowance: &str,
        other: impl FnOnce() -> Result<(), Held>,
    ) -> Result<(), Held> {
        let mut made = self.made();
        self.check_made(&mut made, allowance)?;
        other()?;
        self.count_made(&mut made);
        Ok(())
    }

    /// Counts changes that a journal remembers. Those of a time to come, which a clock that was set back leaves
    /// behind, count as made now; those of more than an hour ago do not count.
    pub fn remember(&self, recent: &[Timestamp], now: Timestamp) {
        if self.limit.is_none() {
            return;
        }
        let begun = Instant::now();
        let left = recent.iter().filter_map(|made| {
            let age = Duration::try_from(now.duration_since(*made)).unwrap_or(Duration::ZERO);
            HOUR.checked_sub(age).filter(|left| !left.is_zero())
        });
        let mut made = self.made();
        made.expiries.extend(left.map(|left| begun + left));
        made.expiries.make_contiguous().sort_unstable();
        self.trim(&mut made, begun);
    }

    /// Says, to the first who asks only, that the servo's journal is to be told.
    pub(super) fn is_untold(&self) -> bool {
        !std::mem::replace(&mut self.made().is_told, true)
    }

    /// A panic elsewhere leaves the list whole: it is changed by single steps that do not panic.
    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_made(&self, made: &mut Made, allowance: &str) -> Result<(), Held> {
        let now = Instant::now();
        self.trim(made, now);
        let (Some(limit), Some(first)) = (self.limit, made.expiries.front()) else {
            return Ok(());
        };
        let count = made.expiries.len();
        if count < count_of(limit) {
            return Ok(());
        }
        let wait = first.saturating_duration_since(now);
        let changes = if count == 1 { "change" } else { "changes" };
        let next = duration::Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        let message = format!(
            "{count} {changes} in the last hour, as many as {allowance}; the next may be made in {next}"
        );
        Err(Held { reason: "change-rate", message, wait })
    }

    fn count_made(&self, made: &mut Made) {
        if self.limit.is_some() {
            let now = Instant::now();
            // Nothing expires later than what is made now.
            made.expiries.push_back(now + HOUR);
            self.trim(made, now);
        }
    }

    /// Forgets what does not count any more, and what makes no difference.
    fn trim(&self, made: &mut Made, now: Instant) {
        let most = self.limit.map_or(0, count_of);
        while made.expiries.len() > most || made.expiries.front().is_some_and(|expiry| *expiry <= now) {
            made.expiries.pop_front();
        }
    }
}

fn count_of(limit: NonZeroU32) -> usize {
    usize::try_from(limit.get()).unwrap_or(usize::MAX)
}
