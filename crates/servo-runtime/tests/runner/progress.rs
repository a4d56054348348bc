//! Progress beside a command: with its uid, never after its report, never in its way.

use std::sync::Arc;
use std::time::Duration;

use servo_testkit::script::{Script, Told};
use tokio::time::Instant;

use crate::fixture::{Trouble, Web, measure, run, runner, stop_after, story};

#[tokio::test(start_paused = true)]
async fn it_carries_the_commands_uid_and_ends_with_its_report() {
    let script = Arc::new(Script::of([measure(20)]));
    run(&Web::default(), &script).await.unwrap();
    let told = script.told();
    let progress: Vec<f64> = told
        .iter()
        .filter_map(|told| match told {
            Told::Progress(Some(uid), percent) if uid == "cmd-1" => Some(*percent),
            _ => None,
        })
        .collect();
    assert_eq!(progress, [0.0, 25.0, 50.0, 75.0]);
    let report = told.iter().position(|told| matches!(told, Told::Report(..))).unwrap();
    assert!(told[report..].iter().all(|told| !matches!(told, Told::Progress(..))));
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_is_slow_to_take_it_delays_nothing() {
    let script = Arc::new(Script::of([measure(20)]).taking_progress_for(Duration::from_hours(1)));
    let begin = Instant::now();
    run(&Web::default(), &script).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 20);
    let expected = ["hello", "next", "report ok", "next", "goodbye shutdown"];
    assert_eq!(story(&script), expected, "posts end with the command");
}

#[tokio::test(start_paused = true)]
async fn the_newest_is_told_when_the_one_before_is_taken() {
    let script = Arc::new(Script::of([measure(50)]).taking_progress_for(Duration::from_secs(12)));
    run(&Web::default(), &script).await.unwrap();
    // Every five seconds there is some: taken at 12, 24, 36 and 48, and under way at the end.
    let expected = ["progress 0", "progress 20", "progress 40", "progress 70", "report ok"];
    assert_eq!(story(&script)[2..7], expected);
}

#[tokio::test(start_paused = true)]
async fn none_is_told_once_the_command_was_told_to_end() {
    let web = Web { trouble: Trouble::Stubborn, ..Web::default() };
    let script = Arc::new(Script::of([measure(1)]).taking_progress_for(Duration::from_secs(2)));
    let runner = runner(&web, &script);
    let stop = runner.stop.clone();
    let (outcome, ()) = tokio::join!(runner.run(), stop_after(stop, Duration::from_secs(1)));
    outcome.unwrap();
    let expected = ["hello", "next", "report ok", "stop SIGTERM", "next", "goodbye SIGTERM"];
    assert_eq!(story(&script), expected);
}
