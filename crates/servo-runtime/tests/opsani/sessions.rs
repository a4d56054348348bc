//! The recorded sessions that need more than one servo, or other access than a token, each named for its file.

use secrecy::SecretString;
use serde_json::{Value, json};
use servo_runtime::log_tail::LogTail;
use servo_runtime::remote::account::{Access, Account};
use servo_runtime::remote::{Configuration, DiagnosticsSource};
use servo_testkit::backend::{Answer, Backend, Kind, Network, Received};
use servo_testkit::transcript::{Normalised, Transcript};
use tokio::time::{Duration, Instant};

use crate::fixture::{HOST, PORT, Session, account, configuration, of_account};
use crate::replay::line;

/// The optimizers of the recordings with two servos: the application, its token and the servo's identity.
const SERVOS: [(&str, &str, Option<&str>); 2] =
    [("app-one", "tok-1", None), ("app-two", "tok-2", Some("uid-two"))];

/// Runs both servos of a recording side by side, until they have sent what was recorded, and compares it for each.
/// A servo that the recording does not show says hello, sleeps and takes leave.
async fn two_servos(name: &str) {
    let transcript = Transcript::of(name);
    let (backend, network) = (transcript.backend(), Network::new());
    network.serve(HOST, PORT, &backend);
    let of_servo = |(application, token, servo_uid): (&str, &str, Option<&str>)| Configuration {
        servo_uid: servo_uid.map(str::to_owned),
        ..of_account(&network, account(application, token))
    };
    let sessions = SERVOS.map(|servo| Session::start(of_servo(servo)));
    let expected = SERVOS.map(|(application, ..)| {
        let path = path_of(application);
        transcript.expected().into_iter().filter(|request| request.path == path).collect::<Vec<_>>()
    });
    for ((application, ..), expected) in SERVOS.iter().zip(&expected) {
        let before_goodbye = expected.len().saturating_sub(1).max(2);
        let sent =
            |requests: &[Received]| (of_path(requests, application).len() >= before_goodbye).then_some(());
        backend.wait_until(sent).await;
    }
    for session in sessions {
        session.stop("SIGTERM").await.unwrap();
    }
    let requests = backend.requests();
    for ((application, token, servo_uid), expected) in SERVOS.into_iter().zip(expected) {
        let own = of_path(&requests, application);
        for request in &own {
            assert_eq!(request.header("authorization"), Some(format!("Bearer {token}").as_str()));
            assert_eq!(request.body["servo_uid"].as_str(), servo_uid);
        }
        if expected.is_empty() {
            let lines: Vec<String> = own.iter().map(|request| line(request)).collect();
            assert_eq!(lines, ["HELLO", "WHATS_NEXT", "GOODBYE SIGTERM"], "{application}");
        } else {
            let sent: Vec<Normalised> = own.into_iter().map(Normalised::from).collect();
            assert_eq!(sent, expected, "{application}");
        }
    }
    let of_both: usize = SERVOS.iter().map(|(application, ..)| of_path(&requests, application).len()).sum();
    assert_eq!(requests.len(), of_both, "every request is that of one of them");
}

fn path_of(application: &str) -> String {
    format!("/accounts/example.com/applications/{application}/servo")
}

fn of_path<'a>(requests: &'a [Received], application: &str) -> Vec<&'a Received> {
    requests.iter().filter(|request| request.path == path_of(application)).collect()
}

#[tokio::test(start_paused = true)]
async fn transcript_18_multi() {
    two_servos("18-multi").await;
}

#[tokio::test(start_paused = true)]
async fn transcript_18b_multi_parallel() {
    two_servos("18b-multi-parallel").await;
}

#[tokio::test(start_paused = true)]
async fn transcript_23_appd_oauth() {
    let transcript = Transcript::of("23-appd-oauth");
    let (backend, network) = (transcript.backend(), Network::new());
    network.serve(HOST, PORT, &backend);
    let url = |path: &str| format!("http://{HOST}:{PORT}/{path}").parse().unwrap();
    let access = Access::Client {
        url: url("rest/optimize/co/v1/optimizers/opt-1/"),
        token_url: url("auth/t-123/default/oauth2/token"),
        client_id: "cid".to_owned(),
        client_secret: SecretString::from("csecret"),
    };
    let session = Session::start(of_account(&network, Account { id: "opt-1".to_owned(), access }));
    let expected = transcript.expected();
    backend.wait_until(|requests| (requests.len() + 1 >= expected.len()).then_some(())).await;
    session.stop("SIGTERM").await.unwrap();
    let requests = backend.requests();
    let sent: Vec<Normalised> = requests.iter().map(Normalised::from).collect();
    assert_eq!(sent, expected);
    assert_eq!(requests[0].raw, b"grant_type=client_credentials");
    assert_eq!(requests[0].header("authorization"), Some("Basic Y2lkOmNzZWNyZXQ="));
    assert!(requests[1..].iter().all(|request| request.header("authorization") == Some("Bearer tok-A")));
}

/// A servo that tells diagnostics, with its optimizer and what it asks beside the recorded session.
fn with_diagnostics(answers: impl IntoIterator<Item = &'static str>) -> (Backend, Session) {
    let backend = Transcript::of("17-diagnostics").backend();
    for wish in answers {
        backend.answer(Kind::DiagnosticsCheck, Answer::json(200, json!({ "data": wish })));
    }
    let source = DiagnosticsSource { configuration: json!({"emu": {"a": 1}}), log: LogTail::disabled() };
    let configuration = Configuration { diagnostics: Some(source), ..configuration(&backend) };
    (backend, Session::start(configuration))
}

/// The original died after HELLO. It is meant to ask once a minute, to send what is wanted, and to end when told.
#[tokio::test(start_paused = true)]
async fn transcript_17_diagnostics() {
    let begin = Instant::now();
    let (backend, session) = with_diagnostics(["WITHHOLD", "SEND", "STOP"]);
    backend.wait_for(Kind::DiagnosticsCheck, 3).await;
    backend.wait_for(Kind::WhatsNext, 10).await;
    session.stop("SIGTERM").await.unwrap();
    let requests = backend.requests();
    assert_eq!(Normalised::from(&requests[0]), Transcript::of("17-diagnostics").expected()[0]);
    let is_loop = |request: &&Received| request.path == path_of("my-app");
    let of_loop: Vec<String> = requests.iter().filter(is_loop).map(line).collect();
    let asked = vec!["WHATS_NEXT".to_owned(); of_loop.len() - 2];
    assert_eq!(of_loop, [vec!["HELLO".to_owned()], asked, vec!["GOODBYE SIGTERM".to_owned()]].concat());
    let told = |request: &Received| {
        let folder = "/accounts/example.com/applications/my-app/assets/opsani.com/";
        assert_eq!(request.header("authorization"), Some("Bearer s3cr3t"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        let what = request.path.strip_prefix(folder).unwrap().to_owned();
        ((request.at - begin).as_secs(), request.method.clone(), what, request.body.clone())
    };
    let diagnostics: Vec<_> = requests.iter().filter(|request| !is_loop(request)).map(told).collect();
    let row = |second: u64, method: &str, what: &str, body: Value| {
        (second, method.to_owned(), what.to_owned(), body)
    };
    let expected = [
        row(0, "GET", "diagnostics-check", json!({"data": null})),
        row(60, "GET", "diagnostics-check", json!({"data": null})),
        row(60, "PUT", "diagnostics-output", json!({"data": {"configmap": {"emu": {"a": 1}}, "logs": {}}})),
        row(60, "PUT", "diagnostics-check", json!({"data": "WITHHOLD"})),
        row(120, "GET", "diagnostics-check", json!({"data": null})),
    ];
    assert_eq!(diagnostics, expected);
    assert!(begin.elapsed() > Duration::from_secs(500), "it is not asked any more");
}
