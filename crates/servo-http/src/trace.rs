//! Requests and responses as `curl` would show them, without credentials.

mod curl;
mod quote;

use tokio::time::Instant;
use tracing::Level;

use crate::redact::REDACTED;
use crate::{Error, Redactor, Request, Response};

/// The most bytes of a body that are shown.
const MAX_EXCERPT: usize = 4096;

/// An exchange that is traced.
#[derive(Debug)]
pub(crate) struct Trace<'a> {
    redactor: &'a Redactor,
    is_secret: bool,
    begin: Instant,
}

impl<'a> Trace<'a> {
    /// Traces a request as it is sent; `None` where nobody would see it.
    pub(crate) fn begin(request: &Request, redactor: &'a Redactor) -> Option<Self> {
        if !tracing::enabled!(Level::TRACE) {
            return None;
        }
        tracing::trace!("{}", curl::command(request, redactor));
        Some(Self { redactor, is_secret: request.is_secret, begin: Instant::now() })
    }

    /// Traces what came of it.
    pub(crate) fn end(&self, outcome: &Result<Response, Error>) {
        let seconds = self.begin.elapsed().as_secs_f64();
        match outcome {
            Ok(response) => {
                tracing::trace!("{} after {seconds:.3}s: {}", response.status, self.excerpt(&response.body));
            }
            Err(error) => {
                tracing::trace!("no answer after {seconds:.3}s: {}", self.redactor.redact(&chain(error)));
            }
        }
    }

    fn excerpt(&self, body: &[u8]) -> String {
        match (self.is_secret, body.is_empty()) {
            (_, true) => "no body".to_owned(),
            (true, false) => REDACTED.to_owned(),
            (false, false) => self.redactor.excerpt(body, MAX_EXCERPT),
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    for cause in std::iter::successors(error.source(), |&cause| cause.source()) {
        text.push_str(": ");
        text.push_str(&cause.to_string());
    }
    text
}
