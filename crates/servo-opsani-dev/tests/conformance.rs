//! The connector keeps the rules that every connector keeps.

// Without this line the crate is not compiled in, and the registry does not know the connector.
use servo_opsani_dev as _;

#[test]
fn it_keeps_the_rules_of_every_connector() {
    assert_eq!(servo_testkit::conformance::check("opsani_dev"), Ok(()));
}
