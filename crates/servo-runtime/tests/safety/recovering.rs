//! What a process that ended without a word has left is put right at the next start.

use std::sync::Arc;

use servo_core::journal::Entry;
use servo_core::safety::Restore;
use servo_runtime::runner::Safety;
use servo_testkit::script::Script;

use crate::world::{BASELINE, Site, Trouble, adjust, measure, promote};

#[tokio::test(start_paused = true)]
async fn a_confirmed_trial_is_undone() {
    let site = Site::new();
    site.crash(Script::of([adjust("web.cpu=1 web.mem=3", 1), measure(60)]).making_trials(), 30).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=3");
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), BASELINE);
    assert_eq!(site.journal.ledger().due(), None);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_under_way_is_undone_however_far_it_came() {
    for trouble in [None, Some(Trouble::HangsBefore), Some(Trouble::HangsAfter)] {
        for trials in [true, false] {
            let site = Site::new();
            site.world.troubles([trouble]);
            let script = Script::of([adjust("web.cpu=1 web.mem=3", 60)]);
            site.crash(if trials { script.making_trials() } else { script }, 30).await;
            site.start_and_stop(trials).await;
            assert_eq!(site.world.now(), BASELINE, "{trouble:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn several_trials_are_undone_to_where_the_first_began() {
    let site = Site::new();
    let script = Script::of([adjust("web.cpu=1", 1), adjust("web.mem=9", 1), adjust("web.cpu=5", 60)]);
    site.crash(script.making_trials(), 30).await;
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), BASELINE);
}

#[tokio::test(start_paused = true)]
async fn a_promotion_stays() {
    let site = Site::new();
    let script =
        Script::of([adjust("web.cpu=1", 1), promote("web.cpu=1 web.mem=4"), adjust("web.cpu=7", 60)]);
    site.crash(script.making_trials(), 30).await;
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=4");
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_has_set_meanwhile_is_left_alone() {
    let site = Site::new();
    site.crash(Script::of([adjust("web.cpu=1 web.mem=3", 60)]).making_trials(), 30).await;
    site.world.set("web.mem", 8);
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=2 web.mem=8");
    // It is how the application is meant to be from now on.
    site.crash(Script::of([adjust("web.mem=1", 60)]).making_trials(), 30).await;
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=2 web.mem=8");
}

#[tokio::test(start_paused = true)]
async fn a_start_that_crashes_while_it_restores_is_followed_by_one_that_does_not() {
    let site = Site::new();
    site.crash(Script::of([adjust("web.cpu=1 web.mem=3", 60)]).making_trials(), 30).await;
    for trouble in [Trouble::HangsBefore, Trouble::HangsBefore, Trouble::HangsAfter] {
        site.world.troubles([Some(trouble)]);
        site.crash(Script::of([]).making_trials(), 30).await;
        assert!(site.journal.ledger().due().is_some());
    }
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), BASELINE);
    assert_eq!(site.journal.ledger().due(), None);
}

#[tokio::test(start_paused = true)]
async fn restoring_is_tried_again_and_a_study_does_not_begin_elsewhere() {
    let site = Site::new();
    site.crash(Script::of([adjust("web.cpu=1", 60)]).making_trials(), 30).await;
    site.world.troubles([Some(Trouble::Refuses), Some(Trouble::Panics)]);
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), BASELINE);
    site.crash(Script::of([adjust("web.cpu=1", 60)]).making_trials(), 30).await;
    site.world.troubles([Some(Trouble::Refuses); 4]);
    let script = Arc::new(Script::of([measure(1)]).making_trials());
    let error = site.run(&script).await.unwrap_err();
    assert_eq!(error.message(), "cannot restore what was there before, after 3 attempts");
    assert!(error.help().unwrap().contains("web.cpu=2"), "{:?}", error.help());
    assert!(script.told().iter().all(|told| !format!("{told:?}").contains("Hello")), "{:?}", script.told());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_undone_where_that_is_wanted() {
    let safety = Safety { restore: Restore::Never, ..Safety::default() };
    let site = Site::with(safety);
    site.crash(Script::of([adjust("web.cpu=1", 1), adjust("web.mem=9", 60)]).making_trials(), 30).await;
    site.start_and_stop(true).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=9");
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_has_changed_nothing_changes_nothing() {
    let site = Site::new();
    site.crash(Script::of([measure(60)]).making_trials(), 30).await;
    site.start_and_stop(true).await;
    assert!(site.world.log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_connectors_have_noted_down_is_there_after_a_crash() {
    let site = Site::new();
    let entry = Entry::Created { connector: "web".into(), key: "pod".into(), value: "web-tuning".into() };
    site.journal.write(entry).await.unwrap();
    site.crash(Script::of([adjust("web.cpu=1", 60)]).making_trials(), 30).await;
    site.start_and_stop(true).await;
    assert_eq!(site.journal.ledger().created["web"]["pod"], "web-tuning");
}
