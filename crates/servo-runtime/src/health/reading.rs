//! What is known of one servo at one time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::ledger::Standing;
use super::state::State;
use super::tally::Tally;

/// After how long without an answer an optimizer that is asked and does not answer counts as lost: three times the
/// longest pause between two attempts.
const LOST_AFTER: Duration = Duration::from_mins(15);

/// What is known of one servo at one time.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) name: Arc<str>,
    pub(super) state: State,
    /// For how long it has been in this state.
    pub(super) age: Duration,
    /// Why it is held or has failed.
    pub(super) note: Option<String>,
    /// Whether it has reached an optimizer at least once.
    pub(super) was_greeted: bool,
    /// For how long its optimizer has not been heard of; `None` for one that cannot be lost.
    pub(super) silence: Option<Duration>,
    /// Whether its optimizer is asked in vain.
    pub(super) is_lost: bool,
    /// What its journal says; `None` before the servo has started, which it does with its journal
    /// in use.
    pub(super) standing: Option<Standing>,
    /// Whether its optimizer makes trials.
    pub(super) makes_trials: bool,
    pub(super) tally: Tally,
    /// How many operations have ended, by their names and statuses.
    pub(super) operations: BTreeMap<(&'static str, &'static str), u64>,
    /// How often the application was brought back.
    pub(super) restores: u64,
}

impl Reading {
    /// Returns why changes are not made, where its circuit is broken.
    pub(super) fn trip(&self) -> Option<&str> {
        self.standing.as_ref()?.trip.as_deref()
    }
}

/// Since when an optimizer has not been heard of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Silence {
    heard: Option<Instant>,
    /// How many errors had been counted when that was found out.
    errors: u64,
}

impl Silence {
    /// Takes into account when it was last heard of, and how many errors there were until now.
    pub(super) fn observe(&mut self, heard: Option<Instant>, errors: u64) {
        if heard != self.heard {
            *self = Self { heard, errors };
        }
    }

    /// Returns how long it lasts.
    pub(super) fn lasts(&self) -> Option<Duration> {
        self.heard.map(|heard| heard.elapsed())
    }

    /// Says whether that is too long. An optimizer that is not asked, since it told the servo to sleep, is not lost:
    /// there are no errors.
    pub(super) fn is_lost(&self, errors: u64) -> bool {
        errors > self.errors && self.lasts().is_some_and(|silence| silence >= LOST_AFTER)
    }
}

#[cfg(test)]
pub(super) mod samples {
    //! Readings for the tests of what is made of them.

    use super::*;

    /// A servo that has reached its optimizer and waits.
    pub(in crate::health) fn waiting(name: &str) -> Reading {
        Reading {
            name: name.into(),
            state: State::Waiting,
            age: Duration::from_secs(12),
            note: None,
            was_greeted: true,
            silence: None,
            is_lost: false,
            standing: None,
            makes_trials: false,
            tally: Tally::default(),
            operations: BTreeMap::new(),
            restores: 0,
        }
    }

    /// A journal that says nothing but this.
    pub(in crate::health) fn standing(trip: Option<&str>) -> Standing {
        let trip = trip.map(str::to_owned);
        Standing { trip, is_at_baseline: true, is_pending: false, lag: Some(Duration::ZERO) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_optimizer_is_lost_when_it_is_asked_in_vain_for_a_quarter_of_an_hour() {
        let mut silence = Silence::default();
        silence.observe(Some(Instant::now()), 3);
        tokio::time::advance(Duration::from_mins(14)).await;
        assert!(!silence.is_lost(8));
        tokio::time::advance(Duration::from_mins(1)).await;
        assert!(silence.is_lost(8));
        silence.observe(Some(Instant::now()), 8);
        assert!(!silence.is_lost(8));
    }

    #[tokio::test(start_paused = true)]
    async fn a_servo_that_was_told_to_sleep_has_not_lost_its_optimizer() {
        let mut silence = Silence::default();
        silence.observe(Some(Instant::now()), 3);
        tokio::time::advance(Duration::from_hours(2)).await;
        silence.observe(silence.heard, 3);
        assert!(!silence.is_lost(3));
        assert_eq!(silence.lasts(), Some(Duration::from_hours(2)));
    }

    #[test]
    fn an_optimizer_in_this_process_cannot_be_lost() {
        let mut silence = Silence::default();
        silence.observe(None, 9);
        assert_eq!((silence.lasts(), silence.is_lost(10)), (None, false));
    }
}
