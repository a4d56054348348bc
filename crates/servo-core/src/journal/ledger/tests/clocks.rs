//! The times of changes, on clocks that jump.

use proptest::prelude::*;

use super::super::{MOST_RECENT, RECENT};
use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn counted(seconds: &[i64]) -> Vec<i64> {
    let mut ledger = Ledger::default();
    for seconds in seconds {
        let id = ledger.next_id();
        let change = Change { id, purpose: Purpose::Trial, before: values("a.b=1"), after: values("a.b=2") };
        ledger.apply(&Record { at: at(*seconds), entry: Entry::Change(change) });
    }
    ledger.recent.iter().map(|it| it.as_second()).collect()
}

#[test]
fn changes_of_the_last_hour_are_kept() {
    assert_eq!(counted(&[0, 10, 3_599, 3_600, 3_609]), [10, 3_599, 3_600, 3_609]);
    assert_eq!(counted(&[0, 10, 7_200]), [7_200]);
}

#[test]
fn a_clock_that_is_set_back_forgets_no_change() {
    // A year ahead, and back: each of the changes counts for an hour of the clock as it is now.
    assert_eq!(counted(&[31_536_000, 31_536_010, 100, 200]), [100, 100, 100, 200]);
    assert_eq!(counted(&[31_536_000, 31_536_010, 100, 200, 3_700]), [200, 3_700]);
}

#[test]
fn a_restoration_is_not_counted() {
    let mut ledger = Ledger::default();
    change(&mut ledger, Purpose::Restoration, "a.b=1", "a.b=2");
    assert_eq!(ledger.recent, []);
}

#[test]
fn times_are_bounded_on_a_clock_that_stands_still() {
    let mut ledger = Ledger { recent: vec![at(5); MOST_RECENT], ..Ledger::default() };
    let change = Change { id: 1, purpose: Purpose::Trial, before: values("a.b=1"), after: values("a.b=2") };
    ledger.apply(&Record { at: at(6), entry: Entry::Change(change) });
    assert_eq!(ledger.recent.len(), MOST_RECENT);
    assert_eq!(ledger.recent.last(), Some(&at(6)));
}

proptest! {
    #[test]
    fn times_stay_in_order_and_within_the_hour(
        clock in prop::collection::vec(
            prop_oneof![-10_000_i64..10_000, -377_705_023_201_i64..=253_402_207_200],
            1..60,
        ),
    ) {
        let recent = counted(&clock);
        let now = *clock.last().unwrap();
        prop_assert!(recent.is_sorted());
        prop_assert_eq!(recent.last(), Some(&now));
        prop_assert!(recent.iter().all(|it| now - it < RECENT.as_secs()));
        // As long as the clock has not passed an hour at once, none is missing.
        let is_slow = clock.windows(2).all(|pair| pair[1] <= pair[0]);
        prop_assert!(!is_slow || recent.len() == clock.len());
    }
}
