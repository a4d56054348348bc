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

fn deployment() -> impl Strategy<Value = Deployment> {
    let values = proptest::collection::vec(("[a-z]{1,3}", "[a-z]{1,3}", value()), 0..6);
    let machines = prop_oneof![any::<u64>().prop_map(Draw::Counted), any::<u64>().prop_map(Draw::Trial)];
    (values, machines).prop_map(|(values, machines)| {
        let mut assignment = Assignment::default();
        for (component, setting, value) in values {
            assignment.set(&component, &setting, value);
        }
        Deployment { values: assignment, machines }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_world_reads_back(
        deployed in deployment(),
        found in proptest::option::of(deployment()),
        seconds in 0_i64..250_000_000_000,
        nanoseconds in 0_i32..1_000_000_000,
        deployments: u64,
        measurements: u64,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        let clock = Timestamp::new(seconds, nanoseconds).unwrap();
        let state = WorldState { clock, deployments, measurements, deployed, found };
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

/// A file as it was written before trials were known.
const OLD: &str = r#"{"version": 1, "clock": "2026-01-01T00:00:50Z", "deployment": 3, "measurement": 4,
    "state": {"application": {"components": {"web": {"settings": {"cpu": {"value": 1}}}}}}}"#;

#[test]
fn a_file_of_before_trials_were_known_is_read_and_written_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let mut state = WorldState::begin(Assignment::default());
    state.deployments = 3;
    state.deployed.machines = Draw::Counted(3);
    state.write(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains(r#""version": 1"#) && !text.contains("machines") && !text.contains("found"),
        "{text}"
    );
    fs::write(&path, OLD).unwrap();
    let read = WorldState::read(&path).unwrap().unwrap();
    assert_eq!((read.deployed.machines, read.found), (Draw::Counted(3), None));
}

#[test]
fn a_trial_needs_the_newer_form() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    let mut state = WorldState::begin(Assignment::default());
    state.deploy(Assignment::default(), Some(1));
    state.write(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(r#""version": 2"#), "{text}");
}
