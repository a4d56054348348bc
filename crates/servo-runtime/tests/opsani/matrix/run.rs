//! One run of a servo while something goes wrong, and what was seen of it.

use std::cell::Cell;
use std::time::Duration;

use servo_core::Result;
use servo_core::optimizer::Outcome;
use servo_testkit::backend::{Backend, Kind, Network, Received};
use servo_testkit::emu::Emu;
use tokio::time::{Instant, sleep, timeout};

use super::exchange::{Exchange, LEAD};
use super::fault::{Fault, Nature};
use super::gate::Gate;
use crate::fixture::Session;

/// How long the optimizer is asked for nothing at most, once nothing is wrong any more.
const PATIENCE: Duration = Duration::from_mins(6);
const PATIENCE_OF_THE_REVOKED: Duration = Duration::from_mins(61);

/// How long is watched what follows.
const AFTER: Duration = Duration::from_secs(210);

/// What was seen of one run.
pub(crate) struct Seen {
    /// When the exchange was tried while something was wrong.
    pub(crate) attempts: Vec<Instant>,
    /// When nothing was wrong any more.
    pub(crate) recovered: Instant,
    /// The most bytes that were taken of one answer.
    pub(crate) most_bytes: u64,
    /// Whether the servo ran still.
    pub(crate) is_alive: bool,
    /// How long it took until the optimizer was asked for a command, then; `None` where it was not.
    pub(crate) back: Option<Duration>,
    /// How long the servo took to end.
    pub(crate) ended: Duration,
    /// What it ended with.
    pub(crate) outcome: Result<Outcome>,
    /// Everything that the optimizer received.
    pub(crate) requests: Vec<Received>,
}

impl Seen {
    /// The requests of a kind.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &Received> {
        self.requests.iter().filter(move |request| request.kind == kind)
    }

    /// Whether there was a request of a kind once nothing was wrong any more.
    pub(crate) fn came_after(&self, kind: Kind) -> bool {
        self.of(kind).any(|request| request.at >= self.recovered)
    }

    /// The most tries within a minute.
    pub(crate) fn most_in_a_minute(&self) -> usize {
        let within = |from: &Instant| {
            let minute = *from..*from + Duration::from_mins(1);
            self.attempts.iter().filter(|at| minute.contains(at)).count()
        };
        self.attempts.iter().map(within).max().unwrap_or_default()
    }
}

struct Scene {
    exchange: Exchange,
    fault: Fault,
    backend: Backend,
    gate: Gate,
    session: Session,
}

impl Scene {
    /// Starts a servo, and leaves it where the fault has just begun.
    async fn begin(exchange: Exchange, fault: Fault, is_chunked: bool) -> Self {
        let (backend, network) = (Backend::new(), Network::new());
        let gate = Gate::before(&network);
        exchange.prepare(&backend);
        let configuration = exchange.configuration(&gate, &network, &backend);
        let is_first = matches!(exchange, Exchange::Hello | Exchange::FirstToken);
        let fail = || match fault.answer(exchange.good(), is_chunked) {
            Some(answer) => backend.always(exchange.kind(), answer),
            None => gate.shut(exchange.port()),
        };
        if is_first {
            fail();
        }
        // Progress is the matter of one row only.
        let hour = Duration::from_hours(1);
        let emu = if exchange == Exchange::Progress { Emu::new() } else { Emu::new().reporting_every(hour) };
        let session = Session::with(configuration, emu);
        if !is_first {
            sleep(LEAD / 2).await;
            fail();
        }
        Self { exchange, fault, backend, gate, session }
    }

    fn attempts(&self) -> Vec<Instant> {
        match self.fault {
            Fault::Refused => self.gate.refused(),
            _ => self.backend.requests_of(self.exchange.kind()).iter().map(|request| request.at).collect(),
        }
    }

    /// Waits; gives the most bytes that were taken of one answer meanwhile.
    async fn most_bytes(&self, while_this: impl Future<Output = ()>) -> u64 {
        let (most, last) = (Cell::new(0), Cell::new(self.backend.bytes_sent()));
        let look = || {
            let sent = self.backend.bytes_sent();
            most.set(most.get().max(sent - last.replace(sent)));
        };
        let arrivals = async {
            let mut count = 0;
            loop {
                count = self.backend.wait_until(|all| (all.len() > count).then_some(all.len())).await;
                look();
            }
        };
        tokio::select! {
            () = arrivals => {}
            () = while_this => {}
        }
        look();
        most.get()
    }

    async fn stop(self) -> (Duration, Result<Outcome>, Vec<Received>) {
        let begin = Instant::now();
        let outcome = self.session.stop("SIGTERM").await;
        (begin.elapsed(), outcome, self.backend.requests())
    }
}

/// Lets a servo run into a fault that ends after a while.
pub(crate) async fn recover(exchange: Exchange, fault: Fault, wrong: Duration, is_chunked: bool) -> Seen {
    let mut scene = Scene::begin(exchange, fault, is_chunked).await;
    let begin = Instant::now();
    let most_bytes = scene.most_bytes(sleep(wrong)).await;
    let (attempts, is_alive) = (scene.attempts(), scene.session.is_running());
    let attempts = attempts.into_iter().filter(|at| *at >= begin).collect();
    scene.backend.recover();
    scene.gate.open();
    let recovered = Instant::now();
    let asked = scene.backend.count(Kind::WhatsNext);
    let is_revoked = exchange.is_persistent() && fault.nature() == Nature::Revoked;
    let patience = if is_revoked { PATIENCE_OF_THE_REVOKED } else { PATIENCE };
    let back = timeout(patience, scene.backend.wait_for(Kind::WhatsNext, asked + 1)).await;
    let back = back.ok().map(|_| recovered.elapsed());
    sleep(AFTER).await;
    let (ended, outcome, requests) = scene.stop().await;
    Seen { attempts, recovered, most_bytes, is_alive, back, ended, outcome, requests }
}

/// Lets a servo run into a fault, and stops it after a while. The fault stays.
pub(crate) async fn stop(exchange: Exchange, fault: Fault, after: Duration) -> Seen {
    let mut scene = Scene::begin(exchange, fault, true).await;
    sleep(after).await;
    let is_alive = scene.session.is_running();
    let recovered = Instant::now();
    let (gate, backend) = (scene.gate.clone(), scene.backend.clone());
    let begin_bytes = backend.bytes_sent();
    let (ended, outcome, requests) = scene.stop().await;
    let attempts = match fault {
        Fault::Refused => gate.refused(),
        _ => requests
            .iter()
            .filter(|request| request.kind == exchange.kind())
            .map(|request| request.at)
            .collect(),
    };
    let most_bytes = backend.bytes_sent() - begin_bytes;
    Seen { attempts, recovered, most_bytes, is_alive, back: None, ended, outcome, requests }
}
