//! Whatever befalls one servo, the other does exactly what it does alone, and when it does it.

use std::time::Duration;

use serde_json::json;
use servo_testkit::backend::{Answer, Kind, Received};
use tokio::time::Instant;

use super::side::{Side, assert_isolated};
use crate::fixture::Session;
use crate::replay::line;

/// How long both are watched: the second is in the middle of a measurement then.
const WATCHED: Duration = Duration::from_secs(2 * 3600 + 100);

/// How far two runs may be apart: what the rounding of timers adds up to.
const TOLERANCE: Duration = Duration::from_millis(500);

/// What a servo said, with the time since the beginning.
type Said = Vec<(Duration, String)>;

/// Gives a servo work for ever: a command of each kind, then measurements of five minutes.
fn employ(side: &Side) {
    side.give("DESCRIBE", "c-0", json!({}));
    let settings = json!({"replicas": {"value": 4}});
    let state = json!({"application": {"components": {"web": {"settings": settings}}}});
    side.give("ADJUST", "c-2", json!({"state": state, "control": {"settlement": 130}}));
    side.always_give("MEASURE", "c-1", json!({"metrics": ["throughput"], "control": {"duration": 300}}));
}

fn said(requests: &[Received], begin: Instant) -> Said {
    requests.iter().map(|request| (request.at - begin, line(request))).collect()
}

/// What the servo of `side` says while it is watched and stopped at the end.
async fn watched(side: &Side, session: Session, begin: Instant) -> Said {
    tokio::time::sleep_until(begin + WATCHED).await;
    let said = said(&side.backend.requests(), begin);
    session.stop("SIGTERM").await.unwrap();
    assert_eq!(line(side.backend.requests().last().unwrap()), "GOODBYE SIGTERM");
    said
}

async fn alone(at: usize) -> Said {
    let side = &Side::pair()[at];
    employ(side);
    watched(side, side.start(), Instant::now()).await
}

fn assert_same(sent: &Said, alone: &Said) {
    for (at, (sent, alone)) in sent.iter().zip(alone).enumerate() {
        assert_eq!(sent.1, alone.1, "request {at}");
        assert!(sent.0.abs_diff(alone.0) < TOLERANCE, "request {at}: {sent:?} instead of {alone:?}");
    }
    assert_eq!(sent.len(), alone.len());
}

/// Lets something befall either servo while the other works, and gives the one that it befell to `verify`.
async fn while_the_other_works(trouble: impl AsyncFn(&Side, Session) -> Session, verify: impl Fn(&Side)) {
    for at in [0, 1] {
        let expected = alone(1 - at).await;
        let sides = Side::pair();
        let (troubled, other) = (&sides[at], &sides[1 - at]);
        employ(other);
        let begin = Instant::now();
        let sessions = (troubled.start(), other.start());
        let befallen = async {
            let session = trouble(troubled, sessions.0).await;
            tokio::time::sleep_until(begin + WATCHED).await;
            session.stop("SIGINT").await.unwrap();
        };
        let ((), said) = tokio::join!(befallen, watched(other, sessions.1, begin));
        assert_same(&said, &expected);
        assert_isolated(&sides);
        verify(troubled);
        let log = other.emu.log();
        let begins = |line: &str| log.iter().filter(|it| *it == line).count();
        assert_eq!([begins("attach"), begins("startup")], [1, 1], "its connectors begin once: {log:?}");
        assert_eq!(log[log.len() - 3..], ["measure c-1 cancelled", "shutdown SIGTERM", "detach"]);
        assert!(!log[..log.len() - 3].iter().any(|line| line.ends_with("cancelled")), "{log:?}");
    }
}

/// Waits until the servo of `side` has begun again and is at work again.
async fn begun_again(side: &Side) {
    side.backend.wait_for(Kind::Hello, 2).await;
    let reports = side.backend.count(Kind::Measurement);
    side.backend.wait_for(Kind::Measurement, reports + 2).await;
}

#[tokio::test(start_paused = true)]
async fn commands_of_the_same_uid_run_side_by_side() {
    let same = async |side: &Side, session| {
        employ(side);
        session
    };
    while_the_other_works(same, |side| {
        let sent = side.backend.requests_of(Kind::Measurement);
        assert!(sent.len() > 20);
        assert!(sent.iter().all(|report| report.cmd_uid() == Some("c-1")));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_gives_up_the_command_of_one_leaves_that_of_the_other() {
    let answers = [
        Answer::reply("cancel", Some("by an operator")),
        Answer::reply("unexpected-event", Some("lost track")),
        Answer::reply("invalid", Some("unexpected cmd_uid")),
        Answer::status(410),
    ];
    for answer in answers {
        let give_up = async |side: &Side, session| {
            employ(side);
            side.backend.wait_for(Kind::MeasurementProgress, 3).await;
            side.backend.answer(Kind::MeasurementProgress, answer.clone());
            begun_again(side).await;
            session
        };
        while_the_other_works(give_up, |side| {
            let log = side.emu.log();
            assert!(log.contains(&"measure c-1 cancelled".to_owned()), "{log:?}");
            assert_eq!(log.iter().filter(|line| *line == "startup").count(), 2, "{log:?}");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_identity_that_is_revoked_idles_alone() {
    let revoke = async |side: &Side, session| {
        side.backend.answer(Kind::WhatsNext, Answer::unexpected_servo_uid());
        employ(side);
        side.backend.wait_for(Kind::Measurement, 2).await;
        session
    };
    while_the_other_works(revoke, |side| {
        let asked = side.backend.requests_of(Kind::WhatsNext);
        assert!(asked[1].at - asked[0].at >= Duration::from_hours(1));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_is_down_for_an_hour_holds_up_its_own_servo_only() {
    let down = async |side: &Side, session| {
        employ(side);
        side.backend.wait_for(Kind::MeasurementProgress, 3).await;
        side.backend.refuse(true);
        tokio::time::sleep(Duration::from_hours(1)).await;
        let before = side.backend.count(Kind::Measurement);
        side.backend.refuse(false);
        side.backend.wait_for(Kind::Measurement, before + 2).await;
        session
    };
    while_the_other_works(down, |side| assert_eq!(side.backend.count(Kind::Hello), 1)).await;
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_does_not_answer_for_an_hour_holds_up_its_own_servo_only() {
    let hang = async |side: &Side, session| {
        let kinds = [Kind::Hello, Kind::WhatsNext, Kind::Measurement, Kind::MeasurementProgress];
        employ(side);
        side.backend.wait_for(Kind::MeasurementProgress, 3).await;
        for kind in kinds {
            side.backend.always(kind, Answer::hang());
        }
        tokio::time::sleep(Duration::from_hours(1)).await;
        let before = side.backend.count(Kind::Measurement);
        side.backend.recover();
        employ(side);
        side.backend.wait_for(Kind::Measurement, before + 2).await;
        session
    };
    while_the_other_works(hang, |_| {}).await;
}

#[tokio::test(start_paused = true)]
async fn a_connector_that_panics_fails_its_own_command_only() {
    let panics = async |side: &Side, session| {
        let control = json!({"duration": 1, "userdata": {"emu": {"raise": "panic", "message": "boom"}}});
        side.give("DESCRIBE", "c-3", json!({"control": control}));
        side.give("MEASURE", "c-4", json!({"metrics": [], "control": control}));
        employ(side);
        side.backend.wait_for(Kind::Measurement, 3).await;
        session
    };
    while_the_other_works(panics, |side| {
        let lines: Vec<String> = side.backend.requests().iter().map(line).collect();
        assert_eq!(lines[2], "DESCRIPTION failed c-3");
        assert!(lines.contains(&"MEASUREMENT failed c-4".to_owned()), "{lines:?}");
        assert!(lines.contains(&"MEASUREMENT ok success c-1".to_owned()), "{lines:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_is_stopped_and_started_again_disturbs_no_other() {
    let restart = async |side: &Side, mut session: Session| {
        employ(side);
        for reason in ["SIGTERM", "SIGINT", "SIGUSR1"] {
            let told = side.backend.count(Kind::MeasurementProgress);
            side.backend.wait_for(Kind::MeasurementProgress, told + 3).await;
            session.stop(reason).await.unwrap();
            assert_eq!(line(side.backend.requests().last().unwrap()), format!("GOODBYE {reason}"));
            let requests = side.backend.requests().len();
            tokio::time::sleep(Duration::from_mins(10)).await;
            assert_eq!(side.backend.requests().len(), requests, "nothing comes after GOODBYE");
            session = side.start();
        }
        session
    };
    while_the_other_works(restart, |side| {
        assert_eq!([Kind::Hello, Kind::Goodbye].map(|kind| side.backend.count(kind)), [4, 4]);
        assert!(side.emu.log().contains(&"shutdown SIGUSR1".to_owned()));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn reloads_of_one_disturb_no_other_and_end_nothing() {
    let reload = async |side: &Side, session: Session| {
        employ(side);
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_secs(67)).await;
            session.reload.request();
        }
        session
    };
    while_the_other_works(reload, |side| {
        assert_eq!(side.backend.count(Kind::Hello), 1);
        assert!(side.backend.count(Kind::Measurement) > 20);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn reloads_of_both_change_nothing_of_what_either_says() {
    let expected = [alone(0).await, alone(1).await];
    let sides = Side::pair();
    sides.iter().for_each(employ);
    let begin = Instant::now();
    let [one, two] = [sides[0].start(), sides[1].start()];
    let reloads = [one.reload.clone(), two.reload.clone()];
    let reloading = async {
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_secs(67)).await;
            for reload in &reloads {
                reload.request();
            }
        }
    };
    let ((), one, two) =
        tokio::join!(reloading, watched(&sides[0], one, begin), watched(&sides[1], two, begin));
    assert_same(&one, &expected[0]);
    assert_same(&two, &expected[1]);
    assert_isolated(&sides);
}
