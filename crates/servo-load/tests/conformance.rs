//! The connectors keep the rules that every connector keeps.

// Without this line the crate is not compiled in, and the registry does not know the connectors.
use servo_load as _;

#[test]
fn both_keep_the_rules_of_every_connector() {
    assert_eq!(servo_testkit::conformance::check_all(), Ok(()));
}
