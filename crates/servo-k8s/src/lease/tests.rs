//! What is told of leases that others hold, and the names of who writes.

use super::*;
use crate::workload::Kind;

#[test]
fn whoever_holds_a_lease_is_named_with_since_when_and_until_when() {
    let workload =
        Reference { kind: Kind::Deployment, namespace: "default".to_owned(), name: "web".to_owned() };
    let at = |second| Timestamp::from_second(second).expect("a time");
    let error = held(&workload, "shop-1", Some(at(1_800_000_000)), at(1_800_000_900));
    assert_eq!(
        error.message(),
        "Deployment `default/web` is adjusted by the servo `shop-1` since 2027-01-15 08:00:00 UTC"
    );
    let help = error.help().expect("a help");
    assert!(help.contains("its lease `servo-deployment-web` ends at 2027-01-15 08:15:00 UTC"), "{help}");
    assert_eq!(error.reason(), Some(fault::CONFLICT));
    let error = held(&workload, "shop-1", None, at(0));
    assert_eq!(error.message(), "Deployment `default/web` is adjusted by the servo `shop-1`");
}
