//! Answers to `WHATS_NEXT` that are of no use, given for ever.

use serde_json::{Value, json};
use servo_testkit::backend::{Answer, Backend, Kind};

use super::{Scene, minutes, most_in_a_minute, seconds, times};
use crate::matrix::bounds::{least, most, pauses, tries};

/// Asks for an hour what is next; the requests of these kinds are as many as pauses from one second to five minutes
/// leave room for.
async fn assert_pauses(what: &str, answer: Answer, with: &[Kind]) {
    let backend = Backend::new();
    backend.always(Kind::WhatsNext, answer);
    let requests = Scene::start(backend).run_for(minutes(60), what).await;
    let bounds = least(minutes(60), pauses())..=most(minutes(60), pauses());
    for kind in [Kind::WhatsNext].iter().chain(with) {
        let count = times(&requests, *kind).len();
        assert!(bounds.contains(&count), "{what}: {count} times {kind} in an hour, not {bounds:?}");
    }
    assert!(most_in_a_minute(&times(&requests, Kind::WhatsNext)) <= 8, "{what}");
    let known = |kind| [Kind::Hello, Kind::WhatsNext].contains(&kind) || with.contains(&kind);
    assert!(requests.iter().all(|request| known(request.kind)), "{what}: other requests came");
}

fn command(command: Value) -> Answer {
    Answer::json(200, command)
}

fn sleep(duration: &Value) -> Answer {
    command(json!({"cmd": "SLEEP", "param": {"duration": duration}}))
}

#[tokio::test(start_paused = true)]
async fn answers_without_a_command_are_asked_for_less_and_less() {
    for (what, answer) in [
        ("the status ok", Answer::ok()),
        ("the status cancel", Answer::reply("cancel", Some("no reason"))),
        ("a status of its own", Answer::reply("sideways", None)),
        ("no JSON", Answer::not_json()),
        ("half a JSON", Answer::text(200, "{\"cmd\": \"SLE")),
        ("a list", Answer::json(200, json!([]))),
        ("null", Answer::json(200, Value::Null)),
        ("nothing known", Answer::json(200, json!({"detail": "?"}))),
        ("an empty body", Answer::text(200, "")),
        ("204", Answer::status(204)),
        ("201", Answer::status(201)),
    ] {
        assert_pauses(what, answer, &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_refused_are_asked_for_less_and_less() {
    for (what, answer) in [
        ("a redirect", Answer::status(302).header("location", "http://127.0.0.1:18080/elsewhere")),
        ("not modified", Answer::status(304)),
        ("400", Answer::status(400)),
        ("401", Answer::status(401)),
        ("5 GB", Answer::huge(5_000_000_000)),
        ("5 GB in chunks", Answer::huge(5_000_000_000).chunked()),
    ] {
        assert_pauses(what, answer, &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn commands_that_cannot_be_carried_out_are_asked_for_less_and_less() {
    for (what, answer) in [
        ("an unknown command", Answer::command("DANCE", "c-1", json!({}))),
        ("a command that is no text", command(json!({"cmd": 5}))),
        ("less than no sleep", sleep(&json!(-5))),
        ("sleep beyond all numbers", sleep(&json!(1e300))),
        ("sleep of another kind", sleep(&json!([60]))),
        ("sleep in words", sleep(&json!("a while"))),
        ("no identity", command(json!({"cmd": "MEASURE", "param": {"control": {"duration": "soon"}}}))),
    ] {
        assert_pauses(what, answer, &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn commands_that_are_answered_failed_are_asked_for_less_and_less() {
    let measure = Answer::command("MEASURE", "c-1", json!({"control": {"duration": "soon"}}));
    assert_pauses("a measurement of no duration", measure, &[Kind::Measurement]).await;
    let adjust = Answer::command("ADJUST", "c-1", json!({"state": {"application": {"components": {}}}}));
    assert_pauses("an adjustment of nothing", adjust, &[Kind::Adjustment]).await;
    let describe = Answer::command("DESCRIBE", "c-1", json!({"control": []}));
    assert_pauses("a description under control of a list", describe, &[Kind::Description]).await;
}

#[tokio::test(start_paused = true)]
async fn an_optimizer_that_always_lost_track_is_greeted_less_and_less() {
    let lost = Answer::reply("unexpected-event", Some("Out of order"));
    assert_pauses("unexpected-event", lost, &[Kind::Hello]).await;
}

/// Commands that are carried out at once, given again at once: at most 20 a second, and 50 more at the beginning.
#[tokio::test(start_paused = true)]
async fn commands_that_take_no_time_are_paced() {
    let broken = json!({"control": {"userdata": {"emu": {"raise": "runtime"}}}});
    for (what, answer, report) in [
        ("no sleep at all", sleep(&json!(0)), None),
        ("the shortest sleep", sleep(&json!(1e-9)), None),
        ("DESCRIBE", Answer::command("DESCRIBE", "c-1", json!({})), Some(Kind::Description)),
        ("what fails", Answer::command("MEASURE", "c-1", broken), Some(Kind::Measurement)),
    ] {
        let backend = Backend::new();
        backend.always(Kind::WhatsNext, answer);
        let requests = Scene::start(backend).run_for(seconds(60), what).await;
        for kind in [Kind::WhatsNext].into_iter().chain(report) {
            let count = times(&requests, kind).len();
            // As many as it may, so that an optimizer that has much to do is not slowed down.
            assert!((1000..=60 * 20 + 50).contains(&count), "{what}: {count} times {kind} in a minute");
        }
    }
}

/// What is asked for is kept, and no other servo asks at the same time.
#[tokio::test(start_paused = true)]
async fn an_optimizer_that_asks_for_no_time_at_all_is_left_alone_as_one_that_asks_for_none() {
    for status in [429, 503] {
        let backend = Backend::new();
        backend.always(Kind::WhatsNext, Answer::status(status).header("retry-after", "0"));
        let requests = Scene::start(backend).run_for(minutes(4), "Retry-After: 0").await;
        let gaps = || tries(minutes(0), None);
        let bounds = least(minutes(4), gaps())..=most(minutes(4), gaps());
        let count = times(&requests, Kind::WhatsNext).len();
        assert!(bounds.contains(&count), "{count} requests in four minutes, not {bounds:?}");
    }
}

/// A sleep that nobody will see the end of ends with the servo.
#[tokio::test(start_paused = true)]
async fn an_absurdly_long_sleep_is_slept_and_ends_with_the_servo() {
    for duration in [json!(1e12), json!("365d"), json!(18_446_744_073_709_551_615_u64)] {
        let what = duration.to_string();
        let backend = Backend::new();
        backend.always(Kind::WhatsNext, sleep(&duration));
        let requests = Scene::start(backend).run_for(minutes(48 * 60), &what).await;
        assert_eq!(times(&requests, Kind::WhatsNext).len(), 1, "{what}");
    }
}

/// No duration is two minutes.
#[tokio::test(start_paused = true)]
async fn a_sleep_without_a_duration_is_two_minutes() {
    for answer in [command(json!({"cmd": "SLEEP"})), sleep(&Value::Null)] {
        let backend = Backend::new();
        backend.always(Kind::WhatsNext, answer);
        let requests = Scene::start(backend).run_for(minutes(61), "SLEEP").await;
        assert_eq!(times(&requests, Kind::WhatsNext).len(), 31);
    }
}
