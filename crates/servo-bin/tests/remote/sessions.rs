//! Whole sessions, from HELLO to GOODBYE.

use std::net::TcpListener;
use std::time::Duration;

use servo_testkit::backend::{Backend, Kind};
use servo_testkit::session::{Pace, Session};

use crate::document::{here, opsani};
use crate::optimizer::Optimizer;
use crate::program::Place;
use crate::soon;

/// Plays sessions with whoever asks, until one is over or somebody says GOODBYE. Returns what was said, as lines without
/// reports of progress.
pub(crate) async fn play(backend: &Backend, session: &mut Session, heard: &mut usize) -> Vec<String> {
    let (mut lines, before) = (Vec::new(), session.sessions());
    loop {
        let request = backend.wait_until(|requests| requests.get(*heard).cloned()).await;
        *heard += 1;
        let line = session.hear(&request);
        if !request.kind.is_progress() {
            lines.push(line);
        }
        if session.sessions() > before || request.kind == Kind::Goodbye {
            return lines;
        }
    }
}

/// The first words of lines.
pub(crate) fn words(lines: &[String]) -> Vec<&str> {
    lines.iter().filter_map(|line| line.split_whitespace().next()).collect()
}

#[tokio::test]
async fn a_session_goes_from_hello_over_two_adjustments_to_goodbye() {
    let optimizer = Optimizer::start().await;
    let times = Pace { measurement: Duration::from_mins(1), rest: Duration::from_secs(1) };
    let (mut session, mut heard) = (Session::new(optimizer.backend.clone(), times), 0);
    let place = Place::new(&here(optimizer.address));
    let mut servo = place.start(&["run"]);
    let lines = soon("a session", play(&optimizer.backend, &mut session, &mut heard)).await;
    let next = "WHATS_NEXT";
    let expected = [
        "HELLO",
        next,
        "DESCRIPTION",
        next,
        "MEASUREMENT",
        next,
        "ADJUSTMENT",
        next,
        "MEASUREMENT",
        next,
        "ADJUSTMENT",
        next,
    ];
    assert_eq!(words(&lines), expected, "{lines:#?}");
    assert!(lines[6].contains("web.cpu=1.5 ") && lines[10].contains("web.cpu=2 "), "{lines:#?}");
    servo.hear("sleeping for 1s (no active optimization pipeline)").await;
    servo.signal("TERM").await;
    let parting = soon("GOODBYE", async {
        loop {
            let lines = play(&optimizer.backend, &mut session, &mut heard).await;
            if let Some(line) = lines.last().filter(|line| line.starts_with("GOODBYE")) {
                return line.clone();
            }
        }
    });
    assert_eq!(parting.await, "GOODBYE      because of SIGTERM -> ok");
    let ran = servo.end().await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout, "shop: driven by a remote optimizer, which keeps the history\n");
}

#[tokio::test]
async fn an_optimizer_that_comes_up_later_is_connected_to() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let place = Place::new(&here(address));
    let mut servo = place.start(&["run"]);
    servo.hear(&format!("cannot connect to http://{address}")).await;
    let optimizer = Optimizer::at(address, None).await;
    optimizer.hear(Kind::WhatsNext, 1).await;
    assert_eq!(servo.terminate().await.code, 0);
}

#[tokio::test]
async fn an_optimizer_that_goes_away_and_comes_back_is_asked_again() {
    let optimizer = Optimizer::start().await;
    optimizer.keep_awake();
    let place = Place::new(&here(optimizer.address));
    let mut servo = place.start(&["run"]);
    optimizer.hear(Kind::WhatsNext, 1).await;
    optimizer.backend.refuse(true);
    servo.hear("trying again in").await;
    let before = optimizer.backend.count(Kind::WhatsNext);
    optimizer.backend.refuse(false);
    optimizer.hear(Kind::WhatsNext, before + 1).await;
    assert_eq!((servo.terminate().await.code, optimizer.backend.count(Kind::Hello)), (0, 1));
}

#[tokio::test]
async fn two_servos_of_one_file_speak_to_their_own_optimizers() {
    let (one, two) = (Optimizer::start().await, Optimizer::start().await);
    let texts = [&one, &two].map(|it| here(it.address));
    let second =
        texts[1].replace("name: shop", "name: other").replace("example.com/shop", "example.com/other");
    let place = Place::new(&format!("{}---\n{second}", texts[0]));
    let servo = place.start(&["run"]);
    for (optimizer, path) in [(&one, "shop"), (&two, "other")] {
        let next = optimizer.hear(Kind::WhatsNext, 1).await;
        assert_eq!(next.path, format!("/accounts/example.com/applications/{path}/servo"));
    }
    assert_eq!(servo.terminate().await.code, 0);
    for optimizer in [one, two] {
        assert_eq!((optimizer.backend.count(Kind::Hello), optimizer.backend.count(Kind::Goodbye)), (1, 1));
    }
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_told_and_tried_again() {
    let place = Place::new(&opsani("https://optimizer.invalid"));
    let mut servo = place.start(&["run"]);
    servo.hear("cannot connect to https://optimizer.invalid").await;
    assert_eq!(servo.terminate().await.code, 0);
}
