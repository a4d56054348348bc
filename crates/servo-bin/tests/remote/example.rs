//! The example in `examples/remote` does what its page says.

use std::time::Duration;

use servo_testkit::session::{Pace, Session};

use crate::optimizer::Optimizer;
use crate::program::Place;
use crate::sessions::{play, words};
use crate::soon;

const CONFIGURATION: &str = include_str!("../../../../examples/remote/servo.yaml");

#[tokio::test]
async fn the_example_is_valid() {
    let ran = Place::new(CONFIGURATION).run(&["describe"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("web.replicas=6"), "{}", ran.stdout);
}

#[tokio::test]
async fn the_example_goes_through_a_session() {
    let optimizer = Optimizer::start().await;
    let times = Pace { measurement: Duration::from_mins(1), rest: Duration::from_secs(5) };
    let (mut session, mut heard) = (Session::new(optimizer.backend.clone(), times), 0);
    let text = CONFIGURATION.replace("127.0.0.1:8080", &optimizer.address.to_string());
    assert_ne!(text, CONFIGURATION);
    let place = Place::new(&text);
    let servo = place.start(&["run"]);
    let lines = soon("a session", play(&optimizer.backend, &mut session, &mut heard)).await;
    assert_eq!(words(&lines)[10..], ["ADJUSTMENT", "WHATS_NEXT"], "{lines:#?}");
    let adjust = "WHATS_NEXT -> ADJUST cmd-3: web.cpu from 1.5 to 1.25";
    assert!(lines.iter().any(|line| line == adjust), "{lines:#?}");
    assert_eq!(servo.terminate().await.code, 0);
}
