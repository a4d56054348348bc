//! The standard events have the names of the original (4.2), and handlers are known by type.

use servo_core::event::standard::{self, Measuring};
use servo_core::event::{Event, Handled, Member, Phase};

use crate::fixture::Probe;

#[test]
fn the_names_are_the_originals() {
    assert_eq!(
        standard::NAMES,
        [
            "attach",
            "detach",
            "startup",
            "shutdown",
            "metrics",
            "components",
            "check",
            "describe",
            "measure",
            "adjust",
            "promote"
        ]
    );
    assert_eq!(standard::Adjust::NAME, "adjust");
}

#[test]
fn a_member_knows_what_it_handles_in_the_order_of_declaration() {
    let member = Member::new("a", "probe", Probe::default());
    let handled = member.handled();
    assert_eq!(handled[0], Handled { event: "ping", phase: Phase::Before });
    assert_eq!(handled[3], Handled { event: "attach", phase: Phase::On });
    assert!(member.handles("ping", Phase::After));
    assert!(!member.handles("measure", Phase::On));
}

#[test]
fn a_measurement_asks_for_named_metrics_or_for_all() {
    let all = Measuring::default();
    assert!(all.wants("latency"));
    let some = Measuring { metrics: Some(vec!["latency".to_owned()]), ..Measuring::default() };
    assert!(some.wants("latency") && !some.wants("errors"));
}
