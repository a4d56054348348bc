//! A servo's life and its connectors' (4.5).

use std::time::Duration;

use servo_core::context::Host;
use servo_core::event::{Bus, Handlers, Member};
use servo_core::servo::Servo;
use servo_core::{Connector, Error, Result};

use crate::fixture::{Act, Log, Probe};

fn probe(log: &Log, lifecycle: Act) -> Probe {
    Probe { log: log.clone(), lifecycle, ..Probe::default() }
}

async fn servo(log: &Log, names: &[&str]) -> Servo {
    let servo = Servo::new(Host::named("test"));
    for name in names {
        servo.add_connector(Member::new(name, "probe", probe(log, Act::Answer))).await.unwrap();
    }
    servo
}

#[tokio::test]
async fn connectors_attach_when_added_start_up_shut_down_and_detach() {
    let log = Log::default();
    let servo = servo(&log, &["a"]).await;
    assert!(!servo.is_running());
    servo.startup().await.unwrap();
    assert!(servo.is_running());
    servo.shutdown("SIGTERM").await.unwrap();
    assert!(!servo.is_running());
    assert_eq!(
        log.lines(),
        ["a attach ()", "a startup ()", r#"a shutdown Ending { reason: "SIGTERM" }"#, "a detach ()"]
    );
}

#[tokio::test]
async fn a_running_servo_starts_a_connector_that_is_added_and_only_that_one() {
    let log = Log::default();
    let servo = servo(&log, &["a"]).await;
    servo.startup().await.unwrap();
    servo.add_connector(Member::new("b", "probe", probe(&log, Act::Answer))).await.unwrap();
    assert_eq!(log.lines()[2..], ["b attach ()", "b startup ()"]);
}

#[tokio::test]
async fn a_removed_connector_is_shut_down_and_detached() {
    let log = Log::default();
    let servo = servo(&log, &["a", "b"]).await;
    servo.startup().await.unwrap();
    servo.remove_connector("a").await.unwrap();
    assert_eq!(log.lines()[4..], [r#"a shutdown Ending { reason: "shutdown" }"#, "a detach ()"]);
    let names: Vec<_> = servo.bus().members().iter().map(|member| member.name().to_string()).collect();
    assert_eq!(names, ["b"]);
}

#[tokio::test]
async fn a_servo_that_does_not_run_only_detaches() {
    let log = Log::default();
    let servo = servo(&log, &["a"]).await;
    servo.remove_connector("a").await.unwrap();
    assert_eq!(log.lines()[1..], ["a detach ()"]);
}

#[tokio::test]
async fn names_are_unique_and_must_exist() {
    let log = Log::default();
    let servo = servo(&log, &["a"]).await;
    let taken = servo.add_connector(Member::new("a", "probe", probe(&log, Act::Answer))).await.unwrap_err();
    assert_eq!(taken.message(), "invalid name: a connector named 'a' already exists in the servo");
    let missing = servo.remove_connector("x").await.unwrap_err();
    assert_eq!(missing.message(), "invalid connector: a connector named 'x' does not exist in the servo");
}

/// A connector that brings two others along.
struct Bundle(Log);

impl Connector for Bundle {
    type Settings = ();

    fn new(_: &str, (): ()) -> Result<Self> {
        Err(Error::internal("made by the test"))
    }

    fn parts(&self) -> Vec<Member> {
        ["one", "two"].map(|name| Member::new(name, "probe", probe(&self.0, Act::Answer))).into()
    }

    fn handlers(_: &mut Handlers<Self>) {}
}

#[tokio::test]
async fn what_a_connector_brings_along_comes_and_goes_with_it() {
    let log = Log::default();
    let servo = servo(&log, &["a"]).await;
    servo.startup().await.unwrap();
    servo.add_connector(Member::new("bundle", "bundle", Bundle(log.clone()))).await.unwrap();
    let members = servo.bus().members();
    let shown: Vec<(&str, &str)> = members.iter().map(|it| (&**it.name(), &**it.section())).collect();
    assert_eq!(shown, [("a", "a"), ("bundle", "bundle"), ("one", "bundle"), ("two", "bundle")]);
    assert_eq!(members[2].owner().map(|owner| &**owner), Some("bundle"));
    let mut lines = log.lines()[2..].to_vec();
    lines.sort();
    assert_eq!(lines, ["one attach ()", "one startup ()", "two attach ()", "two startup ()"]);
    servo.remove_connector("bundle").await.unwrap();
    assert_eq!(servo.bus().members().len(), 1);
    let mut lines = log.lines()[6..].to_vec();
    lines.sort();
    let ending = r#"shutdown Ending { reason: "shutdown" }"#;
    let expected = ["one detach ()", &format!("one {ending}"), "two detach ()", &format!("two {ending}")];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_name_that_is_taken_keeps_all_of_them_away() {
    let log = Log::default();
    let servo = servo(&log, &["two"]).await;
    let member = Member::new("bundle", "bundle", Bundle(log.clone()));
    let taken = servo.add_connector(member).await.unwrap_err();
    assert_eq!(taken.message(), "invalid name: a connector named 'two' already exists in the servo");
    let names: Vec<_> = servo.bus().members().iter().map(|member| member.name().to_string()).collect();
    assert_eq!(names, ["two"]);
}

#[tokio::test]
async fn starting_twice_and_stopping_what_does_not_run_are_errors() {
    let servo = servo(&Log::default(), &["a"]).await;
    assert!(servo.shutdown("x").await.is_err());
    servo.startup().await.unwrap();
    assert!(servo.startup().await.is_err());
    assert!(servo.is_running());
}

#[tokio::test]
async fn a_connector_that_cannot_attach_or_start_is_not_kept() {
    let log = Log::default();
    let servo = servo(&log, &["a"]).await;
    let error =
        servo.add_connector(Member::new("b", "probe", probe(&log, Act::Fail("no")))).await.unwrap_err();
    assert_eq!(error.message(), "no");
    assert_eq!(servo.bus().members().len(), 1);
}

#[tokio::test]
async fn all_attach_and_detach_at_once_where_the_servo_does_not_run() {
    let log = Log::default();
    let servo = Servo::new(Host::named("test"));
    for name in ["a", "b"] {
        servo.bus().add(Member::new(name, "probe", probe(&log, Act::Answer))).unwrap();
    }
    servo.attach().await.unwrap();
    servo.detach().await.unwrap();
    let mut lines = log.lines();
    lines.sort();
    assert_eq!(lines, ["a attach ()", "a detach ()", "b attach ()", "b detach ()"]);
}

#[tokio::test]
async fn every_connector_is_told_of_the_end_even_if_one_fails() {
    let log = Log::default();
    let servo = Servo::new(Host::named("test"));
    servo.add_connector(Member::new("a", "probe", probe(&log, Act::Answer))).await.unwrap();
    servo.startup().await.unwrap();
    servo.bus().add(Member::new("bad", "probe", probe(&log, Act::Panic))).unwrap();
    let error = servo.shutdown("SIGINT").await.unwrap_err();
    assert_eq!(error.connector(), Some("bad"));
    assert!(log.lines().contains(&"a detach ()".to_owned()));
}

#[tokio::test]
async fn a_servo_that_starts_attaches_first_and_may_start_again_after_its_end() {
    let log = Log::default();
    let servo = Servo::new(Host::named("test"));
    servo.bus().add(Member::new("a", "probe", probe(&log, Act::Answer))).unwrap();
    for _ in 0..2 {
        servo.start().await.unwrap();
        assert!(servo.start().await.is_err(), "it runs already");
        servo.shutdown("restarting").await.unwrap();
    }
    let life =
        ["a attach ()", "a startup ()", r#"a shutdown Ending { reason: "restarting" }"#, "a detach ()"];
    assert_eq!(log.lines(), [life, life].concat());
}

#[tokio::test]
async fn connectors_of_a_servo_that_cannot_start_are_detached_again() {
    let log = Log::default();
    let servo = Servo::new(Host::named("test"));
    servo.bus().add(Member::new("a", "probe", probe(&log, Act::Answer))).unwrap();
    servo.bus().add(Member::new("bad", "probe", probe(&log, Act::Fail("no")))).unwrap();
    assert_eq!(servo.start().await.unwrap_err().message(), "no");
    assert!(!servo.is_running());
    assert!(log.lines().contains(&"a detach ()".to_owned()), "{:?}", log.lines());
}

#[tokio::test(start_paused = true)]
async fn connectors_that_hang_do_not_keep_the_servo_from_its_end() {
    let log = Log::default();
    let servo = Servo::new(Host::named("test"));
    let slow = probe(&log, Act::Slow(Duration::from_mins(1)));
    servo.add_connector(Member::new("a", "probe", slow)).await.unwrap();
    servo.startup().await.unwrap();
    let begin = tokio::time::Instant::now();
    let error = servo.shutdown("SIGTERM").await.unwrap_err();
    assert_eq!(begin.elapsed(), Servo::SHUTDOWN_LIMIT + 2 * Bus::CANCEL_GRACE);
    assert_eq!(error.message(), "did not stop within 10s of being cancelled, and was dropped");
    assert_eq!(log.lines()[3..], ["a detach ()"], "it was told all the same");
    assert!(!servo.is_running());
}
