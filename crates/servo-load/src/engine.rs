//! The engine: attacks run on a thread and a runtime of their own, so that neither they nor the servo disturb the other.
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
mod thread;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use servo_core::{Class, Error, Result};
use tokio::runtime::RuntimeMetrics;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::schedule::Schedule;
use crate::summary::{Outcome, Summary};
use crate::target::{Authority, Template};
use host::Host;
use thread::Thread;

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

/// What attacks run on. The first of them begins its thread, and dropping it ends them all.
#[derive(Debug, Default)]
pub(crate) struct Engine(Mutex<Option<Thread>>);

impl Engine {
    /// Begins an attack, which goes on until its time is over or the token is cancelled.
    ///
    /// # Errors
    ///
    /// No thread can be started.
    pub(crate) fn start(&self, attack: Attack, token: &CancellationToken) -> Result<Running> {
        let token = token.child_token();
        let guard = token.clone().drop_guard();
        let (news, receiver) = mpsc::channel(NEWS);
        let outcome =
            self.run(|metrics| async move { dispatch::run(attack, &token, &news, &metrics).await })?;
        Ok(Running { news: receiver, outcome, _guard: guard })
    }

    /// Connects once to each place, and gives where that was.
    ///
    /// # Errors
    ///
    /// The first place that cannot be connected to; class cancelled.
    pub(crate) async fn probe(&self, attack: Attack, token: &CancellationToken) -> Result<Vec<String>> {
        let child = token.child_token();
        let _guard = child.clone().drop_guard();
        let probed = self.run(|_| async move {
            child.run_until_cancelled(connect_to_all(&attack)).await.ok_or_else(cancelled)?
        })?;
        // Whoever cancels does not wait for the thread to notice.
        let probed = token.run_until_cancelled(probed).await.ok_or_else(cancelled)?;
        probed.unwrap_or_else(|_| Err(lost()))
    }

    fn run<T: Send + 'static, F: Future<Output = Result<T>> + Send + 'static>(
        &self,
        body: impl FnOnce(RuntimeMetrics) -> F,
    ) -> Result<oneshot::Receiver<Result<T>>> {
        let mut thread = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let thread = match &mut *thread {
            Some(thread) => thread,
            none => none.insert(Thread::start().map_err(failed)?),
        };
        let (ended, outcome) = oneshot::channel();
        let body = body(thread.metrics());
        // Whoever asked may be gone.
        thread.spawn(async move { drop(ended.send(body.await)) });
        Ok(outcome)
    }
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

fn failed(error: std::io::Error) -> Error {
    Error::failed("the load generator cannot work").with_source(error)
}

fn lost() -> Error {
    Error::internal("the load generator ended without a result")
}
