//! What is told for diagnostics, and what is shown when a servo ends because it is refused.

use servo_testkit::backend::{Answer, Kind};

use super::ordeal::{echoing, uploads_nothing};
use super::{LOGS, canary, carried, is_discreet, shows_none};
use crate::document::{TOKEN, here, service};
use crate::optimizer::Optimizer;
use crate::program::Place;

#[tokio::test]
async fn an_exit_after_a_refusal() {
    let token = canary("fatal");
    for status in [401, 302, 410] {
        for arguments in LOGS {
            let optimizer = Optimizer::start().await;
            optimizer.backend.always(Kind::Hello, echoing(status, &token));
            let place = Place::new(&here(optimizer.address).replace(TOKEN, &format!("\"{token}\"")));
            let ran = place.run(&[arguments, &["--exit-on-fatal"]].concat()).await;
            assert_eq!(ran.code, 1, "{}", ran.stderr);
            ran.says(&[&format!("answered {status}")]);
            is_discreet(&ran, &[&token]);
            assert!(carried(&optimizer.backend.requests(), "authorization", &format!("Bearer {token}")));
        }
    }
}

#[tokio::test]
async fn secrets_of_every_kind_in_one_document() {
    let optimizer = Optimizer::start().await;
    optimizer.backend.answer(Kind::DiagnosticsCheck, Answer::json(200, serde_json::json!({"data": "SEND"})));
    let (token, password, note) = (canary("everything"), canary("password"), "the harmless note");
    let encoded = password.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let text = here(optimizer.address).replace(TOKEN, &format!("\"{token}\""));
    // A proxy for elsewhere, and the token once more where nobody expects it.
    let text = format!(
        "no_diagnostics: false\ndescription: \"the token is {token}, once {note}\"\n{text}settings:\n  proxies:\n    \
         \"https://elsewhere.invalid\": \"http://me:{encoded}@proxy.invalid:3128\"\n"
    );
    let servo = Place::new(&text);
    let servo = servo.start(LOGS[0]);
    optimizer.hear(Kind::DiagnosticsReset, 1).await;
    let ran = servo.terminate().await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    is_discreet(&ran, &[&token, &password]);
    let requests = optimizer.backend.requests();
    uploads_nothing(&requests, &[&token, &password]);
    let upload = requests.iter().find(|request| request.kind == Kind::DiagnosticsOutput).unwrap();
    assert!(upload.body.to_string().contains(note), "what is no secret is told: {}", upload.body);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_as_credentials() {
    let secret = canary("file");
    for (form, text) in [
        ("token_file: it", format!("{secret}\n{secret}")),
        ("token_file: it", format!("{secret}é")),
        ("connection_file: it", format!("Authorization: [{secret}]\n")),
        ("connection_file: it", format!("Authorization: \"{secret}\n")),
        ("connection_file: it", secret.clone()),
        (
            "connection_file: it",
            format!("Authorization: {secret}\nEndpoint: https://me:{secret}@optimizer.invalid\n"),
        ),
        ("connection_file: it", format!("Authorization: {secret}\nEndpoint: http://optimizer.invalid\n")),
    ] {
        let optimizer = if form.starts_with("token") {
            "id: example.com/shop, base_url: \"https://optimizer.invalid\""
        } else {
            "optimizer_id: x"
        };
        let document = format!("optimizer: {{{optimizer}, {form}}}\n{}", service(1000));
        for arguments in LOGS {
            let place = Place::new(&document);
            place.write("it", &text);
            let mut servo = place.start(arguments);
            servo.hear("trying again").await;
            let ran = servo.terminate().await;
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            shows_none(&ran, &[&secret]);
        }
    }
}
