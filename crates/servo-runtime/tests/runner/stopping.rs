//! A stop cancels what runs, lets the optimizer wind up, and tells the connectors.

use std::sync::Arc;
use std::time::Duration;

use servo_core::optimizer::Outcome;
use servo_core::{Error, Result};
use servo_testkit::script::{Line, Script, Told};
use tokio::time::Instant;

use crate::fixture::{Trouble, Web, adjust, measure, runner, stop_after, story};

#[tokio::test(start_paused = true)]
async fn it_cancels_the_operation_restores_and_says_goodbye_with_the_reason() {
    let web = Web::default();
    let script = Arc::new(Script::of([measure(3600), measure(1)]).closing([adjust("web.cpu=1")]));
    let runner = runner(&web, &script);
    let stop = runner.stop.clone();
    let begin = tokio::time::Instant::now();
    let (outcome, ()) = tokio::join!(runner.run(), stop_after(stop, Duration::from_secs(30)));
    assert_eq!(outcome.unwrap(), Outcome::Interrupted);
    assert_eq!(begin.elapsed().as_secs(), 30);
    assert_eq!(web.log(), ["measure shop", "adjust web.cpu=1", "shutdown SIGTERM"]);
    assert_eq!(script.reports()[0].as_ref().unwrap_err().class.status(), "cancelled");
    let told = script.told();
    assert!(told.contains(&Told::Stop("SIGTERM".to_owned())));
    assert_eq!(told.last(), Some(&Told::Goodbye("SIGTERM".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn winding_up_is_not_cancelled() {
    let web = Web::default();
    let script = Arc::new(Script::of([]).closing([measure(60), adjust("web.cpu=1")]));
    let runner = runner(&web, &script);
    runner.stop.request("SIGINT");
    runner.run().await.unwrap();
    assert!(script.reports().iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_does_not_heed_it_is_dropped_after_the_grace() {
    let web = Web { trouble: Trouble::Hangs, ..Web::default() };
    let script = Arc::new(Script::of([measure(1)]));
    let runner = runner(&web, &script);
    let stop = runner.stop.clone();
    let begin = tokio::time::Instant::now();
    let (outcome, ()) = tokio::join!(runner.run(), stop_after(stop, Duration::from_secs(5)));
    assert_eq!(outcome.unwrap(), Outcome::Interrupted);
    assert_eq!(begin.elapsed().as_secs(), 15);
}

/// Runs a script against an application that is asked to stop after five seconds.
async fn stopped(web: &Web, script: &Arc<Script>) -> (Result<Outcome>, u64) {
    let runner = runner(web, script);
    let (stop, begin) = (runner.stop.clone(), Instant::now());
    let outcome = async { (runner.run().await, begin.elapsed().as_secs()) };
    tokio::join!(outcome, stop_after(stop, Duration::from_secs(5))).0
}

#[tokio::test(start_paused = true)]
async fn the_optimizer_knows_of_it_before_it_learns_what_was_cancelled() {
    let script = Arc::new(Script::of([measure(3600)]).closing([adjust("web.cpu=1")]));
    let (outcome, took) = stopped(&Web::default(), &script).await;
    assert_eq!((outcome.unwrap(), took), (Outcome::Interrupted, 5));
    let expected = [
        "stop SIGTERM",
        "report cancelled: cancelled while measuring",
        "next",
        "report ok",
        "next",
        "goodbye SIGTERM",
    ];
    assert_eq!(story(&script)[3..], expected);
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_is_slow_to_take_a_report_is_told_of_it_meanwhile() {
    let script = Script::of([adjust("web.cpu=2")]).taking_reports_for(Duration::from_hours(1));
    let script = Arc::new(script.closing([adjust("web.cpu=1")]));
    let web = Web::default();
    let (outcome, took) = stopped(&web, &script).await;
    assert_eq!((outcome.unwrap(), took), (Outcome::Interrupted, 5));
    let expected =
        ["hello", "next", "report ok", "stop SIGTERM", "next", "report ok", "next", "goodbye SIGTERM"];
    assert_eq!(story(&script), expected);
    assert_eq!(web.log(), ["adjust web.cpu=2", "adjust web.cpu=1", "shutdown SIGTERM"]);
}

#[tokio::test(start_paused = true)]
async fn a_report_that_cannot_be_taken_meanwhile_does_not_keep_it_from_winding_up() {
    for operation in [measure(3600), adjust("web.cpu=2")] {
        let script = Script::of([operation]).taking_reports_for(Duration::from_hours(1));
        let script = script.replying([Err(Error::failed("disk full"))]).closing([adjust("web.cpu=1")]);
        let web = Web::default();
        let (outcome, took) = stopped(&web, &Arc::new(script)).await;
        assert_eq!((outcome.unwrap_err().message(), took), ("disk full", 5));
        assert_eq!(web.log()[1..], ["adjust web.cpu=1", "shutdown SIGTERM"]);
    }
}

#[tokio::test(start_paused = true)]
async fn it_ends_the_wait_for_a_command() {
    let script = Arc::new(Script::lines([Line::Pends]).closing([adjust("web.cpu=1")]));
    let (outcome, took) = stopped(&Web::default(), &script).await;
    assert_eq!((outcome.unwrap(), took), (Outcome::Interrupted, 5));
    let expected = ["hello", "next", "stop SIGTERM", "next", "report ok", "next", "goodbye SIGTERM"];
    assert_eq!(story(&script), expected);
}
