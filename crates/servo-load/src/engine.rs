//! The engine: an attack runs on a thread and a runtime of its own, so that neither it nor the servo disturbs the other.
//!
//! It is an open loop. `dispatch` hands each request to a connection when it is due, whatever became of those before;
//! latency is counted from when a request was due, so that a server that stalls cannot hide it.

mod descriptors;
mod dispatch;
mod exchange;
mod fault;
mod host;
mod http1;
mod http2;
mod job;
mod metronome;
mod recorder;

use std::sync::Arc;
use std::time::Duration;

use servo_core::{Class, Error, Result};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::schedule::Schedule;
use crate::summary::{Outcome, Summary};
use crate::target::{Authority, Template};
use host::Host;

/// How many pieces of news wait to be taken; more are dropped, as nobody needs old ones.
const NEWS: usize = 16;

/// What is to be sent, how and when.
#[derive(Debug)]
pub(crate) struct Attack {
    pub(crate) templates: Vec<Template>,
    pub(crate) authorities: Vec<Authority>,
    pub(crate) schedule: Schedule,
    pub(crate) limits: Limits,
    /// How TLS is spoken, where a target needs it.
    pub(crate) tls: Option<Arc<rustls::ClientConfig>>,
    pub(crate) reporting_interval: Duration,
}

/// What bounds an attack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The most requests under way at once.
    pub(crate) at_once: usize,
    /// The longest time from when a request is due to the end of its answer.
    pub(crate) timeout: Duration,
    pub(crate) keepalive: bool,
    /// The most bytes of a body that are read; nothing is no limit.
    pub(crate) max_body: Option<u64>,
}

/// What is told while an attack runs.
#[derive(Debug)]
pub(crate) enum News {
    /// The last second or so, with the percentage of the time that has passed.
    Progress { percent: f64, is_measured: bool, summary: Box<Summary> },
    /// A reporting interval of the measured time.
    Interval(Box<Summary>),
}

/// An attack that runs. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) news: mpsc::Receiver<News>,
    outcome: oneshot::Receiver<Result<Outcome>>,
    _guard: DropGuard,
}

impl Running {
    /// Waits for the next piece of news; nothing once the attack has ended.
    pub(crate) async fn next(&mut self) -> Option<News> {
        self.news.recv().await
    }

    /// Waits for the end.
    ///
    /// # Errors
    ///
    /// What the system refused, and class internal where the engine panicked.
    pub(crate) async fn outcome(self) -> Result<Outcome> {
        self.outcome.await.unwrap_or_else(|_| Err(lost()))
    }
}

/// Begins an attack, which goes on until its time is over or the token is cancelled.
///
/// # Errors
///
/// No thread can be started.
pub(crate) fn start(attack: Attack, token: &CancellationToken) -> Result<Running> {
    let token = token.child_token();
    let guard = token.clone().drop_guard();
    let (news, receiver) = mpsc::channel(NEWS);
    let outcome =
        elsewhere(move |runtime| runtime.block_on(dispatch::run(attack, &token, &news, &runtime.metrics())))?;
    Ok(Running { news: receiver, outcome, _guard: guard })
}

/// Connects once to each place, and gives where that was.
///
/// # Errors
///
/// The first place that cannot be connected to; class cancelled.
pub(crate) async fn probe(attack: Attack, token: &CancellationToken) -> Result<Vec<String>> {
    let child = token.child_token();
    let _guard = child.clone().drop_guard();
    let probed = elsewhere(move |runtime| {
        runtime.block_on(async {
            child.run_until_cancelled(connect_to_all(&attack)).await.ok_or_else(cancelled)?
        })
    })?;
    // Whoever cancels does not wait for the thread to notice.
    let probed = token.run_until_cancelled(probed).await.ok_or_else(cancelled)?;
    probed.unwrap_or_else(|_| Err(lost()))
}

fn cancelled() -> Error {
    Error::cancelled("cancelled while connecting")
}

async fn connect_to_all(attack: &Attack) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for authority in &attack.authorities {
        let host = Host::new(authority, attack.tls.as_ref())?;
        let place = format!("{}:{}", authority.host, authority.port);
        let reason = match tokio::time::timeout(attack.limits.timeout, host.connect()).await {
            Ok(Ok(connected)) => {
                told.push(if connected.is_http2() { format!("{place} (HTTP/2)") } else { place });
                continue;
            }
            Ok(Err(fault)) => fault.to_string(),
            Err(_) => "timeout".to_owned(),
        };
        let error = Error::new(Class::Connection, format!("no connection to {place}: {reason}"));
        return Err(
            error.with_help("see whether the service runs there, and whether this machine reaches it")
        );
    }
    Ok(told)
}

/// Runs something on a thread with a runtime of its own, whose clock is the real one even where that of the servo is not.
fn elsewhere<T: Send + 'static>(
    body: impl FnOnce(&Runtime) -> Result<T> + Send + 'static,
) -> Result<oneshot::Receiver<Result<T>>> {
    let (ended, outcome) = oneshot::channel();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let result = runtime.map_err(failed).and_then(|runtime| {
            let result = body(&runtime);
            // Names that are being resolved are not waited for.
            runtime.shutdown_background();
            result
        });
        // Whoever asked may be gone.
        let _ = ended.send(result);
    };
    std::thread::Builder::new().name("load".to_owned()).spawn(run).map_err(failed)?;
    Ok(outcome)
}

fn failed(error: std::io::Error) -> Error {
    Error::failed("the load generator cannot work").with_source(error)
}

fn lost() -> Error {
    Error::internal("the load generator ended without a result")
}
