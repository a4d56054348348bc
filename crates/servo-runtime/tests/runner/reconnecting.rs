//! Hello, at the beginning and again: it waits for the optimizer, for connectors, and for nobody once a stop came.

use std::sync::Arc;
use std::time::Duration;

use servo_core::optimizer::{Outcome, Reply};
use servo_core::{Error, Result};
use servo_testkit::script::{Greeting, Script};
use tokio::time::Instant;

use crate::fixture::life::{Life, Start};
use crate::fixture::{Web, describe, measure, runner, stop_after, story};

/// A script whose first command is given up at once.
fn given_up() -> Script {
    let reply = Reply::Unexpected("lost track".to_owned());
    Script::of([measure(3600), describe()]).replying_to_progress(reply)
}

/// Runs a script beside a life; a stop comes after so many seconds. Gives the outcome and how long it took.
async fn ran(script: &Arc<Script>, life: &Life, seconds: u64) -> (Result<Outcome>, u64) {
    let runner = runner(&Web::default(), script);
    life.join(&runner);
    let (stop, begin) = (runner.stop.clone(), Instant::now());
    let outcome = async { (runner.run().await, begin.elapsed().as_secs()) };
    tokio::join!(outcome, stop_after(stop, Duration::from_secs(seconds))).0
}

const BEGIN: [&str; 2] = ["attach", "startup"];
const AGAIN: [&str; 4] = ["shutdown restarting", "detach", "attach", "startup"];
const FAILED: [&str; 3] = ["detach", "attach", "startup"];

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_hello_that_nobody_answers() {
    let script = Arc::new(Script::of([describe()]).greeting([Greeting::Pends]));
    let life = Life::default();
    let (outcome, took) = ran(&script, &life, 7200).await;
    assert_eq!((outcome.unwrap(), took), (Outcome::Interrupted, 7200));
    assert_eq!(story(&script), ["hello", "goodbye SIGTERM"]);
    assert_eq!(life.log(), ["attach", "startup", "shutdown SIGTERM", "detach"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_hello_after_a_restart_too() {
    let script = Arc::new(given_up().greeting([Greeting::Welcome, Greeting::Pends]));
    let life = Life::default();
    let (outcome, took) = ran(&script, &life, 60).await;
    assert_eq!((outcome.unwrap(), took), (Outcome::Interrupted, 60));
    assert_eq!(story(&script), ["hello", "next", "progress 0", "hello", "goodbye SIGTERM"]);
    assert_eq!(life.log(), [&BEGIN[..], &AGAIN, &["shutdown SIGTERM", "detach"]].concat());
}

#[tokio::test(start_paused = true)]
async fn a_hello_that_is_refused_ends_the_servo() {
    let refused = || Greeting::Refuses(Error::failed("unauthorized"));
    for (greetings, hellos) in [(vec![refused()], 1), (vec![Greeting::Welcome, refused()], 2)] {
        let script = Arc::new(given_up().greeting(greetings));
        let life = Life::default();
        let (outcome, _) = ran(&script, &life, 7200).await;
        assert_eq!(outcome.unwrap_err().message(), "unauthorized");
        assert_eq!(story(&script).iter().filter(|line| *line == "hello").count(), hellos);
        assert_eq!(life.log().last().map(String::as_str), Some("detach"));
    }
}

#[tokio::test(start_paused = true)]
async fn connectors_that_cannot_start_again_are_given_more_and_more_time() {
    let script = Arc::new(given_up());
    let life = Life::starting([Start::Well, Start::Fails, Start::Fails]);
    let runner = runner(&Web::default(), &script);
    life.join(&runner);
    let begin = Instant::now();
    assert_eq!(runner.run().await.unwrap(), Outcome::NoBetter);
    assert_eq!(begin.elapsed().as_secs(), 5 + 10);
    let end = ["shutdown shutdown", "detach"];
    assert_eq!(life.log(), [&BEGIN[..], &AGAIN, &FAILED, &FAILED, &end].concat());
    let expected = ["hello", "next", "progress 0", "hello", "next", "report ok", "next", "goodbye shutdown"];
    assert_eq!(story(&script), expected);
}

#[tokio::test(start_paused = true)]
async fn they_are_never_left_alone_for_longer_than_five_minutes() {
    let starts = std::iter::once(Start::Well).chain(std::iter::repeat_n(Start::Fails, 10));
    let (script, begin) = (Arc::new(given_up()), Instant::now());
    let runner = runner(&Web::default(), &script);
    Life::starting(starts).join(&runner);
    runner.run().await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 5 + 10 + 20 + 40 + 80 + 160 + 4 * 300);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_time_that_they_are_given() {
    let script = Arc::new(given_up());
    let life = Life::starting([Start::Well, Start::Fails, Start::Fails]);
    let (outcome, took) = ran(&script, &life, 8).await;
    assert_eq!((outcome.unwrap(), took), (Outcome::Interrupted, 8));
    assert_eq!(story(&script), ["hello", "next", "progress 0", "goodbye SIGTERM"]);
    let end = ["detach"];
    assert_eq!(life.log(), [&BEGIN[..], &AGAIN, &FAILED, &end].concat(), "what has ended is not ended twice");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_start_that_hangs() {
    let script = Arc::new(given_up());
    let life = Life::starting([Start::Well, Start::Hangs]);
    let (outcome, took) = ran(&script, &life, 8).await;
    assert_eq!((outcome.unwrap(), took), (Outcome::Interrupted, 8));
    assert_eq!(story(&script), ["hello", "next", "progress 0", "goodbye SIGTERM"]);
    assert_eq!(life.log(), [&BEGIN[..], &AGAIN, &["shutdown SIGTERM", "detach"]].concat());
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_first_start_that_hangs_after_the_grace() {
    let script = Arc::new(Script::of([describe()]));
    let life = Life::starting([Start::Hangs]);
    let (outcome, took) = ran(&script, &life, 8).await;
    assert_eq!((outcome.unwrap(), took), (Outcome::Interrupted, 8 + 10));
    assert_eq!(life.log(), [&BEGIN[..], &["shutdown SIGTERM", "detach"]].concat());
}
