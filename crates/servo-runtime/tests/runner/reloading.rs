//! A reload is told to the optimizer once, whatever goes on, and disturbs nothing.

use std::sync::Arc;
use std::time::Duration;

use servo_core::duration;
use servo_core::optimizer::{Operation, Outcome};
use servo_runtime::runner::Reload;
use servo_testkit::script::{Greeting, Line, Script};
use tokio::time::Instant;

use crate::fixture::{Web, measure, runner, stop_after, story};

/// Runs a script; a reload comes after each of these seconds, and a stop after ten minutes. Gives what the script was
/// told, and how long it took.
async fn ran(script: Script, reloads: &[u64]) -> (Vec<String>, u64) {
    let script = Arc::new(script);
    let runner = runner(&Web::default(), &script);
    let (stop, reload, begin) = (runner.stop.clone(), Reload::default(), Instant::now());
    let life = async {
        let outcome: Outcome = runner.run_with(&reload).await.unwrap();
        (outcome, begin.elapsed().as_secs())
    };
    let reloading = async {
        for seconds in reloads {
            tokio::time::sleep_until(begin + Duration::from_secs(*seconds)).await;
            reload.request();
        }
    };
    let ((_, took), (), ()) = tokio::join!(life, reloading, stop_after(stop, Duration::from_mins(10)));
    (story(&script), took)
}

#[tokio::test(start_paused = true)]
async fn it_is_told_while_nobody_answers_hello() {
    let (story, took) = ran(Script::of([]).greeting([Greeting::Pends]), &[30, 60]).await;
    assert_eq!((story, took), (texts(&["hello", "reload", "reload", "goodbye SIGTERM"]), 600));
}

#[tokio::test(start_paused = true)]
async fn it_is_told_while_the_optimizer_thinks() {
    let (story, took) = ran(Script::lines([Line::Pends]), &[30]).await;
    let expected = ["hello", "next", "reload", "stop SIGTERM", "next", "goodbye SIGTERM"];
    assert_eq!((story, took), (texts(&expected), 600));
}

#[tokio::test(start_paused = true)]
async fn it_cuts_no_sleep_short() {
    let sleep = Operation::Sleep { duration: duration::Duration::from_secs(60), reason: "idle".to_owned() };
    let (story, took) = ran(Script::of([sleep]), &[30]).await;
    assert_eq!((story, took), (texts(&["hello", "next", "reload", "next", "goodbye shutdown"]), 60));
}

#[tokio::test(start_paused = true)]
async fn it_leaves_an_operation_alone() {
    let (story, took) = ran(Script::of([measure(20)]), &[7]).await;
    let expected = [
        "hello",
        "next",
        "progress 0",
        "progress 25",
        "reload",
        "progress 50",
        "progress 75",
        "report ok",
        "next",
        "goodbye shutdown",
    ];
    assert_eq!((story, took), (texts(&expected), 20));
}

fn texts(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
