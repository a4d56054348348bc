//! A request as the backend received it.

use std::collections::BTreeMap;

use serde_json::Value;
use tokio::time::Instant;

use super::Kind;
use super::request::Message;

/// A request that a [`Backend`](super::Backend) received.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// When its last byte was read.
    pub at: Instant,
    /// The connection that it came on, counted from 1 over the life of the backend.
    pub connection: u64,
    /// The method, such as `POST`.
    pub method: String,
    /// The path with its query, as it was sent.
    pub path: String,
    /// The headers by their names in lower case; values of the same name are joined by a comma.
    pub headers: BTreeMap<String, String>,
    /// The body, null where it is not JSON.
    pub body: Value,
    /// The bytes of the body.
    pub raw: Vec<u8>,
    /// What it is for.
    pub kind: Kind,
}

impl Received {
    pub(super) fn new(connection: u64, message: Message) -> Self {
        let body = serde_json::from_slice(&message.body).unwrap_or_default();
        let kind = Kind::of(&message.method, &message.path, &body);
        Self {
            at: Instant::now(),
            connection,
            method: message.method,
            path: message.path,
            headers: message.headers,
            body,
            raw: message.body,
            kind,
        }
    }

    /// Gives a header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Gives a value of `param` by its name, null where there is none.
    pub fn param(&self, name: &str) -> &Value {
        self.body.get("param").and_then(|param| param.get(name)).unwrap_or(&Value::Null)
    }

    /// Gives the identity of the command that it is about.
    pub fn cmd_uid(&self) -> Option<&str> {
        self.param("cmd_uid").as_str()
    }
}
