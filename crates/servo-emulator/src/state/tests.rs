//! The file reads back as what was written, and a write that fails leaves it alone.

use proptest::prelude::*;
use servo_core::model::{Decimal, Value};

use super::*;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-1_000_000_000_i64..1_000_000_000, 0_u32..6)
            .prop_map(|(mantissa, scale)| Value::from(Decimal::new(mantissa, scale))),
        ".*".prop_map(Value::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_world_reads_back(
        values in proptest::collection::vec(("[a-z]{1,3}", "[a-z]{1,3}", value()), 0..6),
        seconds in 0_i64..250_000_000_000,
        nanoseconds in 0_i32..1_000_000_000,
        deployment: u64,
        measurement: u64,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        let mut assignment = Assignment::default();
        for (component, setting, value) in values {
            assignment.set(&component, &setting, value);
        }
        let clock = Timestamp::new(seconds, nanoseconds).unwrap();
        let state = WorldState { clock, deployment, measurement, values: assignment };
        state.write(&path).unwrap();
        prop_assert_eq!(WorldState::read(&path).unwrap(), Some(state));
    }

    #[test]
    fn any_text_is_a_world_or_an_error(text in ".*") {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        fs::write(&path, text).unwrap();
        prop_assert!(WorldState::read(&path).is_err());
    }
}

#[test]
fn a_write_that_fails_leaves_the_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let state = WorldState::begin(Assignment::default());
    state.write(&path).unwrap();
    // The new file cannot take its place where there is a folder.
    let taken = folder.path().join("taken");
    fs::create_dir_all(taken.join("inside")).unwrap();
    assert!(state.write(&taken).unwrap_err().message().starts_with("cannot write the state of the emulator"));
    assert_eq!(WorldState::read(&path).unwrap(), Some(state));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn there_is_no_world_before_the_first_write() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(WorldState::read(&folder.path().join("world.json")).unwrap(), None);
}
