//! An optimizer that counts on what was confirmed: that is kept, what was not is undone.

use std::sync::Arc;
use std::time::Duration;

use servo_core::optimizer::Reply;
use servo_testkit::script::Script;

use crate::world::{BASELINE, Site, Trouble, adjust, measure, promote, reports};

#[tokio::test(start_paused = true)]
async fn what_was_confirmed_survives_ends_and_crashes() {
    let site = Site::new();
    site.run(&Arc::new(Script::of([adjust("web.cpu=1", 1)]))).await.unwrap();
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=4");
    site.crash(Script::of([adjust("web.mem=9", 1), measure(60)]), 30).await;
    site.start_and_stop(false).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=9");
}

#[tokio::test(start_paused = true)]
async fn what_was_not_confirmed_goes_back_to_what_was() {
    let site = Site::new();
    site.run(&Arc::new(Script::of([adjust("web.cpu=1", 1)]))).await.unwrap();
    site.crash(Script::of([adjust("web.cpu=3 web.mem=9", 60)]), 30).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=3 web.mem=9");
    site.start_and_stop(false).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=4");
}

#[tokio::test(start_paused = true)]
async fn one_that_failed_halfway_is_undone_at_once_and_reported_as_it_failed() {
    let site = Site::new();
    site.world.troubles([Some(Trouble::Halfway)]);
    let script = Arc::new(Script::of([adjust("web.cpu=1 web.mem=9", 1), measure(1)]));
    site.run(&script).await.unwrap();
    assert_eq!(reports(&script), ["halfway", "ok"]);
    assert_eq!(site.world.now(), BASELINE);
    assert_eq!(site.world.log(), ["web.cpu=1", "web.cpu=2"]);
}

#[tokio::test(start_paused = true)]
async fn one_that_it_cancels_is_undone() {
    let site = Site::new();
    let script = Script::of([adjust("web.cpu=1", 600)])
        .replying_to_progress_in_turn([Ok(Reply::Cancel("enough".to_owned()))]);
    site.run(&Arc::new(script)).await.unwrap();
    assert_eq!(site.world.now(), BASELINE);
}

#[tokio::test(start_paused = true)]
async fn a_stop_undoes_what_is_under_way_and_keeps_what_is_done() {
    for second in 0..25 {
        let site = Site::new();
        let script = Arc::new(Script::of([adjust("web.cpu=1", 10), adjust("web.cpu=5", 10)]));
        let runner = site.runner(&script);
        let stop = runner.stop.clone();
        let stopping = async {
            tokio::time::sleep(Duration::from_millis(second * 1000 + 500)).await;
            stop.request("SIGTERM");
        };
        let (outcome, ()) = tokio::join!(runner.run(), stopping);
        outcome.unwrap();
        let confirmed = reports(&script).iter().filter(|report| *report == "ok").count();
        let cpu = [2, 1, 5][confirmed];
        assert_eq!(site.world.now(), format!("tuning.cpu=2 web.cpu={cpu} web.mem=4"), "after {second} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_study_of_servos_own_begins_where_it_has_left_the_application() {
    let site = Site::new();
    site.run(&Arc::new(Script::of([adjust("web.cpu=1", 1)]))).await.unwrap();
    site.crash(Script::of([adjust("web.cpu=7", 60)]).making_trials(), 30).await;
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=4");
}

#[tokio::test(start_paused = true)]
async fn one_that_it_cancels_is_undone_although_the_connector_went_through_with_it() {
    let site = Site::new();
    for (confirmed, expected) in [(0, BASELINE), (1, "tuning.cpu=2 web.cpu=5 web.mem=4")] {
        if confirmed == 1 {
            site.run(&Arc::new(Script::of([adjust("web.cpu=5", 0)]))).await.unwrap();
        }
        site.world.troubles([Some(Trouble::Stubborn)]);
        let script = Script::of([adjust("web.cpu=1", 1)])
            .replying_to_progress_in_turn([Ok(Reply::Cancel("enough".to_owned()))]);
        let script = Arc::new(script);
        site.run(&script).await.unwrap();
        assert_eq!(reports(&script), ["enough"]);
        assert_eq!(site.world.now(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_study_that_tries_what_was_there_before_it_leaves_what_the_optimizer_has_left() {
    let site = Site::new();
    site.run(&Arc::new(Script::of([adjust("web.cpu=5", 1)]))).await.unwrap();
    let script = Script::of([adjust("web.cpu=2", 1), measure(1), adjust("web.cpu=5", 0)]).making_trials();
    site.run(&Arc::new(script)).await.unwrap();
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=5 web.mem=4");
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=5 web.mem=4");
}

#[tokio::test(start_paused = true)]
async fn a_promotion_to_something_else_is_no_baseline() {
    let site = Site::new();
    site.world.troubles([None, Some(Trouble::Disobeys)]);
    let script = Script::of([adjust("web.cpu=1", 1), promote("web.cpu=1")]).making_trials();
    let script = Arc::new(script);
    site.run(&script).await.unwrap();
    assert_eq!(reports(&script), ["ok", "asked for web.cpu=1, but the application has 9"]);
    assert_eq!(site.world.now(), BASELINE);
}
