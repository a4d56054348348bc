//! A token endpoint and an optimizer that accepts its tokens, on one port of this machine.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, RETRY_AFTER};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

/// `Basic` for the client `servo` with the secret `canary/secret`, each as a form encodes it.
const CLIENT: &str = "Basic c2Vydm86Y2FuYXJ5JTJGc2VjcmV0";

/// How the token endpoint behaves.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// Issues tokens that live so long, in seconds.
    Issue(u64),
    /// Answers with this status and body, and asks to wait for 7 seconds.
    Say(u16, String),
    /// Issues after so long.
    Slow(Duration),
}

#[derive(Debug)]
struct State {
    manner: Manner,
    issued: usize,
    /// Tokens and when they end.
    valid: BTreeMap<String, Instant>,
    /// The token, or what came instead of one, of each request to the optimizer.
    heard: Vec<String>,
    fetches: usize,
}

/// The two, while this is held.
#[derive(Debug)]
pub(crate) struct Site {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _tasks: JoinSet<()>,
}

impl Site {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (valid, heard) = (BTreeMap::new(), Vec::new());
        let state = Arc::new(Mutex::new(State { manner, issued: 0, valid, heard, fetches: 0 }));
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, Arc::clone(&state)));
        Self { address, state, _tasks: tasks }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}/{path}", self.address)).unwrap()
    }

    pub(crate) fn behave(&self, manner: Manner) {
        self.state().manner = manner;
    }

    /// Makes every token invalid that was issued so far.
    pub(crate) fn revoke(&self) {
        self.state().valid.clear();
    }

    /// Accepts a token that was not issued here.
    pub(crate) fn accept(&self, token: &str) {
        let end = Instant::now() + Duration::from_hours(1);
        self.state().valid.insert(token.to_owned(), end);
    }

    /// How many requests the token endpoint had.
    pub(crate) fn fetches(&self) -> usize {
        self.state().fetches
    }

    /// What each request to the optimizer was authorized with.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.state().heard.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        connections.spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&state), request));
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    state: Arc<Mutex<State>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let (status, text) = if head.uri.path() == "/token" {
        token(&state, &head.method, &head.headers, &body).await
    } else {
        optimizer(&mut state.lock().unwrap(), &head.headers)
    };
    let mut response = Response::builder().status(status);
    if status != StatusCode::OK {
        response = response.header(RETRY_AFTER, "7");
    }
    response.body(Full::from(text)).map_err(io::Error::other)
}

async fn token(
    state: &Mutex<State>,
    method: &Method,
    headers: &HeaderMap,
    body: &Bytes,
) -> (StatusCode, String) {
    let manner = {
        let mut state = state.lock().unwrap();
        state.fetches += 1;
        state.manner.clone()
    };
    if method != Method::POST || body != "grant_type=client_credentials" {
        return (StatusCode::BAD_REQUEST, json!({"error": "unsupported_grant_type"}).to_string());
    }
    if headers.get(AUTHORIZATION).is_none_or(|value| value != CLIENT) {
        return (StatusCode::UNAUTHORIZED, json!({"error": "invalid_client"}).to_string());
    }
    let life_seconds = match manner {
        Manner::Issue(seconds) => seconds,
        Manner::Slow(after) => {
            tokio::time::sleep(after).await;
            3600
        }
        Manner::Say(status, text) => return (StatusCode::from_u16(status).unwrap(), text),
    };
    let mut state = state.lock().unwrap();
    state.issued += 1;
    let token = format!("canary-{}", state.issued);
    // Late is not what is tested here: a loaded machine may take its time.
    let end = Instant::now() + Duration::from_secs(life_seconds + 2);
    state.valid.insert(token.clone(), end);
    let issued = json!({"access_token": token, "token_type": "Bearer", "expires_in": life_seconds});
    (StatusCode::OK, issued.to_string())
}

fn optimizer(state: &mut State, headers: &HeaderMap) -> (StatusCode, String) {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or("nothing");
    let token = value.strip_prefix("Bearer ").unwrap_or(value).to_owned();
    let is_valid = state.valid.get(&token).is_some_and(|end| Instant::now() < *end);
    state.heard.push(token);
    if is_valid {
        (StatusCode::OK, json!({"status": "ok"}).to_string())
    } else {
        (StatusCode::UNAUTHORIZED, "not with this token".to_owned())
    }
}
