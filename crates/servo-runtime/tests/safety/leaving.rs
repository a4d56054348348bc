//! What is in force for the time of a trial is undone before a servo ends, and not waited for beyond the grace.

use std::sync::Arc;
use std::time::Duration;

use servo_core::optimizer::Outcome;
use servo_core::{Error, Result};
use servo_testkit::script::{Line, Script, Told};
use tokio::time::Instant;

use crate::world::{BASELINE, Site, Trouble, adjust, measure};

/// Runs a script and stops it after so many seconds; gives how long it took to end.
async fn stopped(site: &Site, script: &Arc<Script>, after_seconds: u64) -> (Result<Outcome>, Duration) {
    let runner = site.runner(script);
    let stop = runner.stop.clone();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(after_seconds)).await;
        stop.request("SIGTERM");
        Instant::now()
    };
    let (outcome, began) = tokio::join!(runner.run(), stopping);
    (outcome, began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_trial_is_undone_before_goodbye_also_where_the_optimizer_does_not() {
    let site = Site::new();
    let script = Arc::new(Script::of([adjust("web.cpu=1", 1), measure(60)]).making_trials());
    stopped(&site, &script, 30).await.0.unwrap();
    assert_eq!(site.world.now(), BASELINE);
    assert_eq!(site.journal.ledger().due(), None);
    assert_eq!(script.told().last(), Some(&Told::Goodbye("SIGTERM".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_trial_is_undone_where_the_optimizer_fails() {
    let site = Site::new();
    let lines = [Line::Command(adjust("web.cpu=1", 1)), Line::Fail(Error::failed("no idea"))];
    let script = Arc::new(Script::lines(lines).making_trials());
    site.run(&script).await.unwrap_err();
    assert_eq!(site.world.now(), BASELINE);
}

#[tokio::test(start_paused = true)]
async fn an_adjustment_is_undone_where_the_connector_panics() {
    for trials in [true, false] {
        let site = Site::new();
        site.world.troubles([Some(Trouble::Panics)]);
        let script = Script::of([adjust("web.cpu=1", 1)]);
        let script = Arc::new(if trials { script.making_trials() } else { script });
        site.run(&script).await.unwrap();
        assert_eq!(site.world.now(), BASELINE);
    }
}

#[tokio::test(start_paused = true)]
async fn a_restoration_that_hangs_is_not_waited_for_beyond_the_grace_and_verified_at_the_next_start() {
    let site = Site::new();
    // What the optimizer asks for when it winds up.
    let script = Script::of([adjust("web.cpu=1", 1), measure(60)]).closing([adjust("web.cpu=2", 0)]);
    let script = Arc::new(script.making_trials());
    site.world.troubles([None, Some(Trouble::HangsAfter)]);
    let (outcome, took) = stopped(&site, &script, 30).await;
    assert_eq!(outcome.unwrap(), Outcome::Interrupted);
    assert!(took <= Duration::from_secs(12), "{took:?}");
    assert!(site.journal.ledger().due().is_some());
    let changes = site.world.log().len();
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), BASELINE);
    // It had come through: nothing had to be set again.
    assert_eq!(site.world.log().len(), changes);
    assert_eq!(site.journal.ledger().due(), None);
}

#[tokio::test(start_paused = true)]
async fn one_that_did_not_come_through_is_made_up_for_at_the_next_start() {
    let site = Site::new();
    let script = Arc::new(Script::of([adjust("web.cpu=1", 1), measure(60)]).making_trials());
    site.world.troubles([None, Some(Trouble::HangsBefore)]);
    let (_, took) = stopped(&site, &script, 30).await;
    assert!(took <= Duration::from_secs(12), "{took:?}");
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=4");
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), BASELINE);
}

#[tokio::test(start_paused = true)]
async fn a_stop_at_any_second_leaves_the_baseline() {
    for second in 0..40 {
        let site = Site::new();
        let script = [adjust("web.cpu=1", 7), measure(9), adjust("web.cpu=3 web.mem=1", 5), measure(9)];
        let script = Arc::new(Script::of(script).making_trials());
        stopped(&site, &script, second).await.0.unwrap();
        assert_eq!(site.world.now(), BASELINE, "stopped after {second} s");
        assert_eq!(site.journal.ledger().due(), None, "stopped after {second} s");
    }
}
