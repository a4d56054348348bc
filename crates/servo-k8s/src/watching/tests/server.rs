//! An API server without a network: its lists are empty, and in its watches nothing happens until they end.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Request, Response};
use hyper::body::{Bytes, Frame};
use kube::Client;
use kube::client::Body;
use serde_json::json;
use tokio::sync::watch;
use tower_service::Service;

/// The server.
#[derive(Clone)]
pub(super) struct Server(Arc<Mutex<State>>);

struct State {
    asked: Vec<String>,
    refused: Vec<String>,
    is_away: bool,
    watches: watch::Sender<()>,
}

impl Server {
    pub(super) fn new() -> Self {
        let watches = watch::Sender::new(());
        Self(Arc::new(Mutex::new(State { asked: Vec::new(), refused: Vec::new(), is_away: false, watches })))
    }

    pub(super) fn client(&self) -> Client {
        Client::new(self.clone(), "default")
    }

    /// Lists what it was asked for.
    pub(super) fn asked(&self) -> Vec<String> {
        self.0.lock().expect("a state").asked.clone()
    }

    pub(super) fn refuse(&self, resource: &str) {
        self.0.lock().expect("a state").refused.push(resource.to_owned());
    }

    pub(super) fn is_away(&self, is_away: bool) {
        self.0.lock().expect("a state").is_away = is_away;
    }

    pub(super) fn end_watches(&self) {
        self.0.lock().expect("a state").watches.send_replace(());
    }

    fn answer(&self, request: &Request<Body>) -> io::Result<Response<Answer>> {
        let mut state = self.0.lock().expect("a state");
        let resource = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let is_watch = request.uri().query().unwrap_or_default().contains("watch=true");
        state.asked.push(format!("{} {resource}", if is_watch { "watch" } else { "list" }));
        if state.is_away {
            return Err(io::Error::new(io::ErrorKind::ConnectionRefused, "Connection refused"));
        }
        let json = |code: u16, value: serde_json::Value| {
            let text = Answer::Text(Some(value.to_string().into()));
            Response::builder().status(code).body(text).expect("a response")
        };
        if state.refused.contains(&resource) {
            let message =
                format!("{resource} is forbidden: User \"servo\" cannot list resource \"{resource}\"");
            return Ok(json(
                403,
                json!({ "kind": "Status", "status": "Failure", "message": message, "reason": "Forbidden", "code": 403 }),
            ));
        }
        if is_watch {
            let mut end = state.watches.subscribe();
            let ends = Box::pin(async move { drop(end.changed().await) });
            return Ok(Response::new(Answer::Open(ends)));
        }
        Ok(json(
            200,
            json!({ "kind": "List", "apiVersion": "v1", "metadata": { "resourceVersion": "7" }, "items": [] }),
        ))
    }
}

impl Service<Request<Body>> for Server {
    type Response = Response<Answer>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Response<Answer>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answer = self.answer(&request);
        Box::pin(async move { answer })
    }
}

/// What it answers with.
pub(super) enum Answer {
    /// Some text.
    Text(Option<Bytes>),
    /// Nothing, until it ends.
    Open(BoxFuture<'static, ()>),
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Self::Text(text) => Poll::Ready(text.take().map(|text| Ok(Frame::data(text)))),
            Self::Open(ends) => ends.as_mut().poll(cx).map(|()| None),
        }
    }
}
