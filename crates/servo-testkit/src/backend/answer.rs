//! What the backend does when it is asked: an answer, or a fault.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

/// How a request is answered, or what goes wrong instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub(super) delay: Duration,
    pub(super) act: Act,
}

/// What is done after the delay.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    /// A response is sent, well or badly.
    Respond(Response),
    /// The connection is dropped.
    Reset,
    /// Nothing is sent until the client has closed the connection.
    Hang,
    /// These bytes are sent, then the connection is dropped.
    Raw(Arc<[u8]>),
}

/// A response and how it is delivered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
    pub(super) is_chunked: bool,
    pub(super) delivery: Delivery,
}

/// The bytes of a body.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Body {
    Bytes(Arc<[u8]>),
    /// So many letters, made while they are sent.
    Huge(u64),
}

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Delivery {
    Whole,
    /// One byte each time this has passed.
    Drip(Duration),
    /// Half of it, then the connection is dropped.
    Cut,
}

impl Answer {
    /// Answers with a status and JSON.
    #[expect(clippy::needless_pass_by_value, reason = "callers write the JSON where they call")]
    pub fn json(status: u16, body: Value) -> Self {
        Self::text(status, body.to_string()).header("content-type", "application/json")
    }

    /// Answers with a status and a text.
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        let body = Body::Bytes(body.into().into_bytes().into());
        Self::respond(status, body)
    }

    /// Answers 200 with `{"status": "ok"}`.
    pub fn ok() -> Self {
        Self::reply("ok", None)
    }

    /// Answers 200 with a status word of the protocol, such as `cancel`, and a reason.
    pub fn reply(status: &str, reason: Option<&str>) -> Self {
        let mut body = json!({ "status": status });
        if let Some(reason) = reason {
            body["reason"] = reason.into();
        }
        Self::json(200, body)
    }

    /// Answers with a status and, as the recordings have it, `{"detail": "status 401"}`.
    pub fn status(status: u16) -> Self {
        Self::json(status, json!({"detail": format!("status {status}")}))
    }

    /// Answers 410 as to a servo that is not known any more.
    pub fn unexpected_servo_uid() -> Self {
        Self::json(410, json!({"detail": "unexpected servo_uid"}))
    }

    /// Answers 429 with `Retry-After`: seconds or an HTTP date.
    pub fn too_many_requests(retry_after: &str) -> Self {
        Self::status(429).header("retry-after", retry_after)
    }

    /// Gives a command such as `MEASURE`.
    pub fn command(command: &str, uid: &str, param: Value) -> Self {
        let mut body = json!({"cmd": command, "cmd_uid": uid});
        body["param"] = param;
        Self::json(200, body)
    }

    /// Gives the command to sleep.
    pub fn sleep(seconds: u64) -> Self {
        let data = json!({"reason": "no active optimization pipeline"});
        Self::json(200, json!({"cmd": "SLEEP", "param": {"duration": seconds, "data": data}}))
    }

    /// Grants an access token.
    pub fn token(token: &str, expires_in_seconds: u64) -> Self {
        let body = json!({"access_token": token, "token_type": "Bearer", "expires_in": expires_in_seconds});
        Self::json(200, body)
    }

    /// Answers 200 with a body that is not JSON, as a captive portal does.
    pub fn not_json() -> Self {
        Self::text(200, "<html>not json</html>").header("content-type", "text/html")
    }

    /// Answers 200 with a body of so many bytes, which are made while they are sent.
    pub fn huge(bytes: u64) -> Self {
        Self::respond(200, Body::Huge(bytes)).header("content-type", "application/json")
    }

    /// Drops the connection before any byte of an answer.
    pub fn reset() -> Self {
        Self::of(Act::Reset)
    }

    /// Never answers; ends when the client closes the connection.
    pub fn hang() -> Self {
        Self::of(Act::Hang)
    }

    /// Sends what is not HTTP, and drops the connection.
    pub fn garbage() -> Self {
        Self::raw(b"\x16\x03\x01 SSH-2.0 \xff\xfe\x00 no protocol at all\r\n\r\n".as_slice())
    }

    /// Sends these bytes as they are, and drops the connection.
    pub fn raw(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::of(Act::Raw(bytes.into()))
    }

    /// Sends a header, too. Nothing, where there is no response.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.with(|response| response.headers.push((name.to_owned(), value.to_owned())))
    }

    /// Sends the body in chunks, without saying beforehand how long it is.
    pub fn chunked(self) -> Self {
        self.with(|response| response.is_chunked = true)
    }

    /// Sends the head, then one byte of the body each time this has passed.
    pub fn drip(self, every: Duration) -> Self {
        self.with(|response| response.delivery = Delivery::Drip(every))
    }

    /// Sends the head and half of the body, then drops the connection.
    pub fn cut(self) -> Self {
        self.with(|response| response.delivery = Delivery::Cut)
    }

    /// Does all that only after a while.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn respond(status: u16, body: Body) -> Self {
        let (headers, delivery) = (Vec::new(), Delivery::Whole);
        Self::of(Act::Respond(Response { status, headers, body, is_chunked: false, delivery }))
    }

    fn of(act: Act) -> Self {
        Self { delay: Duration::ZERO, act }
    }

    fn with(mut self, change: impl FnOnce(&mut Response)) -> Self {
        if let Act::Respond(response) = &mut self.act {
            change(response);
        }
        self
    }
}

impl Body {
    /// Gives its length in bytes.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Huge(length) => *length,
        }
    }
}
