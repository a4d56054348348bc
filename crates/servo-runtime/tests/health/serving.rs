//! What is served while servos run.

use std::net::SocketAddr;
use std::sync::Arc;

use servo_core::context::Host;
use servo_core::optimizer::{Optimizer, Outcome};
use servo_core::servo::Servo;
use servo_core::{Class, Error};
use servo_http::Redactor;
use servo_runtime::health::{Board, Server, State, serve};
use servo_runtime::runner::{Moment, Stop, Watch as _};
use servo_testkit::script::Script;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::client::{ask, get};
use crate::openmetrics;

/// A server of a board, on a port of its own.
struct Site {
    address: SocketAddr,
    board: Arc<Board>,
    stop: Stop,
    redactor: Redactor,
    _serving: JoinSet<()>,
}

async fn site() -> Site {
    let (stop, redactor) = (Stop::default(), Redactor::default());
    let board = Arc::new(Board::new(stop.clone(), redactor.clone()));
    let server = Server::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = server.address();
    let mut serving = JoinSet::new();
    serving.spawn(serve(server, Arc::clone(&board)));
    Site { address, board, stop, redactor, _serving: serving }
}

impl Site {
    /// Starts a servo of this name and lets it reach its optimizer.
    fn begin(&self, name: &str) {
        let servo = Arc::new(Servo::new(Host::named(name)));
        let optimizer: Arc<dyn Optimizer> = Arc::new(Script::default());
        self.board.moment(name, Moment::Starts { servo: &servo, optimizer: &optimizer });
        self.board.moment(name, Moment::Greeted);
    }
}

#[tokio::test]
async fn the_program_lives_before_it_is_ready() {
    let site = site().await;
    site.board.add("shop");
    assert_eq!(get(site.address, "/livez").await.status, 200);
    let early = get(site.address, "/readyz").await;
    assert_eq!(early.status, 503);
    assert!(early.body.starts_with("[-]shop failed: starting for 0s"), "{}", early.body);
    site.begin("shop");
    let ready = get(site.address, "/readyz").await;
    assert_eq!((ready.status, &*ready.body), (200, "ok\n"));
    assert_eq!(ready.header("content-type"), Some("text/plain; charset=utf-8"));
    let verbose = get(site.address, "/readyz?verbose").await;
    assert!(verbose.body.ends_with("[+]shutdown ok\nreadyz check passed\n"), "{}", verbose.body);
}

#[tokio::test]
async fn one_servo_that_fails_makes_the_program_unready_and_its_secrets_stay_secret() {
    let site = site().await;
    site.begin("good");
    site.begin("bad");
    site.redactor.add("hunter22");
    let error = Error::failed("the answer was hunter22");
    site.board.moment("bad", Moment::Finished { result: Err(&error) });
    let answer = get(site.address, "/readyz").await;
    let expected = "[-]bad failed: it ended with an error: the answer was [REDACTED]\nreadyz check failed\n";
    assert_eq!((answer.status, &*answer.body), (503, expected));
}

#[tokio::test]
async fn a_program_that_winds_up_lives_and_is_not_ready() {
    let site = site().await;
    site.begin("shop");
    site.stop.request("SIGTERM");
    assert_eq!(get(site.address, "/livez").await.status, 200);
    let answer = get(site.address, "/readyz").await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.starts_with("[-]shutdown failed: winding up after SIGTERM\n"), "{}", answer.body);
    assert_eq!(get(site.address, "/metrics").await.status, 200);
}

#[tokio::test]
async fn metrics_are_what_the_specification_allows_whatever_servos_are_called() {
    let site = site().await;
    let names = ["shop", "a\"b", "c\\d", "e\nf", "ü — 😀", "{}", " "];
    for name in names {
        site.begin(name);
    }
    site.board.moment("shop", Moment::Finished { result: Ok(Outcome::NoBetter) });
    let answer = get(site.address, "/metrics").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/openmetrics-text; version=1.0.0; charset=utf-8"))
    );
    let exposition = openmetrics::parse(&answer.body).unwrap();
    assert_eq!(exposition.0["servo"].kind, "info");
    for name in names {
        let is_ended = f64::from(u8::from(name == "shop"));
        assert_eq!(exposition.value("servo_state", &[("servo", name), ("state", "ended")]), Some(is_ended));
        let is_in = |state: &State| {
            exposition.value("servo_state", &[("servo", name), ("state", state.word())]).unwrap() > 0.5
        };
        assert_eq!(State::ALL.into_iter().filter(is_in).count(), 1);
        assert_eq!(exposition.value("servo_optimizer_errors", &[("servo", name)]), Some(0.0));
        assert_eq!(exposition.value("servo_circuit_open", &[("servo", name)]), Some(0.0));
    }
    #[cfg(target_os = "linux")]
    for figure in ["process_cpu_seconds", "process_resident_memory_bytes", "process_threads"] {
        assert!(exposition.value(figure, &[]).is_some(), "{figure}");
    }
}

#[tokio::test]
async fn only_these_paths_and_only_looking() {
    let site = site().await;
    let lost = get(site.address, "/").await;
    assert_eq!(lost.status, 404);
    assert!(["/livez", "/readyz", "/metrics"].iter().all(|path| lost.body.contains(path)), "{}", lost.body);
    let refused = ask(site.address, "DELETE", "/metrics").await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")));
    let head = ask(site.address, "HEAD", "/livez").await;
    assert_eq!((head.status, head.header("content-length"), &*head.body), (200, Some("3"), ""));
}

#[tokio::test]
async fn silent_connections_hold_nobody_up_for_long() {
    let site = site().await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(site.address).await.unwrap());
    }
    assert_eq!(get(site.address, "/livez").await.status, 200);
}

#[tokio::test]
async fn an_address_that_is_taken_is_told() {
    let site = site().await;
    let error = Server::bind(site.address).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.message().contains(&site.address.to_string()) && error.help().is_some(), "{error:?}");
}

#[tokio::test]
async fn a_thousand_servos_are_served() {
    let site = site().await;
    for number in 0..1000 {
        site.begin(&format!("servo-{number}"));
    }
    let exposition = openmetrics::parse(&get(site.address, "/metrics").await.body).unwrap();
    assert_eq!(exposition.0["servo_state"].samples.len(), 1000 * State::ALL.len());
    assert_eq!(get(site.address, "/readyz?verbose").await.body.lines().count(), 1002);
}
