//! A broken circuit: back to the baseline, and no more changes until an operator says so.

use std::sync::Arc;

use servo_core::journal::Entry;
use servo_core::optimizer::Operation;
use servo_testkit::script::Script;

use crate::world::{BASELINE, Site, adjust, measure, reports};

fn trip() -> Operation {
    Operation::Trip { reason: "max_failures: 3 trials failed".to_owned() }
}

#[tokio::test(start_paused = true)]
async fn the_baseline_is_restored_and_nothing_else_is_changed() {
    let site = Site::new();
    let script = Script::of([
        adjust("web.cpu=1", 1),
        trip(),
        adjust("web.cpu=5", 1),
        adjust("web.cpu=2", 1),
        measure(1),
    ]);
    let script = Arc::new(script.making_trials());
    site.run(&script).await.unwrap();
    let refused = "no changes are made since the circuit broke: max_failures: 3 trials failed";
    assert_eq!(reports(&script), ["ok", refused, "ok", "ok"]);
    assert_eq!(site.world.log(), ["web.cpu=1", "web.cpu=2"]);
    assert_eq!(site.world.now(), BASELINE);
}

#[tokio::test(start_paused = true)]
async fn it_stays_broken_over_crashes_until_it_is_reset() {
    let site = Site::new();
    site.crash(Script::of([adjust("web.cpu=1", 1), trip(), measure(60)]).making_trials(), 30).await;
    let script = Arc::new(Script::of([adjust("web.cpu=5", 1)]).making_trials());
    let error = site.run(&script).await.unwrap_err();
    assert!(error.message().contains("max_failures: 3 trials failed"), "{error}");
    assert_eq!(error.help(), Some("find out why, then allow changes again with `servo reset`"));
    // The trial is undone all the same.
    assert_eq!(site.world.now(), BASELINE);
    assert!(reports(&script).is_empty());
    site.journal.write(Entry::Reset).await.unwrap();
    site.run(&script).await.unwrap();
    assert_eq!(reports(&script), ["ok"]);
    assert_eq!(site.world.now(), BASELINE);
}
