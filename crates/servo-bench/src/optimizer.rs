//! An optimizer on this machine that knows what it will say and says it fast, so that servos are what is measured.

mod script;
mod server;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::Result;
pub(crate) use script::Plan;
use script::{Heard, Line};

/// The optimizer. It ends with this.
pub(crate) struct Optimizer {
    state: Arc<State>,
    address: SocketAddr,
    is_tls: bool,
    _serving: JoinSet<()>,
}

/// How often it has heard and said what.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// HELLO was said.
    pub(crate) greeted: AtomicU64,
    /// `WHATS_NEXT` was asked.
    pub(crate) asked: AtomicU64,
    /// The answer was a long sleep.
    pub(crate) sent_to_rest: AtomicU64,
    /// The answer was to measure.
    pub(crate) sent_to_measure: AtomicU64,
    /// A measurement was reported.
    pub(crate) measured: AtomicU64,
    /// The bytes of the bodies of these.
    pub(crate) measured_bytes: AtomicU64,
    /// A report said that its command had failed, or a request was none of the protocol.
    pub(crate) failed: AtomicU64,
}

/// What the connections share.
#[derive(Debug)]
struct State {
    plan: RwLock<Plan>,
    tally: Tally,
    /// The servos, by their paths, that were told to describe.
    known: Mutex<HashSet<String>>,
}

impl Optimizer {
    /// Begins to listen, over TLS or plainly.
    pub(crate) async fn start(plan: Plan, tls: Option<TlsAcceptor>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.map_err(|error| format!("cannot listen on this machine: {error}"))?;
        let address = listener.local_addr().map_err(|error| format!("no address to listen on: {error}"))?;
        let state =
            Arc::new(State { plan: RwLock::new(plan), tally: Tally::default(), known: Mutex::default() });
        let is_tls = tls.is_some();
        let mut serving = JoinSet::new();
        serving.spawn(server::serve(listener, tls, Arc::clone(&state)));
        Ok(Self { state, address, is_tls, _serving: serving })
    }

    /// Gives the `base_url` for a servo's configuration.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://localhost:{}", self.address.port())
    }

    /// Says something else from now on.
    pub(crate) fn change(&self, plan: Plan) {
        *self.state.plan.write().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// Gives one of the counts.
    pub(crate) fn count(&self, which: impl Fn(&Tally) -> &AtomicU64) -> u64 {
        which(&self.state.tally).load(Ordering::Relaxed)
    }

    /// Says whether one of the counts is this large.
    ///
    /// # Errors
    ///
    /// A command has failed.
    pub(crate) fn has(&self, count: u64, which: impl Fn(&Tally) -> &AtomicU64) -> Result<bool> {
        match self.count(|tally| &tally.failed) {
            0 => Ok(self.count(which) >= count),
            failed => Err(format!("{failed} commands have failed")),
        }
    }
}

impl State {
    /// Takes what a servo says into account, and finds the answer.
    fn answer(&self, path: &str, body: &[u8]) -> &'static str {
        let tally = &self.tally;
        let count = |which: &AtomicU64| which.fetch_add(1, Ordering::Relaxed);
        match script::heard(body) {
            Heard::Hello => {
                count(&tally.greeted);
            }
            Heard::WhatsNext => {
                count(&tally.asked);
                return self.next(path).text();
            }
            Heard::Measured => {
                count(&tally.measured);
                let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
                tally.measured_bytes.fetch_add(bytes, Ordering::Relaxed);
            }
            Heard::Failed => {
                count(&tally.failed);
            }
            Heard::Other => {}
        }
        script::OK
    }

    fn next(&self, path: &str) -> Line {
        let plan = *self.plan.read().unwrap_or_else(PoisonError::into_inner);
        let line = match plan {
            Plan::Again => Line::Again,
            Plan::Rest | Plan::Wait if self.is_new(path) => Line::Describe,
            Plan::Wait => Line::Wait,
            Plan::Measure(times) if self.has_measures_left(times) => Line::Measure,
            Plan::MeasureLong(times) if self.has_measures_left(times) => Line::MeasureLong,
            Plan::Rest | Plan::Measure(_) | Plan::MeasureLong(_) => Line::Rest,
        };
        match line {
            Line::Rest => self.tally.sent_to_rest.fetch_add(1, Ordering::Relaxed),
            Line::Measure | Line::MeasureLong => self.tally.sent_to_measure.fetch_add(1, Ordering::Relaxed),
            Line::Again | Line::Describe | Line::Wait => 0,
        };
        line
    }

    fn has_measures_left(&self, times: u64) -> bool {
        self.tally.sent_to_measure.load(Ordering::Relaxed) < times
    }

    fn is_new(&self, path: &str) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        !known.contains(path) && known.insert(path.to_owned())
    }
}
