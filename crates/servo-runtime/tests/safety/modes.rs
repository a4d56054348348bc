//! What may be changed in which mode, whoever asks.

use std::sync::Arc;

use servo_core::safety::Mode;
use servo_runtime::runner::Safety;
use servo_testkit::script::Script;

use crate::world::{Site, adjust, reports};

async fn reported(mode: Mode, change: &str) -> (String, Vec<String>) {
    let site = Site::with(Safety { mode, ..Safety::default() });
    let script = Arc::new(Script::of([adjust(change, 1)]));
    site.run(&script).await.unwrap();
    (reports(&script).remove(0), site.world.log())
}

#[tokio::test(start_paused = true)]
async fn observing_changes_nothing() {
    let (report, log) = reported(Mode::Observe, "tuning.cpu=1").await;
    assert_eq!(report, "not changed: `mode: observe` changes nothing");
    assert!(log.is_empty());
}

#[tokio::test(start_paused = true)]
async fn recommending_changes_tuning_instances_alone() {
    let (report, log) = reported(Mode::Recommend, "tuning.cpu=1").await;
    assert_eq!((report.as_str(), log), ("ok", vec!["tuning.cpu=1".to_owned()]));
    let (report, log) = reported(Mode::Recommend, "tuning.cpu=1 web.cpu=1").await;
    assert!(report.contains("`web` is none"), "{report}");
    assert!(log.is_empty());
}

#[tokio::test(start_paused = true)]
async fn auto_changes_everything() {
    let (report, log) = reported(Mode::Auto, "web.cpu=1").await;
    assert_eq!((report.as_str(), log), ("ok", vec!["web.cpu=1".to_owned()]));
}
