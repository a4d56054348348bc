//! An optimizer that stays away for too long loses what it has changed.

use std::sync::Arc;
use std::time::Duration;

use servo_runtime::runner::Safety;
use servo_testkit::script::{Greeting, Line, Script, Told};
use tokio::time::Instant;

use crate::world::{BASELINE, Site, adjust, measure, sleep};

fn site() -> Site {
    Site::with(Safety { optimizer_lost_after: Some(Duration::from_hours(1)), ..Safety::default() })
}

/// Runs a script and stops it after so long.
async fn run_for(site: &Site, script: &Arc<Script>, time: Duration) {
    let runner = site.runner(script);
    let stop = runner.stop.clone();
    let stopping = async {
        tokio::time::sleep(time).await;
        stop.request("SIGTERM");
    };
    let (outcome, ()) = tokio::join!(runner.run(), stopping);
    outcome.unwrap();
}

fn hellos(script: &Script) -> usize {
    script.told().iter().filter(|told| matches!(told, Told::Hello(_))).count()
}

#[tokio::test(start_paused = true)]
async fn its_changes_are_taken_back_and_it_is_greeted_again() {
    let site = site();
    let script = Arc::new(Script::lines([Line::Command(adjust("web.cpu=1", 1)), Line::Pends, Line::Pends]));
    script.heard_at(Instant::now());
    run_for(&site, &script, Duration::from_mins(59)).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=4");
    assert_eq!(hellos(&script), 1);
    let script = Arc::new(Script::lines([Line::Pends, Line::Pends]));
    script.heard_at(Instant::now());
    run_for(&site, &script, Duration::from_mins(61)).await;
    assert_eq!(site.world.now(), BASELINE);
    assert_eq!(hellos(&script), 2);
}

#[tokio::test(start_paused = true)]
async fn one_that_was_never_reached_is_lost_too() {
    let site = site();
    site.run(&Arc::new(Script::of([adjust("web.cpu=1", 1)]))).await.unwrap();
    let script = Arc::new(Script::of([]).greeting([Greeting::Pends]));
    run_for(&site, &script, Duration::from_hours(2)).await;
    assert_eq!(site.world.now(), BASELINE);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_heard_of_now_and_then_is_not_lost() {
    let site = site();
    let script = Arc::new(Script::lines([Line::Command(adjust("web.cpu=1", 1)), Line::Pends]));
    let talking = async {
        for _ in 0..10 {
            script.heard_at(Instant::now());
            tokio::time::sleep(Duration::from_mins(50)).await;
        }
    };
    tokio::join!(run_for(&site, &script, Duration::from_mins(500)), talking);
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=4");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_done_where_it_has_changed_nothing() {
    let site = site();
    let script = Arc::new(Script::lines([Line::Pends]));
    run_for(&site, &script, Duration::from_hours(5)).await;
    assert!(site.world.log().is_empty());
    assert_eq!(hellos(&script), 1);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_not_asked_for_a_while_is_not_lost() {
    let site = site();
    let lines = [adjust("web.cpu=1", 1), sleep(4 * 3600), measure(3 * 3600)].map(Line::Command);
    let script = Arc::new(Script::lines(lines.into_iter().chain([Line::Pends])));
    script.heard_at(Instant::now());
    run_for(&site, &script, Duration::from_mins(450)).await;
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=4");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_brought_back_is_looked_at_now_and_then() {
    let site = site();
    // After its first adjustment the application does not have the setting any more.
    site.world.loses_memory();
    let lines = [Line::Command(adjust("web.mem=1", 1)), Line::Pends];
    let script = Script::lines(lines).greeting([Greeting::Welcome, Greeting::Pends]);
    run_for(&site, &Arc::new(script), Duration::from_hours(10)).await;
    assert!(site.world.descriptions() < 40, "{} descriptions in ten hours", site.world.descriptions());
}
