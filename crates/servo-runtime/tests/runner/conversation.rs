//! What an optimizer is told of commands that succeed and commands that do not.

use std::sync::Arc;

use servo_core::Error;
use servo_core::duration::Duration;
use servo_core::optimizer::{Answer, Operation, Outcome, Reply};
use servo_core::{Class, error::reason};
use servo_testkit::script::{Line, Script, Told};

use crate::fixture::{Trouble, Web, adjust, describe, measure, promote, run};

#[tokio::test(start_paused = true)]
async fn commands_are_carried_out_in_order_and_reported_with_their_uid() {
    let (web, script) =
        (Web::default(), Arc::new(Script::of([describe(), adjust("web.cpu=2"), measure(60)])));
    assert_eq!(run(&web, &script).await.unwrap(), Outcome::NoBetter);
    let told = script.told();
    assert!(matches!(&told[0], Told::Hello(agent) if agent.starts_with("servo v")));
    assert!(matches!(&told[2], Told::Report(Some(uid), Ok(Answer::Described(_))) if uid == "cmd-1"));
    assert!(matches!(&told[4], Told::Report(Some(uid), Ok(Answer::Adjusted(_))) if uid == "cmd-2"));
    assert!(matches!(told.last(), Some(Told::Goodbye(_))));
    assert_eq!(web.log(), ["adjust web.cpu=2", "measure shop", "shutdown shutdown"]);
}

#[tokio::test(start_paused = true)]
async fn a_measurement_ends_exactly_on_time() {
    let begin = tokio::time::Instant::now();
    run(&Web::default(), &Arc::new(Script::of([measure(130)]))).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 130);
}

#[tokio::test(start_paused = true)]
async fn a_rejection_is_reported_with_its_reason_and_the_loop_goes_on() {
    let web = Web { trouble: Trouble::Rejects, ..Web::default() };
    let script = Arc::new(Script::of([adjust("web.cpu=4"), measure(1)]));
    run(&web, &script).await.unwrap();
    let reports = script.reports();
    let failure = reports[0].as_ref().unwrap_err();
    assert_eq!((failure.class, failure.reason.as_deref()), (Class::Rejected, Some(reason::UNSCHEDULABLE)));
    assert!(reports[1].is_ok());
}

#[tokio::test(start_paused = true)]
async fn promoting_adjusts_and_then_tells_the_connectors() {
    let (web, script) = (Web::default(), Arc::new(Script::of([promote("web.cpu=2")])));
    run(&web, &script).await.unwrap();
    assert_eq!(web.log(), ["adjust web.cpu=2", "promote web.cpu=2", "shutdown shutdown"]);
    assert!(matches!(script.reports()[0], Ok(Answer::Adjusted(_))));
    let web = Web { trouble: Trouble::Rejects, ..Web::default() };
    run(&web, &Arc::new(Script::of([promote("web.cpu=2")]))).await.unwrap();
    assert_eq!(web.log(), ["shutdown shutdown"], "what could not be adjusted is not promoted");
}

#[tokio::test(start_paused = true)]
async fn a_panic_inside_a_connector_is_a_failed_report() {
    let web = Web { trouble: Trouble::Panics, ..Web::default() };
    let script = Arc::new(Script::of([measure(1), describe()]));
    run(&web, &script).await.unwrap();
    let reports = script.reports();
    let failure = reports[0].as_ref().unwrap_err();
    assert_eq!(failure.class.status(), "failed");
    assert_eq!(failure.message, "handler panicked: web panics");
    assert!(reports[1].is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_setting_that_nobody_has_is_a_failed_report() {
    let script = Arc::new(Script::of([adjust("db.cpu=2")]));
    run(&Web::default(), &script).await.unwrap();
    let failure = script.reports().remove(0).unwrap_err();
    assert_eq!(
        failure.message,
        "adjustment failed: no connector handled `db.cpu=2`: none describes a setting `db.cpu`"
    );
}

#[tokio::test(start_paused = true)]
async fn connectors_of_a_servo_that_cannot_start_are_detached_and_no_optimizer_is_greeted() {
    let web = Web { trouble: Trouble::CannotStart, ..Web::default() };
    let script = Arc::new(Script::of([describe()]));
    assert_eq!(run(&web, &script).await.unwrap_err().message(), "cannot start");
    assert_eq!(web.log(), ["detach"]);
    assert!(script.told().is_empty());
}

#[tokio::test(start_paused = true)]
async fn sleeping_is_not_reported() {
    let sleep = Operation::Sleep { duration: Duration::from_secs(60), reason: "idle".to_owned() };
    let script = Arc::new(Script::of([sleep, describe()]));
    let begin = tokio::time::Instant::now();
    run(&Web::default(), &script).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 60);
    assert_eq!(script.reports().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_optimizer_lets_it_wind_up_before_the_servo_ends() {
    let broken = Line::Fail(Error::failed("history is gone"));
    let script = Arc::new(Script::lines([Line::Command(describe()), broken]).closing([adjust("web.cpu=1")]));
    let web = Web::default();
    let error = run(&web, &script).await.unwrap_err();
    assert_eq!(error.message(), "history is gone");
    assert_eq!(web.log(), ["adjust web.cpu=1", "shutdown shutdown"]);
    assert!(script.told().contains(&Told::Stop("error".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_report_that_cannot_be_taken_lets_it_wind_up_too() {
    let script = Script::of([describe(), measure(1)]).closing([adjust("web.cpu=1")]);
    let script = Arc::new(script.replying([Err(Error::failed("disk full"))]));
    let web = Web::default();
    assert_eq!(run(&web, &script).await.unwrap_err().message(), "disk full");
    assert_eq!(web.log()[0], "adjust web.cpu=1");
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_gives_the_command_up_is_no_end() {
    let script =
        Script::of([describe(), describe()]).replying([Ok(Reply::Unexpected("out of order".to_owned()))]);
    let script = Arc::new(script);
    run(&Web::default(), &script).await.unwrap();
    assert_eq!(script.reports().len(), 2);
}
