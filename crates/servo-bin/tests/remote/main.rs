//! The compiled program against scripted optimizers on real sockets: sessions, signals, credentials, TLS, bad input, and
//! that no secret is ever shown.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod authority;
mod bad_input;
mod canary;
mod checking;
mod credentials;
mod document;
mod example;
mod log_file;
mod optimizer;
mod plain_http;
mod program;
mod prometheus;
mod refusals;
mod sessions;
mod signals;
mod telemetry;
mod tls;

use std::time::Duration;

/// How long anything may take that happens soon, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(40);

/// Waits for what happens soon.
async fn soon<T>(what: &str, happens: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, happens).await;
    waited.unwrap_or_else(|_| panic!("not within {}s: {what}", PATIENCE.as_secs()))
}
