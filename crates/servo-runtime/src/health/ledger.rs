//! What a journal says of the application, as far as it is watched.

use std::time::Duration;

use jiff::Timestamp;
use servo_core::journal::{Ledger, Purpose};

/// What a journal says of the application.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    /// Why no changes are made, where that is so.
    pub(super) trip: Option<String>,
    /// Whether the application is known to be at its baseline.
    pub(super) is_at_baseline: bool,
    /// Whether a change was begun and not confirmed.
    pub(super) is_pending: bool,
    /// How long ago that was begun: zero where there is none, `None` where it is not known.
    pub(super) lag: Option<Duration>,
}

impl Standing {
    /// Reads it off a ledger; `restoring` is for how long the servo has been bringing the application back.
    pub(super) fn of(ledger: &Ledger, now: Timestamp, restoring: Option<Duration>) -> Self {
        let lag = match &ledger.pending {
            None => Some(Duration::ZERO),
            Some(change) if change.purpose == Purpose::Restoration => restoring,
            // Restorations are not among them, and the last is always kept.
            Some(_) => ledger.recent.last().map(|begun| age(*begun, now)),
        };
        Self {
            trip: ledger.trip.as_ref().map(|trip| trip.reason.clone()),
            is_at_baseline: ledger.pending.is_none() && ledger.is_at_baseline(),
            is_pending: ledger.pending.is_some(),
            lag,
        }
    }
}

/// How long ago something was; what is yet to come, after a clock was set back, was just now.
fn age(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use servo_core::journal::{Change, Entry, Record, Trip, Values};
    use servo_core::model::Value;

    use super::*;

    fn values(cpu: &str) -> Values {
        Values::from([("web.cpu".to_owned(), Value::Text(cpu.to_owned()))])
    }

    fn begin(ledger: &mut Ledger, purpose: Purpose, at: Timestamp) {
        let change = Change { id: ledger.next_id(), purpose, before: values("1"), after: values("2") };
        ledger.apply(&Record { at, entry: Entry::Change(change) });
    }

    fn later(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn nothing_begun_is_no_lag() {
        let standing = Standing::of(&Ledger::default(), later(5), None);
        assert_eq!((standing.is_pending, standing.lag), (false, Some(Duration::ZERO)));
        assert!(standing.is_at_baseline);
    }

    #[test]
    fn the_lag_is_the_age_of_what_was_begun_and_not_confirmed() {
        let mut ledger = Ledger::default();
        begin(&mut ledger, Purpose::Trial, later(10));
        let standing = Standing::of(&ledger, later(52), None);
        assert_eq!((standing.is_pending, standing.lag), (true, Some(Duration::from_secs(42))));
        assert!(!standing.is_at_baseline);
        let entry = Entry::Confirmed { change: 1, state: values("2") };
        ledger.apply(&Record { at: later(52), entry });
        let confirmed = Standing::of(&ledger, later(60), None);
        assert_eq!((confirmed.is_pending, confirmed.lag), (false, Some(Duration::ZERO)));
        assert!(!confirmed.is_at_baseline);
    }

    #[test]
    fn a_clock_that_was_set_back_gives_no_lag() {
        let mut ledger = Ledger::default();
        begin(&mut ledger, Purpose::Trial, later(10));
        assert_eq!(Standing::of(&ledger, later(0), None).lag, Some(Duration::ZERO));
    }

    #[test]
    fn a_restoration_is_as_old_as_the_servo_says_or_of_an_age_that_is_not_known() {
        let mut ledger = Ledger::default();
        begin(&mut ledger, Purpose::Restoration, later(10));
        assert_eq!(Standing::of(&ledger, later(50), None).lag, None);
        let known = Standing::of(&ledger, later(50), Some(Duration::from_secs(3)));
        assert_eq!(known.lag, Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_broken_circuit_is_told_with_its_reason() {
        let trip = Trip { at: later(0), reason: "too many failures".to_owned() };
        let ledger = Ledger { trip: Some(trip), ..Ledger::default() };
        assert_eq!(Standing::of(&ledger, later(0), None).trip.as_deref(), Some("too many failures"));
    }
}
