//! One request and its answer, over whichever version of HTTP.

use bytes::Bytes;
use http::Response;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

use super::recorder::Answer;

/// What came of an exchange.
pub(super) struct Exchanged {
    pub(super) answer: Answer,
    /// Whether the body was read to its end, so that the connection can be used again.
    pub(super) is_whole: bool,
}

/// An exchange that failed.
pub(super) struct Failed {
    pub(super) error: hyper::Error,
    /// Whether the head of an answer had come.
    pub(super) has_head: bool,
}

/// Waits for the head of the answer, and reads its body as far as that is wanted. Nothing of it is kept.
pub(super) async fn exchange(
    response: impl Future<Output = hyper::Result<Response<Incoming>>>,
    max_body: Option<u64>,
) -> Result<Exchanged, Failed> {
    let response = response.await.map_err(|error| Failed { error, has_head: false })?;
    let status = response.status().as_u16();
    let mut body = response.into_body();
    let mut body_bytes = 0_u64;
    let is_enough = |read: u64| max_body.is_some_and(|most| read >= most);
    while !body.is_end_stream() {
        if is_enough(body_bytes) {
            return Ok(Exchanged { answer: Answer { status, body_bytes }, is_whole: false });
        }
        let Some(frame) = body.frame().await else { break };
        let frame = frame.map_err(|error| Failed { error, has_head: true })?;
        let length = frame.data_ref().map_or(0, Bytes::len);
        body_bytes = body_bytes.saturating_add(length as u64);
    }
    Ok(Exchanged { answer: Answer { status, body_bytes }, is_whole: true })
}
