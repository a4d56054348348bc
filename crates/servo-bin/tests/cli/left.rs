//! What a servo that did not end well has left behind.

use servo_core::journal::{Change, Entry, Journal as _, Purpose, Values};
use servo_core::model::Value;
use servo_runtime::journal::FileJournal;

use crate::environment::Environment;
use crate::running::{Running, a_moment};
use crate::studies::shop;

/// A shop whose study takes so long that it can be caught at a trial.
pub(crate) fn slow() -> String {
    shop("shop").replace("speed: 100000", "speed: 60").replace("trials: 8", "trials: 100")
}

/// Runs a study until its first changed configuration is in force.
pub(crate) fn at_a_trial(environment: &Environment, arguments: &[&str]) -> Running {
    let before = environment.servo(&["describe"]).stdout;
    let running = Running::start(environment, arguments);
    // The emulator writes down what is in force.
    let changed = || environment.servo(&["describe"]).stdout != before;
    let mut waited = 0;
    while !changed() && waited < 200 {
        waited += 1;
        a_moment();
    }
    assert!(waited < 200, "no trial came into force");
    running
}

/// The settings with this number of cores.
pub(crate) fn cpu(cores: &str) -> Values {
    Values::from([("web.cpu".to_owned(), Value::Number(cores.parse().unwrap()))])
}

/// Writes entries into the journal of a servo, as a process before this one has.
pub(crate) fn written(environment: &Environment, servo: &str, entries: Vec<Entry>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let journal = FileJournal::new(&environment.path().join(".servo").join(servo), servo);
        journal.open().await.unwrap();
        for entry in entries {
            journal.write(entry).await.unwrap();
        }
        journal.close().await;
    });
}

/// Leaves a trial of one core in force, where there were two before.
pub(crate) fn a_trial(environment: &Environment, servo: &str) {
    let ran = environment.servo(&["--name", servo, "adjust", "web.cpu=1"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    std::fs::remove_file(environment.path().join(".servo").join(servo).join("journal")).unwrap();
    let change = Change { id: 1, purpose: Purpose::Trial, before: cpu("2"), after: cpu("1") };
    written(environment, servo, vec![Entry::Change(change), Entry::Confirmed { change: 1, state: cpu("1") }]);
}
