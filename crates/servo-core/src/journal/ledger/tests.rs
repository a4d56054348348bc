//! What records add up to.

mod clocks;
mod properties;

use super::*;

fn values(text: &str) -> Values {
    text.split_whitespace()
        .filter_map(|it| it.split_once('='))
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect()
}

fn change(ledger: &mut Ledger, purpose: Purpose, before: &str, after: &str) -> u64 {
    let id = ledger.next_id();
    let change = Change { id, purpose, before: values(before), after: values(after) };
    ledger.apply(&Record::now(Entry::Change(change)));
    id
}

fn confirm(ledger: &mut Ledger, change: u64, state: &str) {
    ledger.apply(&Record::now(Entry::Confirmed { change, state: values(state) }));
}

fn due(ledger: &Ledger) -> Option<Values> {
    ledger.due().map(|due| due.target)
}

#[test]
fn a_confirmed_trial_is_due_back_and_a_confirmed_adjustment_is_not() {
    for (purpose, expected) in [
        (Purpose::Trial, Some(values("web.cpu=2"))),
        (Purpose::Adjustment, None),
        (Purpose::Promotion, None),
        (Purpose::Operator, None),
    ] {
        let mut ledger = Ledger::default();
        let id = change(&mut ledger, purpose, "web.cpu=2", "web.cpu=1");
        assert_eq!(due(&ledger), Some(values("web.cpu=2")), "{purpose:?} unconfirmed");
        confirm(&mut ledger, id, "web.cpu=1");
        assert_eq!(due(&ledger), expected, "{purpose:?} confirmed");
    }
}

#[test]
fn an_unconfirmed_adjustment_goes_back_to_the_confirmed_one_before() {
    let mut ledger = Ledger::default();
    let first = change(&mut ledger, Purpose::Adjustment, "web.cpu=2", "web.cpu=1");
    confirm(&mut ledger, first, "web.cpu=1");
    change(&mut ledger, Purpose::Adjustment, "web.cpu=1", "web.cpu=3");
    assert_eq!(due(&ledger), Some(values("web.cpu=1")));
    assert_eq!(ledger.away(), values("web.cpu=2"));
    let back = change(&mut ledger, Purpose::Restoration, "web.cpu=3", "web.cpu=1");
    assert_eq!(due(&ledger), Some(values("web.cpu=1")));
    confirm(&mut ledger, back, "web.cpu=1");
    assert_eq!(due(&ledger), None);
    assert!(ledger.is_kept);
}

#[test]
fn what_others_have_set_becomes_the_baseline() {
    let mut ledger = Ledger::default();
    let first = change(&mut ledger, Purpose::Trial, "web.cpu=2 web.mem=4", "web.cpu=1 web.mem=2");
    confirm(&mut ledger, first, "web.cpu=1 web.mem=2");
    // Somebody sets the memory meanwhile.
    change(&mut ledger, Purpose::Trial, "web.cpu=1 web.mem=8", "web.cpu=3 web.mem=1");
    assert_eq!(due(&ledger), Some(values("web.cpu=2 web.mem=8")));
}

#[test]
fn a_promotion_is_the_new_baseline() {
    let mut ledger = Ledger::default();
    let first = change(&mut ledger, Purpose::Trial, "web.cpu=2", "web.cpu=1");
    confirm(&mut ledger, first, "web.cpu=1");
    let promoted = change(&mut ledger, Purpose::Promotion, "web.cpu=1", "web.cpu=1");
    confirm(&mut ledger, promoted, "web.cpu=1");
    let next = change(&mut ledger, Purpose::Trial, "web.cpu=1", "web.cpu=3");
    confirm(&mut ledger, next, "web.cpu=3");
    assert_eq!(due(&ledger), Some(values("web.cpu=1")));
    assert!(ledger.leads_back(&values("web.cpu=1")) && !ledger.leads_back(&values("web.cpu=2")));
}

#[test]
fn a_promotion_leaves_a_trial_of_other_settings_a_trial() {
    for purpose in [Purpose::Promotion, Purpose::Operator] {
        let mut ledger = Ledger::default();
        let trial = change(&mut ledger, Purpose::Trial, "web.mem=4", "web.mem=2");
        confirm(&mut ledger, trial, "web.mem=2");
        // The process is killed here; what follows is by hand.
        let promoted = change(&mut ledger, purpose, "web.cpu=2", "web.cpu=1");
        confirm(&mut ledger, promoted, "web.cpu=1");
        assert_eq!(due(&ledger), Some(values("web.mem=4")), "{purpose:?}");
    }
}

#[test]
fn what_a_failed_change_has_left_is_due_although_a_later_one_succeeds() {
    for (purpose, mem) in [(Purpose::Trial, "web.mem=4"), (Purpose::Adjustment, "web.mem=2")] {
        let mut ledger = Ledger::default();
        let first = change(&mut ledger, purpose, "web.mem=4", "web.mem=2");
        confirm(&mut ledger, first, "web.mem=2");
        let failed = change(&mut ledger, purpose, "web.mem=2", "web.mem=1");
        ledger.apply(&Record::now(Entry::Failed { change: failed, reason: "timeout".to_owned() }));
        let later = change(&mut ledger, purpose, "web.cpu=2", "web.cpu=2");
        confirm(&mut ledger, later, "web.cpu=2");
        assert_eq!(due(&ledger), Some(values(mem)), "{purpose:?}");
    }
}

#[test]
fn an_adjustment_that_follows_a_failed_one_goes_back_before_both() {
    let mut ledger = Ledger::default();
    let first = change(&mut ledger, Purpose::Adjustment, "web.cpu=2", "web.cpu=1");
    confirm(&mut ledger, first, "web.cpu=1");
    change(&mut ledger, Purpose::Adjustment, "web.cpu=1", "web.cpu=3");
    // It took effect all the same.
    change(&mut ledger, Purpose::Adjustment, "web.cpu=3", "web.cpu=4");
    assert_eq!(due(&ledger), Some(values("web.cpu=1")));
}

#[test]
fn a_change_that_fails_again_and_again_leaves_bounded_traces() {
    let mut ledger = Ledger::default();
    for number in 0..1_000 {
        change(&mut ledger, Purpose::Adjustment, "web.cpu=2", &format!("web.cpu=x{number}"));
    }
    let attempted = &ledger.attempted["web.cpu"];
    assert_eq!(attempted.len(), MOST_ATTEMPTED);
    assert_eq!(attempted.last(), Some(&Value::from("x999")));
    assert_eq!(due(&ledger), Some(values("web.cpu=2")));
}

#[test]
fn the_first_reason_of_a_trip_counts_until_it_is_reset() {
    let mut ledger = Ledger::default();
    for reason in ["violations", "failures"] {
        ledger.apply(&Record::now(Entry::Tripped { reason: reason.to_owned() }));
    }
    assert_eq!(ledger.trip.as_ref().map(|trip| trip.reason.as_str()), Some("violations"));
    ledger.apply(&Record::now(Entry::Reset));
    assert_eq!(ledger.trip, None);
}
