//! A stop cancels what runs, lets the optimizer wind up, and tells the connectors.

use std::sync::Arc;
use std::time::Duration;

use servo_core::optimizer::Outcome;
use servo_testkit::script::{Script, Told};

use crate::fixture::{Trouble, Web, adjust, measure, runner, stop_after};

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
