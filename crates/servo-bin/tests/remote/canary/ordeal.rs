//! Everything that an optimizer can do to make a servo repeat a secret.

use std::pin::pin;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use servo_testkit::backend::{Answer, Backend, Kind, Received};

use super::needle::Needle;
use super::{LOGS, is_discreet};
use crate::optimizer::Optimizer;
use crate::program::{Place, Ran};

/// A secret as others would write it.
fn echo(secret: &str) -> String {
    let encoded = secret.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let (alone, inside) = (STANDARD.encode(secret), STANDARD.encode(format!("user:{secret}")));
    format!("you sent {secret} (Bearer {secret}), that is {encoded} or {alone} or {inside}")
}

/// An answer that has a secret in its body and its headers.
pub(super) fn echoing(status: u16, secret: &str) -> Answer {
    Answer::text(status, echo(secret))
        .header("www-authenticate", &format!("Bearer {secret}"))
        .header(secret_name(), secret)
}

const fn secret_name() -> &'static str {
    "x-your-token"
}

/// Queues an ordeal: refusals, redirects, garbage, commands that cannot be read, a cancel, and the upload of
/// diagnostics, with the secret in each of them.
pub(super) fn prepare(backend: &Backend, secret: &str) {
    let echo = echo(secret);
    let command = |name: &str, uid: &str| Answer::command(name, uid, json!({"control": {"duration": 60}}));
    for answer in [
        echoing(500, secret),
        echoing(302, secret).header("location", &format!("http://127.0.0.1/?token={secret}")),
        echoing(401, secret),
    ] {
        backend.answer(Kind::Hello, answer);
    }
    backend.answer(Kind::DiagnosticsCheck, Answer::json(200, json!({"data": "SEND"})));
    backend.answer(Kind::DiagnosticsOutput, echoing(500, secret));
    for answer in [
        echoing(200, secret),
        command("DESCRIBE", "cmd-1"),
        Answer::json(200, json!({"status": echo, "reason": echo, "message": echo})),
        command("DESCRIBE", "cmd-2"),
        Answer::json(200, json!({"cmd": echo, "cmd_uid": secret})),
        command("DESCRIBE", "cmd-3"),
        Answer::command("MEASURE", "cmd-4", json!({"control": {"duration": secret}})),
        command("DESCRIBE", "cmd-5"),
        Answer::command("ADJUST", "cmd-6", json!({"state": secret, "control": {}})),
        Answer::command(
            "ADJUST",
            "cmd-6a",
            json!({"state": {"application": {"components": {secret: {"settings": {secret: {"value": 1}}}}}}}),
        ),
        Answer::json(
            200,
            json!({"cmd": "SLEEP", "param": {"duration": 0.1, "data": {"status": echo, "reason": echo}}}),
        ),
        Answer::command("MEASURE", "cmd-7", json!({"metrics": [secret], "control": {"duration": 1}})),
        command("DESCRIBE", secret),
        command("MEASURE", "cmd-8"),
    ] {
        backend.answer(Kind::WhatsNext, answer);
    }
    backend.answer(Kind::Description, echoing(400, secret));
    backend.answer(Kind::Description, Answer::reply("unexpected-event", Some(&echo)));
    backend.answer(Kind::Description, echoing(200, secret));
    backend.answer(Kind::MeasurementProgress, Answer::reply("cancel", Some(&echo)));
    backend.always(Kind::Goodbye, echoing(403, secret));
}

/// How many times a servo asks for work in an ordeal.
const ASKED: usize = 15;

/// The time between two hangups.
const IMPATIENCE: Duration = Duration::from_millis(200);

/// Leads servos through the ordeal, one that logs text and one that logs JSON, and asserts that they are discreet.
///
/// `secrets` are kept, and the first of them is what the optimizer repeats. `place` makes the configuration for an
/// optimizer; `is_carried` says whether requests carried the secret.
pub(super) async fn endure(
    secrets: &[&str],
    place: impl Fn(&Optimizer) -> Place,
    is_carried: impl Fn(&[Received]) -> bool,
) {
    let run = async |arguments: &[&str]| {
        let optimizer = Optimizer::start().await;
        prepare(&optimizer.backend, secrets[0]);
        let place = place(&optimizer);
        let ran = lead(&optimizer, &place, arguments).await;
        is_discreet(&ran, secrets);
        let requests = optimizer.backend.requests();
        assert!(is_carried(&requests), "the secret was not sent: {requests:#?}");
        uploads_nothing(&requests, secrets);
    };
    tokio::join!(run(LOGS[0]), run(LOGS[1]));
}

/// Runs a servo until the ordeal is over.
pub(super) async fn lead(optimizer: &Optimizer, place: &Place, arguments: &[&str]) -> Ran {
    let servo = place.start(arguments);
    optimizer.hear(Kind::Hello, 1).await;
    let mut over = pin!(async {
        optimizer.hear(Kind::WhatsNext, ASKED).await;
        optimizer.hear(Kind::DiagnosticsReset, 1).await;
    });
    // Hangups cut the waits after refusals short, and have the credentials read again.
    while tokio::time::timeout(IMPATIENCE, &mut over).await.is_err() {
        servo.signal("HUP").await;
    }
    let ran = servo.terminate().await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran
}

/// Asserts that diagnostics were sent, configuration and log, without the secrets.
pub(super) fn uploads_nothing(requests: &[Received], secrets: &[&str]) {
    let uploads: Vec<_> = requests.iter().filter(|request| request.kind == Kind::DiagnosticsOutput).collect();
    assert!(!uploads.is_empty(), "no diagnostics were sent");
    for upload in uploads {
        let data = &upload.body["data"];
        assert!(data["configmap"]["emulator"].is_object(), "{data:#}");
        assert!(data["logs"].as_object().is_some_and(|lines| !lines.is_empty()), "{data:#}");
        for secret in secrets {
            Needle::of(secret).is_nowhere_in("the diagnostics", &format!("{data:#}"));
        }
    }
}
