//! What a server that speaks Prometheus' HTTP API answers, read in one pass (its documentation has the format under
//! "HTTP API").

mod data;
mod envelope;
mod number;
mod targets;

use serde::de::IgnoredAny;

use crate::source::{Answer, Target};
use data::Data;
use envelope::{Envelope, Verdict};

/// Why an answer holds no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The server says that it could not do it.
    Refused {
        /// Its `errorType`, such as `bad_data`, `execution` or `timeout`.
        kind: String,
        /// Its own words.
        message: String,
    },
    /// This is not what such a server answers, for this reason.
    Foreign(String),
}

/// Reads what a query evaluates to.
///
/// # Errors
///
/// The server's own, or why this is no answer of such a server.
pub(crate) fn query(body: &[u8]) -> Result<Answer, Fault> {
    let envelope: Envelope<'_, Data<'_>> = read(body)?;
    let Verdict { data, warnings, infos } = envelope.verdict()?;
    let (series, text) = data.result().map_err(Fault::Foreign)?;
    Ok(Answer { series, text, warnings, infos })
}

/// Reads which targets are scraped.
///
/// # Errors
///
/// As [`query`].
pub(crate) fn targets(body: &[u8]) -> Result<Vec<Target>, Fault> {
    let envelope: Envelope<'_, targets::Targets> = read(body)?;
    Ok(envelope.verdict()?.data.into_targets())
}

/// Reads the error that a body is, whatever else is in it. `None` where it is none.
pub(crate) fn refusal(body: &[u8]) -> Option<Fault> {
    let envelope: Envelope<'_, IgnoredAny> = serde_json::from_slice(body).ok()?;
    envelope.refusal()
}

/// Reads a body. What stands beside an error need not be what a query evaluates to.
fn read<'de, T: serde::Deserialize<'de>>(body: &'de [u8]) -> Result<T, Fault> {
    serde_json::from_slice(body)
        .map_err(|error| refusal(body).unwrap_or_else(|| Fault::Foreign(reason(body, &error))))
}

/// Says what is wrong with a body that cannot be read, without quoting it.
fn reason(body: &[u8], error: &serde_json::Error) -> String {
    let trimmed = body.trim_ascii();
    if trimmed.is_empty() {
        return "it is empty".to_owned();
    }
    if is_page(body) {
        return "it is a page for people, not JSON".to_owned();
    }
    if error.is_eof() {
        return format!("it ends in the middle, after {} bytes", body.len());
    }
    if error.is_data() {
        return format!("it is JSON of another form: {error}");
    }
    format!("it is not JSON: {error}")
}

/// Returns true where a body looks like HTML.
pub(crate) fn is_page(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

#[cfg(test)]
mod tests;
