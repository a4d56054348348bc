//! Signals to a servo that an optimizer drives.

use std::time::Duration;

use serde_json::json;
use servo_testkit::backend::{Answer, Kind};
use tokio::time::Instant;

use crate::document::{here, service};
use crate::optimizer::Optimizer;
use crate::program::{Place, Servo};

/// Starts a servo and lets it measure for long.
fn measuring(optimizer: &Optimizer) -> (Place, Servo) {
    let control = json!({"control": {"duration": 600}});
    optimizer.backend.answer(Kind::WhatsNext, Answer::command("MEASURE", "cmd-1", control));
    let place = Place::new(&here(optimizer.address).replace(&service(100_000), &service(1)));
    let servo = place.start(&["run"]);
    (place, servo)
}

#[tokio::test]
async fn each_signal_ends_the_servo_well_and_the_optimizer_is_told_its_name() {
    for signal in ["TERM", "INT", "USR1"] {
        let optimizer = Optimizer::start().await;
        let place = Place::new(&here(optimizer.address));
        let servo = place.start(&["run"]);
        optimizer.hear(Kind::WhatsNext, 1).await;
        servo.signal(signal).await;
        let ran = servo.end().await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let goodbye = optimizer.backend.requests_of(Kind::Goodbye).pop().unwrap();
        assert_eq!(goodbye.body["param"], json!({"reason": format!("SIG{signal}")}));
    }
}

#[tokio::test]
async fn in_the_middle_of_an_operation_it_is_cancelled_and_goodbye_is_the_last_word() {
    for signal in ["TERM", "INT", "USR1"] {
        let optimizer = Optimizer::start().await;
        let (_place, servo) = measuring(&optimizer);
        optimizer.hear(Kind::MeasurementProgress, 1).await;
        let begin = Instant::now();
        servo.signal(signal).await;
        let ran = servo.end().await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
        let last = optimizer.backend.requests().pop().unwrap();
        assert_eq!((last.kind, last.param("reason")), (Kind::Goodbye, &json!(format!("SIG{signal}"))));
        assert_eq!(
            optimizer.backend.count(Kind::Measurement),
            0,
            "the optimizer gives the command out again"
        );
    }
}

#[tokio::test]
async fn an_optimizer_that_hangs_holds_nobody_up() {
    let optimizer = Optimizer::start().await;
    for kind in [Kind::MeasurementProgress, Kind::Measurement, Kind::Goodbye] {
        optimizer.backend.always(kind, Answer::hang());
    }
    let (_place, servo) = measuring(&optimizer);
    optimizer.hear(Kind::MeasurementProgress, 1).await;
    ends_within_twenty_seconds(&optimizer, servo).await;
}

#[tokio::test]
async fn one_that_hangs_while_it_is_asked_holds_nobody_up() {
    let optimizer = Optimizer::start().await;
    for kind in [Kind::WhatsNext, Kind::Goodbye] {
        optimizer.backend.always(kind, Answer::hang());
    }
    let place = Place::new(&here(optimizer.address));
    let servo = place.start(&["run"]);
    optimizer.hear(Kind::WhatsNext, 1).await;
    ends_within_twenty_seconds(&optimizer, servo).await;
}

#[tokio::test]
async fn one_that_hangs_at_hello_is_not_said_goodbye() {
    let optimizer = Optimizer::start().await;
    optimizer.backend.always(Kind::Hello, Answer::hang());
    let place = Place::new(&here(optimizer.address));
    let servo = place.start(&["run"]);
    optimizer.hear(Kind::Hello, 1).await;
    let begin = Instant::now();
    let ran = servo.terminate().await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    assert_eq!(optimizer.backend.count(Kind::Goodbye), 0);
}

/// Ends a servo whose GOODBYE is never answered.
async fn ends_within_twenty_seconds(optimizer: &Optimizer, servo: Servo) {
    let begin = Instant::now();
    let ran = servo.terminate().await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let took = begin.elapsed();
    assert!((Duration::from_secs(5)..Duration::from_secs(20)).contains(&took), "{took:?}");
    assert_eq!(optimizer.backend.count(Kind::Goodbye), 1);
    ran.says(&["GOODBYE is lost: no answer within 5s"]);
}

#[tokio::test]
async fn a_hangup_disturbs_nothing() {
    let optimizer = Optimizer::start().await;
    optimizer.keep_awake();
    let place = Place::new(&here(optimizer.address));
    let mut servo = place.start(&["run"]);
    optimizer.hear(Kind::WhatsNext, 1).await;
    servo.signal("HUP").await;
    servo.hear("SIGHUP").await;
    let before = optimizer.backend.count(Kind::WhatsNext);
    optimizer.hear(Kind::WhatsNext, before + 2).await;
    assert_eq!((optimizer.backend.count(Kind::Hello), optimizer.backend.count(Kind::Goodbye)), (1, 0));
    assert_eq!(servo.terminate().await.code, 0);
}

#[tokio::test]
async fn a_hangup_cuts_waits_short() {
    let optimizer = Optimizer::start().await;
    optimizer.backend.answer(Kind::Hello, Answer::too_many_requests("3000"));
    let place = Place::new(&here(optimizer.address));
    let mut servo = place.start(&["run"]);
    servo.hear("trying again in 3").await;
    servo.signal("HUP").await;
    optimizer.hear(Kind::Hello, 2).await;
    assert_eq!(servo.terminate().await.code, 0);
}
