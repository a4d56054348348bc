//! What the original asked its optimizer around checks, as its sessions were recorded: the bodies of the requests, in
//! order.
//!
//! What differs on purpose is said where it does: telemetry, the agent's name, and that the last word is GOODBYE.

use serde_json::{Value, json};
use servo_testkit::backend::{Answer, Kind};

use super::bodies;
use crate::document::here;
use crate::optimizer::Optimizer;
use crate::program::Place;

/// What a check says: HELLO with nothing. The servo that runs says who it is, too.
fn hello() -> Value {
    json!({"event": "HELLO", "param": null, "servo_uid": null})
}

/// The body of a HELLO of a servo that runs, without what is said of the agent and of its machine.
fn begins(body: &Value) -> bool {
    let agent = body["param"]["agent"].as_str();
    body["event"] == "HELLO" && body["servo_uid"].is_null() && agent.is_some_and(|agent| agent.contains(" v"))
}

#[tokio::test]
async fn run_with_no_poll_says_hello_and_asks_for_nothing() {
    // Recording 24: one HELLO, and nothing in the seconds that follow.
    let optimizer = Optimizer::start().await;
    let place = Place::new(&here(optimizer.address));
    let mut servo = place.start(&["run", "--no-poll"]);
    optimizer.hear(Kind::Hello, 1).await;
    servo.hear("polling is disabled").await;
    let ran = servo.terminate().await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let bodies = bodies(&optimizer);
    assert!(begins(&bodies[0]), "{bodies:?}");
    // The recording was cut before its end.
    assert_eq!(bodies[1..], [json!({"event": "GOODBYE", "param": {"reason": "SIGTERM"}, "servo_uid": null})]);
}

#[tokio::test]
async fn run_with_check_says_hello_for_the_check_and_again_to_begin() {
    // Recording 26: HELLO without a parameter, HELLO with the agent, WHATS_NEXT, and GOODBYE at the signal.
    let optimizer = Optimizer::start().await;
    optimizer.backend.always(Kind::WhatsNext, Answer::sleep(30));
    for option in ["--check", "-c"] {
        optimizer.backend.clear();
        let place = Place::new(&here(optimizer.address));
        let servo = place.start(&["run", option]);
        optimizer.hear(Kind::WhatsNext, 1).await;
        let ran = servo.terminate().await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let bodies = bodies(&optimizer);
        assert_eq!(bodies.len(), 4, "{bodies:?}");
        assert_eq!(bodies[0], hello());
        assert!(begins(&bodies[1]), "{bodies:?}");
        assert_eq!(bodies[2], json!({"event": "WHATS_NEXT", "param": null, "servo_uid": null}));
        assert_eq!(bodies[3], json!({"event": "GOODBYE", "param": {"reason": "SIGTERM"}, "servo_uid": null}));
    }
}

#[tokio::test]
async fn the_variable_for_it_does_the_same() {
    let optimizer = Optimizer::start().await;
    optimizer.backend.always(Kind::WhatsNext, Answer::sleep(30));
    let place = Place::new(&here(optimizer.address)).with("SERVO_RUN_CHECK", "true");
    let servo = place.start(&["run"]);
    optimizer.hear(Kind::WhatsNext, 1).await;
    servo.terminate().await;
    assert_eq!(bodies(&optimizer)[0], hello());
}

#[tokio::test]
async fn a_dry_run_says_hello_once_and_ends() {
    // Recording 26b: HELLO without a parameter, and nothing else.
    let optimizer = Optimizer::start().await;
    let place = Place::new(&here(optimizer.address));
    let ran = place.run(&["run", "--dry-run"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    assert_eq!(bodies(&optimizer), [hello()]);
    let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["servo.yaml"], "nothing is written");
}

#[tokio::test]
async fn every_check_says_hello_once_in_each_pass() {
    // Recording 40: twelve times, of eleven runs with different options, one of which was repeated once.
    let optimizer = Optimizer::start().await;
    let place = Place::new(&here(optimizer.address));
    for arguments in [
        &["check"][..],
        &["check", "--verbose"],
        &["check", "--quiet"],
        &["check", "servo"],
        &["check", "--name", "Opsani API connectivity"],
        &["check", "--name", "/API/"],
        &["check", "--id", "ffd7e219", "--halt-on-failed", "requirement"],
        &["check", "--halt-on", "never"],
        &["check", "--wait", "10s", "--delay", "expo"],
        &["check", "--no-progressive"],
    ] {
        optimizer.backend.clear();
        let ran = place.run(arguments).await;
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(bodies(&optimizer), [hello()], "{arguments:?}");
    }
    optimizer.backend.clear();
    optimizer.backend.answer(Kind::Hello, Answer::status(503));
    let ran = place.run(&["check", "--wait", "40s", "--delay", "100ms"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(bodies(&optimizer), [hello(), hello()]);
    // There it was not filtered; here it is, as every other check.
    optimizer.backend.clear();
    assert_eq!(place.run(&["check", "emulator"]).await.code, 0);
    assert_eq!(place.run(&["check", "--id", "deployed", "--exclusive"]).await.code, 0);
    assert!(bodies(&optimizer).is_empty());
}

#[tokio::test]
async fn the_tables_are_those_of_the_original_with_messages_that_can_be_read() {
    // Section 13.13: the message was shown as the list of its lines, and there were no hints.
    let optimizer = Optimizer::start().await;
    optimizer.backend.always(Kind::Hello, Answer::status(404));
    // A servo is called by its own name, which holds no slash.
    let text = here(optimizer.address);
    let chosen = "checks: {progressive: false, wait: 0, id: [ffd7e219]";
    let ran = Place::new(&format!("{text}{chosen}}}\n")).run(&["run", "--dry-run"]).await;
    let hint = "is the optimizer's id right, and is it there? the URL is made of it and of `base_url`";
    let table = format!(
        "\
CONNECTOR    STATUS    ERRORS
shop         X FAILED  (1/1) Opsani API connectivity: Response status code: 404
                             hint: {hint}
"
    );
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains(&table), "{}", ran.stderr);
    let ran = Place::new(&format!("{text}{chosen}, verbose: true}}\n")).run(&["run", "--dry-run"]).await;
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    // What it relies on is shown, too: the original had no prerequisites here.
    let heading = "CONNECTOR CHECK ID TAGS STATUS MESSAGE ";
    ran.says(&[heading, "Opsani API connectivity ffd7e219 - X FAILED Response status code: 404 hint: "]);
}

#[tokio::test]
async fn a_run_whose_checks_fail_begins_nothing_and_ends_with_1() {
    let optimizer = Optimizer::start().await;
    optimizer.backend.always(Kind::Hello, Answer::status(401));
    let place = Place::new(&format!("{}checks: {{wait: 300ms, delay: 100ms}}\n", here(optimizer.address)));
    let ran = place.run(&["run", "--check"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
    ran.says(&["check 'Opsani API connectivity' failed", "timed out waiting for checks to pass 300ms"]);
    assert!(bodies(&optimizer).iter().all(|body| *body == hello()), "it never begins");
}
