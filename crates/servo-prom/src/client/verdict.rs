//! What a response means: an answer, or why there is none, in the words of the server.

use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use servo_core::{Error, Result};
use servo_http::{Redactor, Response};

use crate::answer::{self, Fault};
use crate::source::{Answer, Target};

/// The most bytes of the server's words that are told.
const MAX_WORDS: usize = 4096;

/// The most bytes that are told of what is not a server's words but a page, or half an answer.
const MAX_EXCERPT: usize = 200;

/// Answers that take longer to read than other work should wait for, in bytes.
const LARGE: usize = 1024 * 1024;

/// Judges responses.
pub(super) struct Verdict {
    /// Where the server is.
    at: String,
    redactor: Redactor,
}

/// Returns true where the server does not know what was asked for, or not with this method. An error of the API is
/// something else.
pub(super) fn has_no_such(response: &Response) -> bool {
    let unknown = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_IMPLEMENTED];
    unknown.contains(&response.status) && answer::refusal(&response.body).is_none()
}

impl Verdict {
    pub(super) fn new(at: String, redactor: Redactor) -> Self {
        Self { at, redactor }
    }

    /// Reads what a query evaluates to.
    pub(super) async fn answer(&self, response: Response) -> Result<Answer> {
        if !response.status.is_success() {
            return Err(self.failure(&response));
        }
        let body = response.body.clone();
        let read = if body.len() < LARGE {
            answer::query(&body)
        } else {
            let reading = tokio::task::spawn_blocking(move || answer::query(&body)).await;
            reading.map_err(|error| Error::internal("an answer could not be read").with_source(error))?
        };
        read.map_err(|fault| self.fault(&fault, &response))
    }

    /// Reads the targets; `None` where the server has no such list.
    pub(super) fn targets(&self, response: &Response) -> Result<Option<Vec<Target>>> {
        let is_unknown = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED, StatusCode::NOT_IMPLEMENTED]
            .contains(&response.status);
        if is_unknown || response.status.is_success() && is_page(response) {
            return Ok(None);
        }
        if !response.status.is_success() {
            return Err(self.failure(response));
        }
        answer::targets(&response.body).map(Some).map_err(|fault| self.fault(&fault, response))
    }

    /// Says whether the page for readiness says so. `false` where there is no such page.
    pub(super) fn is_ready(&self, response: &Response) -> Result<bool> {
        if response.status.is_server_error() && response.status != StatusCode::NOT_IMPLEMENTED {
            let words = self.words(&response.body);
            let message = format!("Prometheus at {} is not ready: {}: {words}", self.at, response.status);
            let help = "a server that has just started replays its log first, which may take minutes";
            return Err(Error::failed(message).with_help(help));
        }
        Ok(response.status.is_success() && !is_page(response))
    }

    /// Says why a response is no answer.
    fn failure(&self, response: &Response) -> Error {
        let fault = answer::refusal(&response.body);
        self.fault(&fault.unwrap_or(Fault::Foreign(String::new())), response)
    }

    fn fault(&self, fault: &Fault, response: &Response) -> Error {
        let Response { status, .. } = response;
        let reason = match fault {
            Fault::Refused { kind, message } => {
                let (kind, message) = (self.words(kind.as_bytes()), self.words(message.as_bytes()));
                let message = format!("Prometheus query request failed with error '{kind}': {message}");
                return Error::failed(message);
            }
            Fault::Foreign(reason) => self.words(reason.as_bytes()),
        };
        let at = &self.at;
        if status.is_redirection() {
            let elsewhere =
                response.headers.get(LOCATION).map(http::HeaderValue::as_bytes).unwrap_or_default();
            // What follows may be the session of a login.
            let elsewhere = elsewhere.split(|byte| b"?#".contains(byte)).next().unwrap_or_default();
            let elsewhere = self.redactor.excerpt(elsewhere, MAX_EXCERPT);
            let message =
                format!("{at} answered {status}: it sends to `{elsewhere}`, and redirects are not followed");
            let help = "write where the server really is as `base_url`; a login page cannot be passed";
            return Error::failed(message).with_help(help);
        }
        let excerpt = match () {
            () if response.body.is_empty() => String::new(),
            () if is_page(response) || status.is_success() => {
                format!(": {}", self.redactor.excerpt(&response.body, MAX_EXCERPT))
            }
            () => format!(": {}", self.words(&response.body)),
        };
        if status.is_success() {
            let message = format!(
                "{at} answered {status} with what is no answer of Prometheus, since {reason}{excerpt}"
            );
            let help = "is `base_url` that of the server, and not of a proxy or of a page to log in?";
            return Error::failed(message).with_help(help);
        }
        let error = Error::failed(format!("{at} answered {status}{excerpt}"));
        match *status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => error.with_help(
                "is what says who asks right? see `bearer_token_file`, `basic_auth`, `headers` and `tls.certificate`",
            ),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => error
                .with_help("is `base_url` right, with all of the path that comes before `/api/v1`?"),
            StatusCode::TOO_MANY_REQUESTS => error.with_help("the server has too much to do: try again later"),
            status if status.is_server_error() => {
                error.with_help("something is wrong at the server, or at a proxy before it: see its log")
            }
            _ => error,
        }
    }

    /// Words of the server on one line, without secrets, and not more than anybody reads.
    fn words(&self, text: &[u8]) -> String {
        self.redactor.excerpt(text.trim_ascii(), MAX_WORDS)
    }
}

/// Returns true where a response is a page for people.
fn is_page(response: &Response) -> bool {
    let kind = response.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("text/html") || answer::is_page(&response.body)
}
