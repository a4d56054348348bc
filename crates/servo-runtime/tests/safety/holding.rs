//! Changes that are held back: by the rate of changes.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use servo_runtime::gate::{Gate, Rate};
use servo_runtime::runner::Safety;
use servo_testkit::script::Script;
use tokio::time::Instant;

use crate::world::{BASELINE, Site, adjust, measure, reports};

fn limited(changes: u32) -> Site {
    let rate = Arc::new(Rate::new(NonZeroU32::new(changes)));
    let gate = Gate { rate, ..Gate::default() };
    Site::with(Safety { gate, ..Safety::default() })
}

#[tokio::test(start_paused = true)]
async fn a_trial_waits_at_the_baseline_and_comes_in_full() {
    let site = limited(1);
    let script = Script::of([adjust("web.cpu=1", 1), measure(60), adjust("web.mem=9", 1), measure(60)]);
    let script = Arc::new(script.making_trials());
    let began = Instant::now();
    site.run(&script).await.unwrap();
    assert!(began.elapsed() >= Duration::from_hours(1), "{:?}", began.elapsed());
    assert_eq!(reports(&script), ["ok"; 4]);
    assert_eq!(site.world.log(), ["web.cpu=1", "web.cpu=2", "web.cpu=1 web.mem=9", "web.cpu=2 web.mem=4"]);
    assert_eq!(site.world.now(), BASELINE);
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_elsewhere_is_told_when_it_may_ask_again() {
    let site = limited(1);
    let script = Arc::new(Script::of([adjust("web.cpu=1", 1), adjust("web.mem=9", 1)]));
    site.run(&script).await.unwrap();
    let reports = reports(&script);
    assert_eq!(reports[0], "ok");
    assert!(reports[1].starts_with("not changed: "), "{reports:?}");
    assert_eq!(site.world.now(), "tuning.cpu=2 web.cpu=1 web.mem=4");
}

#[tokio::test(start_paused = true)]
async fn the_journal_remembers_it_over_a_restart() {
    let site = limited(1);
    site.crash(Script::of([adjust("web.cpu=1", 1), measure(60)]).making_trials(), 30).await;
    let again = Site { safety: limited(1).safety, ..site };
    let script = Arc::new(Script::of([adjust("web.cpu=5", 1)]).making_trials());
    let began = Instant::now();
    again.run(&script).await.unwrap();
    assert!(began.elapsed() > Duration::from_mins(58), "{:?}", began.elapsed());
    assert_eq!(again.world.now(), BASELINE);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_wait() {
    let site = limited(1);
    let script = Arc::new(Script::of([adjust("web.cpu=1", 1), adjust("web.cpu=5", 1)]).making_trials());
    let runner = site.runner(&script);
    let stop = runner.stop.clone();
    let began = Instant::now();
    let stopping = async {
        tokio::time::sleep(Duration::from_mins(5)).await;
        stop.request("SIGTERM");
    };
    let (outcome, ()) = tokio::join!(runner.run(), stopping);
    outcome.unwrap();
    assert!(began.elapsed() < Duration::from_mins(6));
    assert_eq!(site.world.now(), BASELINE);
}
