//! The token of a client over the time of its life, on a paused clock.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request as HttpRequest, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use servo_http::Options;
use servo_http::dial::{Dial, Stream};
use tokio::task::JoinSet;

use super::*;

/// What the endpoint does with one request.
#[derive(Clone, Debug)]
enum Act {
    /// Answers at once.
    Answer(u16, String),
    /// Answers after a time.
    Late(Duration, String),
}

/// A token endpoint in memory; answers 500 when it has nothing more to do.
#[derive(Debug, Default)]
struct Endpoint {
    acts: Mutex<VecDeque<Act>>,
    requests: Mutex<Vec<String>>,
    connections: Mutex<JoinSet<()>>,
}

impl Endpoint {
    fn new(acts: impl IntoIterator<Item = Act>) -> Arc<Self> {
        Arc::new(Self { acts: Mutex::new(acts.into_iter().collect()), ..Self::default() })
    }

    fn client(self: &Arc<Self>) -> Client {
        let dial = Dialed(Arc::clone(self));
        Client::new(Options { dial: Arc::new(dial), ..Options::default() }).unwrap()
    }

    fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    async fn answer(&self, request: HttpRequest<Incoming>) -> Result<Response<Full<Bytes>>, io::Error> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let said =
            format!("{} {}\n{:?}\n{}", head.method, head.uri, head.headers, String::from_utf8_lossy(&body));
        self.requests.lock().unwrap().push(said);
        let act = self.acts.lock().unwrap().pop_front();
        let (status, text) = match act {
            Some(Act::Answer(status, text)) => (status, text),
            Some(Act::Late(after, text)) => {
                tokio::time::sleep(after).await;
                (200, text)
            }
            None => (500, "there is nothing more".to_owned()),
        };
        let mut response = Response::new(Full::from(text));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        Ok(response)
    }
}

#[derive(Debug)]
struct Dialed(Arc<Endpoint>);

#[async_trait]
impl Dial for Dialed {
    async fn dial(&self, _: &str, _: u16) -> io::Result<Box<dyn Stream>> {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let endpoint = Arc::clone(&self.0);
        self.0.connections.lock().unwrap().spawn(async move {
            let service = service_fn(move |request| {
                let endpoint = Arc::clone(&endpoint);
                async move { endpoint.answer(request).await }
            });
            let _ = http1::Builder::new().serve_connection(TokioIo::new(far), service).await;
        });
        Ok(Box::new(near))
    }
}

fn issued(token: &str, seconds: u64) -> String {
    format!(r#"{{"access_token": "{token}", "token_type": "Bearer", "expires_in": {seconds}}}"#)
}

fn issues(token: &str, seconds: u64) -> Act {
    Act::Answer(200, issued(token, seconds))
}

fn credentials() -> ClientCredentials {
    let url = Url::parse("http://localhost/auth/token").unwrap();
    ClientCredentials::new(url, "client", &"canary-secret".into(), Redactor::default())
}

async fn token(credentials: &ClientCredentials, client: &Client) -> Result<(String, u64), Fault> {
    let ((_, value), generation) = credentials.authorize(client).await?;
    Ok((value.to_str().unwrap().to_owned(), generation))
}

async fn advance(seconds: f64) {
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_is_fetched_as_the_standard_says_and_used_until_it_is_nearly_over() {
    let endpoint = Endpoint::new([issues("one", 3600), issues("two", 3600)]);
    let (client, credentials) = (endpoint.client(), credentials());
    assert_eq!(endpoint.requests(), 0);
    assert_eq!(token(&credentials, &client).await.unwrap(), ("Bearer one".to_owned(), 1));
    advance(3530.0).await;
    assert_eq!(token(&credentials, &client).await.unwrap(), ("Bearer one".to_owned(), 1));
    assert_eq!(endpoint.requests(), 1);
    advance(20.0).await;
    assert_eq!(token(&credentials, &client).await.unwrap(), ("Bearer two".to_owned(), 2));
    assert_eq!(token(&credentials, &client).await.unwrap(), ("Bearer two".to_owned(), 2));
    assert_eq!(endpoint.requests(), 2);
    let said = endpoint.requests.lock().unwrap().first().cloned().unwrap();
    assert!(
        said.starts_with("POST /auth/token\n") && said.ends_with("\ngrant_type=client_credentials"),
        "{said}"
    );
    // `client:canary-secret`.
    for part in
        ["Basic Y2xpZW50OmNhbmFyeS1zZWNyZXQ=", "application/json", "application/x-www-form-urlencoded"]
    {
        assert!(said.contains(part), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_life_makes_no_loop() {
    let endpoint = Endpoint::new((0..10).map(|number| issues(&format!("number-{number}"), 5)));
    let (client, credentials) = (endpoint.client(), credentials());
    for _ in 0..40 {
        token(&credentials, &client).await.unwrap();
        advance(0.5).await;
    }
    // 20 seconds, a token for 4.5 seconds of them each.
    assert_eq!(endpoint.requests(), 5);

    let endpoint = Endpoint::new([issues("over", 0), issues("again", 0)]);
    let (client, credentials) = (endpoint.client(), self::credentials());
    assert_eq!(token(&credentials, &client).await.unwrap(), ("Bearer over".to_owned(), 1));
    assert_eq!(token(&credentials, &client).await.unwrap(), ("Bearer again".to_owned(), 2));
    assert_eq!(endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_replaced_serves_until_its_end() {
    let down = || Act::Answer(503, "down".to_owned());
    let endpoint = Endpoint::new([issues("one", 3600), down(), down(), down(), down()]);
    let (client, credentials) = (endpoint.client(), credentials());
    token(&credentials, &client).await.unwrap();
    advance(3541.0).await;
    let mut fetches = Vec::new();
    for _ in 0..58 {
        assert_eq!(token(&credentials, &client).await.unwrap().0, "Bearer one");
        fetches.push(endpoint.requests());
        advance(1.0).await;
    }
    assert_eq!(fetches.first(), Some(&2), "tried at once");
    assert!(endpoint.requests() <= 8, "and seldom enough: {fetches:?}");
    advance(1.0).await;
    let fault = token(&credentials, &client).await.unwrap_err();
    assert!(matches!(fault, Fault::Status { party: "the token endpoint", .. }), "{fault:?}");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_hangs_holds_nobody_up_who_has_a_token() {
    let endpoint = Endpoint::new([
        issues("one", 3600),
        Act::Late(Duration::from_mins(10), issued("late", 3600)),
        issues("two", 3600),
    ]);
    let (client, credentials) = (endpoint.client(), credentials());
    token(&credentials, &client).await.unwrap();
    advance(3541.0).await;
    let begin = Instant::now();
    let (first, second) = tokio::join!(token(&credentials, &client), async {
        advance(0.1).await;
        let second = token(&credentials, &client).await;
        (second.unwrap().0, begin.elapsed())
    });
    assert_eq!(first.unwrap().0, "Bearer one");
    assert_eq!(begin.elapsed(), PATIENCE);
    assert_eq!(second.0, "Bearer one");
    assert!(second.1 < Duration::from_millis(200), "{second:?}");
    advance(30.0).await;
    assert_eq!(token(&credentials, &client).await.unwrap(), ("Bearer two".to_owned(), 2));
}

#[tokio::test(start_paused = true)]
async fn without_a_token_an_endpoint_that_hangs_is_a_timeout() {
    let endpoint = Endpoint::new([Act::Late(Duration::from_hours(1), issued("late", 3600))]);
    let (client, credentials) = (endpoint.client(), credentials());
    let fault = token(&credentials, &client).await.unwrap_err();
    assert!(matches!(&fault, Fault::Transport(error) if error.is_timeout()), "{fault:?}");
}

#[tokio::test(start_paused = true)]
async fn many_callers_make_one_request() {
    let endpoint = Endpoint::new([Act::Late(Duration::from_secs(2), issued("one", 3600))]);
    let (client, credentials) = (endpoint.client(), credentials());
    let tokens = futures::future::join_all((0..20).map(|_| token(&credentials, &client))).await;
    assert!(tokens.into_iter().all(|token| token.unwrap() == ("Bearer one".to_owned(), 1)));
    assert_eq!(endpoint.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_leaves_the_next_one_free() {
    let endpoint =
        Endpoint::new([Act::Late(Duration::from_secs(20), issued("late", 3600)), issues("one", 3600)]);
    let (client, credentials) = (endpoint.client(), credentials());
    let begun = tokio::time::timeout(Duration::from_secs(1), token(&credentials, &client)).await;
    assert!(begun.is_err());
    assert_eq!(token(&credentials, &client).await.unwrap().0, "Bearer one");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_dropped_and_another_one_fetched() {
    let endpoint = Endpoint::new([issues("one", 3600), issues("two", 3600)]);
    let (client, credentials) = (endpoint.client(), credentials());
    token(&credentials, &client).await.unwrap();
    // Two exchanges at the same time, both with the first token: both can go on, with one new token.
    assert!(credentials.refused(1));
    assert!(credentials.refused(1));
    assert_eq!(token(&credentials, &client).await.unwrap(), ("Bearer two".to_owned(), 2));
    assert!(credentials.refused(1));
    assert_eq!(token(&credentials, &client).await.unwrap(), ("Bearer two".to_owned(), 2));
    assert_eq!(endpoint.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_that_is_issued_again_is_no_reason_for_another_try() {
    let endpoint = Endpoint::new((0..4).map(|_| issues("same", 3600)));
    let (client, credentials) = (endpoint.client(), credentials());
    assert_eq!(token(&credentials, &client).await.unwrap().1, 1);
    assert!(credentials.refused(1));
    assert_eq!(token(&credentials, &client).await.unwrap().1, 1);
    assert!(!credentials.refused(1));
    // It may be another one later.
    assert_eq!(token(&credentials, &client).await.unwrap().1, 1);
    assert!(!credentials.refused(1));
    assert_eq!(endpoint.requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn nothing_shows_a_secret() {
    let echo = r#"{"error": "invalid_client", "error_description": "canary-secret is not right"}"#;
    let endpoint = Endpoint::new([
        Act::Answer(401, echo.to_owned()),
        Act::Answer(200, r#"{"access_token": "canary-token", "token_type": "mac"}"#.to_owned()),
        Act::Answer(500, r#"{"access_token": "canary-other"} canary-other"#.to_owned()),
        issues("canary-token", 60),
    ]);
    let (client, credentials) = (endpoint.client(), credentials());
    for _ in 0..3 {
        let fault = token(&credentials, &client).await.unwrap_err();
        let shown = format!("{fault} {fault:?} {}", fault.chain());
        // The third is no JSON, so that its token is nobody's.
        assert!(!shown.contains("canary-secret") && !shown.contains("canary-token"), "{shown}");
    }
    token(&credentials, &client).await.unwrap();
    let shown = format!("{credentials:?}");
    assert!(!shown.contains("canary") && !shown.contains("Y2xpZW50"), "{shown}");
    assert_eq!(credentials.redactor.redact("canary-token"), "[REDACTED]");
}
