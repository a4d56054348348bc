//! Diagnostics for whoever runs the optimizer, where the operator allows them: section 9.2 of the specification.

mod names;
mod payload;
mod redaction;
mod text;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use servo_http::Redactor;

use super::DiagnosticsSource;
use super::fault::Fault;
use super::link::Link;

pub use payload::{MAX_BYTES, payload};
pub use redaction::redacted;

/// How long to wait between two questions.
pub const PERIOD: Duration = Duration::from_mins(1);

/// Where the optimizer says whether it wants diagnostics, relative to its URL.
const CHECK: &str = "assets/opsani.com/diagnostics-check";

/// Where diagnostics are sent, relative to its URL.
const OUTPUT: &str = "assets/opsani.com/diagnostics-output";

/// Asks the optimizer once a minute whether it wants diagnostics, and sends them when it does, until it says that
/// it never will. Answers that cannot be understood, refusals and failures mean that nothing is sent this time.
pub async fn poll(link: Arc<Link>, source: DiagnosticsSource, redactor: Redactor) {
    repeat(link.as_ref(), &source, &redactor).await;
}

/// What an optimizer wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Nothing now.
    Withhold,
    /// Diagnostics, once.
    Send,
    /// Nothing, ever.
    Stop,
}

impl Wish {
    /// Reads the answer `{"data": "WITHHOLD" | "SEND" | "STOP"}`; nothing is wanted where it is anything else.
    fn of(answer: &[u8]) -> Self {
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        match answer.get("data").and_then(Value::as_str) {
            Some("SEND") => Self::Send,
            Some("STOP") => Self::Stop,
            Some("WITHHOLD") => Self::Withhold,
            _ => {
                tracing::debug!(
                    "the answer whether diagnostics are wanted cannot be understood: none are sent"
                );
                Self::Withhold
            }
        }
    }
}

/// Sends a request until it has an answer with a status of success, or its limits are reached.
trait Exchange: Sync {
    fn exchange(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> impl Future<Output = Result<Bytes, Fault>> + Send;
}

impl Exchange for Link {
    async fn exchange(&self, method: Method, path: &str, body: &Value) -> Result<Bytes, Fault> {
        let body = Bytes::from(body.to_string());
        Ok(Self::exchange(self, "diagnostics", method, path, body).await?.body)
    }
}

async fn repeat(optimizer: &impl Exchange, source: &DiagnosticsSource, redactor: &Redactor) {
    loop {
        match once(optimizer, source, redactor).await {
            Ok(Wish::Stop) => {
                tracing::info!("the optimizer wants no diagnostics: it is not asked again");
                return;
            }
            Ok(Wish::Send) => tracing::info!("diagnostics were sent, as the optimizer asked"),
            Ok(Wish::Withhold) => {}
            // An optimizer that knows nothing of diagnostics says so with such a status.
            Err(Fault::Status { status, .. }) if status.as_u16() < 500 => {
                tracing::debug!("no diagnostics are wanted: the optimizer answered {status}");
            }
            Err(fault) => {
                let seconds = PERIOD.as_secs();
                tracing::warn!("no diagnostics for now, trying again in {seconds}s: {}", fault.chain());
            }
        }
        // After the exchange, not beside it: one that took long must not be followed by the next at once.
        tokio::time::sleep(PERIOD).await;
    }
}

async fn once(
    optimizer: &impl Exchange,
    source: &DiagnosticsSource,
    redactor: &Redactor,
) -> Result<Wish, Fault> {
    let answer = optimizer.exchange(Method::GET, CHECK, &json!({"data": null})).await?;
    let wish = Wish::of(&answer);
    if wish == Wish::Send {
        optimizer.exchange(Method::PUT, OUTPUT, &payload(source, redactor)).await?;
        optimizer.exchange(Method::PUT, CHECK, &json!({"data": "WITHHOLD"})).await?;
    }
    Ok(wish)
}

#[cfg(test)]
mod tests;
