//! Commands that the optimizer gives up in its reply to progress: ended, told as it expects, and begun again.

use std::sync::Arc;
use std::time::Duration;

use servo_core::optimizer::{Outcome, Reply};
use servo_core::{Class, Error};
use servo_testkit::script::{Script, Told};
use tokio::time::Instant;

use crate::fixture::life::Life;
use crate::fixture::{Trouble, Web, adjust, describe, measure, run, runner, settle, stop_after, story};

fn cancel(reason: &str) -> Reply {
    Reply::Cancel(reason.to_owned())
}

fn unexpected() -> Reply {
    Reply::Unexpected("lost track".to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_command_is_reported_and_everything_begins_again() {
    let script = Script::of([measure(3600), describe()]).replying_to_progress(cancel("user cancelled"));
    let (script, life) = (Arc::new(script), Life::default());
    let runner = runner(&Web::default(), &script);
    life.join(&runner);
    let begin = Instant::now();
    assert_eq!(runner.run().await.unwrap(), Outcome::NoBetter);
    assert!(begin.elapsed() < Duration::from_secs(1));
    let expected = [
        "hello",
        "next",
        "progress 0",
        "report cancelled: user cancelled",
        "hello",
        "next",
        "report ok",
        "next",
        "goodbye shutdown",
    ];
    assert_eq!(story(&script), expected);
    let told = script.told();
    assert!(
        matches!(&told[3], Told::Report(Some(uid), Err(failure)) if uid == "cmd-1" && failure.reason.is_none())
    );
    let expected = [
        "attach",
        "startup",
        "shutdown restarting",
        "detach",
        "attach",
        "startup",
        "shutdown shutdown",
        "detach",
    ];
    assert_eq!(life.log(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_without_a_reason_has_one() {
    let script = Arc::new(Script::of([measure(3600)]).replying_to_progress(cancel("")));
    run(&Web::default(), &script).await.unwrap();
    assert_eq!(story(&script)[3], "report cancelled: Command cancelled");
}

#[tokio::test(start_paused = true)]
async fn a_command_that_was_not_expected_is_not_reported() {
    let script = Arc::new(Script::of([measure(3600)]).replying_to_progress(unexpected()));
    let web = Web::default();
    run(&web, &script).await.unwrap();
    let expected = ["hello", "next", "progress 0", "hello", "next", "goodbye shutdown"];
    assert_eq!(story(&script), expected);
    assert_eq!(web.log(), ["measure shop", "shutdown restarting", "shutdown shutdown"]);
}

#[tokio::test(start_paused = true)]
async fn an_adjustment_is_given_up_while_it_settles() {
    let replies = [Ok(Reply::Ok), Ok(cancel("user cancelled"))];
    let script = Script::of([settle("web.cpu=2", 3600), measure(10)]).replying_to_progress_in_turn(replies);
    let (script, web, begin) = (Arc::new(script), Web::default(), Instant::now());
    run(&web, &script).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 15);
    let expected = ["adjust web.cpu=2", "shutdown restarting", "measure shop", "shutdown shutdown"];
    assert_eq!(web.log(), expected);
    assert_eq!(script.reports()[0].as_ref().unwrap_err().message, "user cancelled");
    assert!(script.reports()[1].is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_the_operation_itself_came_to_does_not_matter() {
    let web = Web { trouble: Trouble::Stubborn, ..Web::default() };
    let script = Arc::new(Script::of([measure(1)]).replying_to_progress(cancel("enough")));
    let begin = Instant::now();
    run(&web, &script).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 3);
    assert_eq!(story(&script)[3], "report cancelled: enough");
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_does_not_heed_it_is_dropped_after_the_grace() {
    let web = Web { trouble: Trouble::Hangs, ..Web::default() };
    let script = Arc::new(Script::of([measure(1)]).replying_to_progress(cancel("enough")));
    let begin = Instant::now();
    run(&web, &script).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 10);
    assert_eq!(story(&script)[3..5], ["report cancelled: enough", "hello"]);
}

#[tokio::test(start_paused = true)]
async fn replies_to_a_final_report_are_only_warnings() {
    let script = Script::of([describe(), adjust("web.cpu=2")]);
    let script = Arc::new(script.replying([Ok(unexpected()), Ok(cancel("too late"))]));
    let web = Web::default();
    run(&web, &script).await.unwrap();
    let expected = ["hello", "next", "report ok", "next", "report ok", "next", "goodbye shutdown"];
    assert_eq!(story(&script), expected);
    assert_eq!(web.log(), ["adjust web.cpu=2", "shutdown shutdown"]);
}

#[tokio::test(start_paused = true)]
async fn progress_that_could_not_be_told_gives_nothing_up() {
    let script = Script::of([measure(20)]);
    let script = Arc::new(script.replying_to_progress_in_turn([Err(Error::new(Class::Connection, "away"))]));
    run(&Web::default(), &script).await.unwrap();
    let expected =
        ["progress 0", "progress 25", "progress 50", "progress 75", "report ok", "next", "goodbye shutdown"];
    assert_eq!(story(&script)[2..], expected);
}

#[tokio::test(start_paused = true)]
async fn a_stop_while_the_command_ends_lets_nothing_begin_again() {
    let web = Web { trouble: Trouble::Stubborn, ..Web::default() };
    let script = Arc::new(Script::of([measure(1)]).replying_to_progress(cancel("enough")));
    let runner = runner(&web, &script);
    let stop = runner.stop.clone();
    let (outcome, ()) = tokio::join!(runner.run(), stop_after(stop, Duration::from_secs(1)));
    assert_eq!(outcome.unwrap(), Outcome::Interrupted);
    let expected = ["report cancelled: enough", "stop SIGTERM", "next", "goodbye SIGTERM"];
    assert_eq!(story(&script)[3..], expected);
    assert_eq!(web.log(), ["shutdown SIGTERM"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_given_up_while_winding_up_does_not_begin_again() {
    let script = Script::of([]).closing([measure(60), adjust("web.cpu=1")]);
    let script = Arc::new(script.replying_to_progress(cancel("enough")));
    let web = Web::default();
    let runner = runner(&web, &script);
    runner.stop.request("SIGINT");
    runner.run().await.unwrap();
    assert_eq!(web.log(), ["measure shop", "adjust web.cpu=1", "shutdown SIGINT"]);
    assert_eq!(story(&script)[4], "report cancelled: enough");
}
