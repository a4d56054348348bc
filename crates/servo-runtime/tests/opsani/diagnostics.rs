//! Diagnostics of a running servo: when they are asked for, what they hold, and that the loop does not notice.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use secrecy::SecretString;
use serde_json::{Value, json};
use servo_http::proxy::Proxies;
use servo_runtime::log_tail::LogTail;
use servo_runtime::remote::account::{Access, Account};
use servo_runtime::remote::network::Network as Settings;
use servo_runtime::remote::{Configuration, DiagnosticsSource};
use servo_testkit::backend::{Answer, Backend, Kind, Network, Received};
use servo_testkit::emu::Emu;
use tokio::time::Instant;
use tracing::Level;

use crate::fixture::{HOST, PORT, Session, configuration, of_account};
use crate::replay::line;

const MINUTE: Duration = Duration::from_mins(1);

/// The kinds of requests that diagnostics make.
const KINDS: [Kind; 3] = [Kind::DiagnosticsCheck, Kind::DiagnosticsReset, Kind::DiagnosticsOutput];

/// A backend whose servo is never without work, and a servo that tells diagnostics.
fn employed(answer: Option<Answer>) -> (Backend, Configuration) {
    let backend = Backend::new();
    let param = json!({"metrics": ["throughput"], "control": {"duration": 45}});
    backend.always(Kind::WhatsNext, Answer::command("MEASURE", "c-1", param));
    if let Some(answer) = answer {
        backend.always(Kind::DiagnosticsCheck, answer);
    }
    let source = DiagnosticsSource { configuration: json!({"emu": {}}), log: LogTail::disabled() };
    let configuration = Configuration { diagnostics: Some(source), ..configuration(&backend) };
    (backend, configuration)
}

/// Starts a servo that tells progress four times a minute.
fn start(configuration: Configuration) -> Session {
    Session::with(configuration, Emu::new().reporting_every(MINUTE / 4))
}

fn wish(word: &str) -> Answer {
    Answer::json(200, json!({ "data": word }))
}

fn seconds(requests: &[Received], begin: Instant) -> Vec<u64> {
    requests.iter().map(|request| (request.at - begin).as_secs()).collect()
}

/// What the loop said, with the seconds since the beginning.
fn of_loop(backend: &Backend, begin: Instant) -> Vec<(u64, String)> {
    let requests = backend.requests().into_iter().filter(|request| !KINDS.contains(&request.kind));
    requests.map(|request| ((request.at - begin).as_secs(), line(&request))).collect()
}

/// What the loop says in half an hour where nobody asks for diagnostics.
async fn undisturbed() -> Vec<(u64, String)> {
    let (backend, configuration) = employed(None);
    let begin = Instant::now();
    let session = start(Configuration { diagnostics: None, ..configuration });
    tokio::time::sleep(30 * MINUTE).await;
    assert!(KINDS.iter().all(|kind| backend.count(*kind) == 0), "they are off by default");
    session.stop("SIGTERM").await.unwrap();
    of_loop(&backend, begin)
}

#[tokio::test(start_paused = true)]
async fn the_optimizer_is_asked_each_minute_while_the_loop_works() {
    let expected = undisturbed().await;
    let (backend, configuration) = employed(Some(wish("WITHHOLD")));
    let begin = Instant::now();
    let session = start(configuration);
    tokio::time::sleep(30 * MINUTE).await;
    session.stop("SIGTERM").await.unwrap();
    let asked = backend.requests_of(Kind::DiagnosticsCheck);
    assert_eq!(seconds(&asked, begin)[..29], (0..29).map(|minute| 60 * minute).collect::<Vec<_>>());
    assert_eq!(of_loop(&backend, begin), expected);
}

#[tokio::test(start_paused = true)]
async fn a_stop_of_diagnostics_ends_the_questions_for_good_and_the_loop_goes_on() {
    let (backend, configuration) = employed(None);
    backend.answer(Kind::DiagnosticsCheck, wish("WITHHOLD"));
    backend.answer(Kind::DiagnosticsCheck, wish("STOP"));
    // The servo begins again later, which does not undo it.
    let session = start(configuration);
    tokio::time::sleep(10 * MINUTE).await;
    backend.answer(Kind::MeasurementProgress, Answer::reply("cancel", None));
    tokio::time::sleep(50 * MINUTE).await;
    assert_eq!(backend.count(Kind::Hello), 2);
    assert_eq!(backend.count(Kind::DiagnosticsCheck), 2);
    assert!(backend.count(Kind::Measurement) > 70);
    session.stop("SIGTERM").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_begins_again_asks_as_often_as_before() {
    let (backend, configuration) = employed(Some(wish("WITHHOLD")));
    let begin = Instant::now();
    let session = start(configuration);
    for _ in 0..5 {
        tokio::time::sleep(5 * MINUTE).await;
        backend.answer(Kind::MeasurementProgress, Answer::reply("cancel", None));
    }
    tokio::time::sleep(5 * MINUTE).await;
    session.stop("SIGTERM").await.unwrap();
    assert_eq!(backend.count(Kind::Hello), 6);
    let asked = seconds(&backend.requests_of(Kind::DiagnosticsCheck), begin);
    assert_eq!(asked[..30], (0..30).map(|minute| 60 * minute).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn no_fault_of_the_endpoint_disturbs_the_loop_or_makes_it_spin() {
    let expected = undisturbed().await;
    let faults = [
        Answer::status(301),
        Answer::status(401),
        Answer::status(404),
        Answer::unexpected_servo_uid(),
        Answer::too_many_requests("1"),
        Answer::status(503),
        Answer::not_json(),
        wish("DANCE"),
        Answer::reply("unexpected-event", None),
        Answer::reset(),
        Answer::garbage(),
        wish("SEND").cut(),
        Answer::hang(),
        Answer::huge(20_000_000),
        wish("SEND").drip(Duration::from_secs(7)),
    ];
    for fault in faults {
        for kind in [Kind::DiagnosticsCheck, Kind::DiagnosticsOutput] {
            let (backend, configuration) = employed(Some(wish("SEND")));
            backend.always(kind, fault.clone());
            let begin = Instant::now();
            let session = start(configuration);
            tokio::time::sleep(30 * MINUTE).await;
            session.stop("SIGTERM").await.unwrap();
            assert_eq!(of_loop(&backend, begin), expected, "{fault:?}");
            let asked = KINDS.iter().map(|kind| backend.count(*kind)).sum::<usize>();
            assert!(asked < 30 * 20, "{asked} requests with {fault:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_endpoint_is_asked_again_when_its_fault_ends() {
    let (backend, configuration) = employed(Some(Answer::hang()));
    let session = start(configuration);
    tokio::time::sleep(30 * MINUTE).await;
    backend.always(Kind::DiagnosticsCheck, wish("SEND"));
    tokio::time::timeout(15 * MINUTE, backend.wait_for(Kind::DiagnosticsReset, 3)).await.unwrap();
    session.stop("SIGTERM").await.unwrap();
}

/// Whatever diagnostics do when the servo ends.
#[tokio::test(start_paused = true)]
async fn nothing_comes_after_goodbye() {
    let checks = [wish("WITHHOLD"), wish("SEND"), Answer::hang(), Answer::status(503)];
    for check in checks {
        for output in [Answer::ok(), Answer::hang(), Answer::status(503)] {
            let (backend, configuration) = employed(Some(check.clone()));
            backend.always(Kind::DiagnosticsOutput, output);
            let session = start(configuration);
            tokio::time::sleep(10 * MINUTE + Duration::from_secs(1)).await;
            let begin = Instant::now();
            session.stop("SIGTERM").await.unwrap();
            assert!(begin.elapsed() < Duration::from_secs(1), "the end does not wait for diagnostics");
            tokio::time::sleep(30 * MINUTE).await;
            assert_eq!(line(backend.requests().last().unwrap()), "GOODBYE SIGTERM");
        }
    }
}

const CLIENT_SECRET: &str = "canary-client-secret";
const ACCESS_TOKEN: &str = "canary-access-token";
const PROXY_PASSWORD: &str = "canary-proxy-password";
const WRITTEN_TOKEN: &str = "canary-written-token";

/// A configuration and a log with a secret wherever one can be.
fn leaky() -> DiagnosticsSource {
    let configuration = json!({
        "optimizer": {"optimizer_id": "opt-1", "client_id": "cid", "client_secret": CLIENT_SECRET},
        "settings": {
            "proxies": {"https://": format!("http://user:{PROXY_PASSWORD}@proxy.example.com:3128"), "all://": null},
            "note": format!("the token is {ACCESS_TOKEN}, said by {CLIENT_SECRET}"),
        },
        "prometheus": {"base_url": format!("https://user:{PROXY_PASSWORD}@prometheus"), "step": "1m"},
        "scripts": {"measure": [format!("run --token {WRITTEN_TOKEN}"), format!("TOKEN={WRITTEN_TOKEN} run")]},
        "other": {"token": WRITTEN_TOKEN, ACCESS_TOKEN: 1},
        "env": [{"name": "PASSWORD", "value": WRITTEN_TOKEN}],
    });
    let log = LogTail::new();
    for text in [
        "it measures".to_owned(),
        format!("Authorization: Bearer {ACCESS_TOKEN}"),
        format!("Basic {}", BASE64_STANDARD.encode(format!("cid:{CLIENT_SECRET}"))),
        format!("grant_type=client_credentials&client_secret={CLIENT_SECRET}"),
        format!("dialling http://user:{PROXY_PASSWORD}@proxy.example.com:3128"),
        format!("the password is {PROXY_PASSWORD}."),
        format!("{ACCESS_TOKEN}{WRITTEN_TOKEN}"),
        format!("{{\"token\": \"{WRITTEN_TOKEN}\"}}"),
    ] {
        log.push_now(Level::INFO, None, &text);
    }
    DiagnosticsSource { configuration, log }
}

/// A servo whose secrets are all of those, against an optimizer that wants its diagnostics.
fn secretive() -> (Backend, Configuration) {
    let (backend, network) = (Backend::new(), Network::new());
    network.serve(HOST, PORT, &backend);
    backend.always(Kind::Token, Answer::token(ACCESS_TOKEN, 3600));
    backend.answer(Kind::DiagnosticsCheck, wish("SEND"));
    let url = |path: &str| format!("http://{HOST}:{PORT}/{path}").parse().unwrap();
    let access = Access::Client {
        url: url("opt-1/"),
        token_url: url("oauth2/token"),
        client_id: "cid".to_owned(),
        client_secret: SecretString::from(CLIENT_SECRET),
    };
    let proxy = format!("http://user:{PROXY_PASSWORD}@proxy.example.com:3128");
    let proxies = Proxies::from_rules([("https://", Some(proxy.as_str()))]).unwrap();
    let configuration = Configuration {
        network: Settings { proxies, ..Settings::default() },
        diagnostics: Some(leaky()),
        ..of_account(&network, Account { id: "opt-1".to_owned(), access })
    };
    (backend, configuration)
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_holds_no_secret() {
    let (backend, configuration) = secretive();
    let session = start(configuration);
    let sent = backend.wait_for(Kind::DiagnosticsOutput, 1).await;
    session.stop("SIGTERM").await.unwrap();
    let text = String::from_utf8(sent.raw).unwrap();
    let basic = BASE64_STANDARD.encode(format!("cid:{CLIENT_SECRET}"));
    for secret in ["canary", CLIENT_SECRET, ACCESS_TOKEN, PROXY_PASSWORD, WRITTEN_TOKEN, &basic] {
        assert!(!text.contains(secret), "`{secret}` is in {text}");
    }
    let told = &sent.body["data"];
    assert_eq!(told["configmap"]["optimizer"]["optimizer_id"], "opt-1");
    assert_eq!(told["configmap"]["prometheus"]["step"], "1m");
    let logs: Vec<&str> = told["logs"].as_object().unwrap().values().filter_map(Value::as_str).collect();
    assert_eq!((logs.len(), logs[0]), (8, "INFO | it measures"));
}
