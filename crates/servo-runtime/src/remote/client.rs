//! The remote optimizer: one method for each exchange of the protocol, none of which gives up for good.

mod checks;
mod next;
mod reply;

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use jiff::Timestamp;
use servo_core::check::Checks;
use servo_core::model::Description;
use servo_core::optimizer::{Command, Figures, Hello, Operation, Optimizer, Outcome, Reply, Report};
use servo_core::progress::Progress;
use servo_core::{Class, Error, Result};
use servo_http::{Response, Room};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::auth::Auth;
use super::fault::{Fault, Verdict};
use super::link::Link;
use super::message::{self, Event};
use super::pace::Pace;
use super::{Configuration, diagnostics, retry};

/// Where events are posted, below the optimizer's URL (specification, section 3.1).
const PATH: &str = "servo";

/// How long the last words to an optimizer are waited for, once the servo ends.
const PARTING: Duration = Duration::from_secs(5);

/// How long no progress is told after some was refused for good.
const QUIET: Duration = Duration::from_mins(1);

/// How long a servo whose identity was revoked stays away (specification, section 3.8).
const REVOKED: Duration = Duration::from_hours(1);

/// An optimizer that is spoken to over the Opsani protocol.
#[derive(Debug)]
pub struct Remote {
    configuration: Configuration,
    link: OnceCell<Arc<Link>>,
    pace: Pace,
    state: Mutex<State>,
    is_connected: AtomicBool,
    stopping: CancellationToken,
    /// What runs beside the loop, and ends with this.
    tasks: Mutex<JoinSet<()>>,
    /// For the tokens that it has one after another.
    _room: Room,
}

#[derive(Debug, Default)]
struct State {
    /// What is said again where the optimizer has lost track of the servo.
    hello: Hello,
    /// Under what the running command's progress and report are posted.
    event: Option<Event>,
    /// Until when progress is not told, since it was refused.
    quiet_until: Option<Instant>,
}

impl Remote {
    /// Creates it. Nothing is read or connected yet.
    pub fn new(configuration: Configuration) -> Self {
        let room = configuration.redactor.room();
        Self {
            configuration,
            link: OnceCell::new(),
            pace: Pace::default(),
            state: Mutex::default(),
            is_connected: AtomicBool::new(false),
            stopping: CancellationToken::new(),
            tasks: Mutex::default(),
            _room: room,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the link; the first call reads the files that `settings` names.
    async fn link(&self) -> Result<&Arc<Link>> {
        self.link.get_or_try_init(|| self.connect()).await
    }

    async fn connect(&self) -> Result<Arc<Link>> {
        let Configuration { account, network, redactor, .. } = &self.configuration;
        let auth = Auth::new(account.access.clone(), network, redactor.clone());
        let client = self.configuration.clients.take(&self.configuration).await?;
        Ok(Link::new(client, auth, network.backoff.clone(), redactor.clone()))
    }

    /// Posts an event, within the limits of its exchange.
    async fn post(
        &self,
        link: &Link,
        exchange: &str,
        event: Event,
        param: Option<String>,
    ) -> Result<Response, Fault> {
        let body = message::envelope(event, param.as_deref(), self.configuration.servo_uid.as_deref());
        drop(param);
        let text = Bytes::from(body);
        link.exchange(exchange, Method::POST, PATH, text).await
    }

    /// Posts an event, and again after a pause whenever that has failed for good: for as long as it takes.
    ///
    /// # Errors
    ///
    /// Class connection: the optimizer refuses, and the servo is to end then.
    async fn persist(&self, event: Event, param: Option<String>) -> Result<Response> {
        let link = self.link().await?;
        let mut haste = link.listen();
        let mut failures = 0_u32;
        loop {
            self.pace.turn().await;
            match self.post(link, event.exchange(), event, param.clone()).await {
                Ok(response) => return Ok(response),
                Err(fault) => {
                    failures = failures.saturating_add(1);
                    let wait = self.judge(event, &fault, failures)?;
                    if link.rest(wait, &mut haste).await {
                        failures = 0;
                    }
                }
            }
        }
    }

    /// Says how long to leave the optimizer alone after an exchange has failed for good, a number of times in a row.
    ///
    /// # Errors
    ///
    /// Class connection: the optimizer refuses, and the servo is to end then.
    fn judge(&self, event: Event, fault: &Fault, failures: u32) -> Result<Duration> {
        let verdict = fault.verdict();
        let name = event.name();
        let is_refused = matches!(fault, Fault::Status { .. }) && verdict == Verdict::Fatal;
        if is_refused && self.configuration.exit_on_fatal {
            return Err(connection(name, fault));
        }
        if verdict == Verdict::Revoked {
            tracing::warn!("{name}: {}; idle for an hour, waiting to be removed", fault.chain());
            return Ok(REVOKED);
        }
        let asked = if let Verdict::Again(asked) = verdict { asked } else { None };
        let wait = retry::pause(failures, asked, rand::random());
        tracing::warn!("{name}: {}; asking again in {:.0}s", fault.advice(), wait.as_secs_f64());
        Ok(wait)
    }

    /// Begins to poll for diagnostics, once, where the operator allows it.
    fn begin_diagnostics(&self, link: &Arc<Link>) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = &self.configuration.diagnostics
            && tasks.is_empty()
        {
            let poll =
                diagnostics::poll(Arc::clone(link), source.clone(), self.configuration.redactor.clone());
            // What it logs belongs to this servo.
            tasks.spawn(poll.in_current_span());
        }
    }
}

/// Waits for something, but not much longer than the servo lasts.
async fn until_parting<T>(stopping: &CancellationToken, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    tokio::select! {
        done = &mut work => return Some(done),
        () = stopping.cancelled() => {}
    }
    tokio::time::timeout(PARTING, work).await.ok()
}

fn connection(exchange: &str, fault: &Fault) -> Error {
    let error = Error::new(Class::Connection, format!("{exchange}: {}", fault.chain()));
    match fault.help() {
        Some(help) => error.with_help(help),
        None => error,
    }
}

#[async_trait]
impl Optimizer for Remote {
    async fn hello(&self, hello: Hello) -> Result<()> {
        self.state().hello = hello.clone();
        self.greet(&hello).await
    }

    async fn next(&self) -> Result<Command> {
        if self.stopping.is_cancelled() {
            return Ok(Command { uid: None, operation: Operation::Finish(Outcome::Interrupted) });
        }
        self.ask().await
    }

    async fn progress(&self, uid: Option<&str>, progress: &Progress) -> Result<Reply> {
        let (event, is_quiet) = {
            let state = self.state();
            (state.event, state.quiet_until.is_some_and(|until| Instant::now() < until))
        };
        if is_quiet {
            return Ok(Reply::Ok);
        }
        // Begun is what the optimizer knows, and done is what the report says: neither is posted (section 3.10).
        let (Some(event), true) = (event, progress.percent > 0.0 && progress.percent < 100.0) else {
            return Ok(Reply::Ok);
        };
        let link = self.link().await?;
        match self.post(link, "progress", event, Some(message::progress(uid, progress).to_string())).await {
            Ok(response) => Ok(reply::to_progress(&response.body, &self.configuration.redactor)),
            Err(fault) if reply::is_gone(&fault) => Ok(Reply::Unexpected(fault.chain())),
            Err(fault) => {
                if fault.verdict() == Verdict::Fatal {
                    self.state().quiet_until = Some(Instant::now() + QUIET);
                }
                Err(connection(event.name(), &fault))
            }
        }
    }

    async fn report(&self, report: Report) -> Result<Reply> {
        let Some(event) = self.state().event.take() else { return Ok(Reply::Ok) };
        let is_cancelled = report.result.as_ref().is_err_and(|failure| failure.class == Class::Cancelled);
        if is_cancelled && self.stopping.is_cancelled() {
            // GOODBYE says why; the optimizer gives the command out again (section 3.9).
            return Ok(Reply::Ok);
        }
        let link = self.link().await?;
        let param = Some(message::report(&report, Timestamp::now()));
        drop(report);
        let posted = self.post(link, event.exchange(), event, param);
        match until_parting(&self.stopping, posted).await {
            Some(Ok(response)) => Ok(reply::to_report(&response.body, &self.configuration.redactor)),
            Some(Err(fault)) => {
                // The loop goes on: WHATS_NEXT has the patience that this exchange must not have.
                tracing::warn!("{} is lost: {}", event.name(), fault.chain());
                Ok(Reply::Ok)
            }
            None => {
                tracing::warn!(
                    "{} is lost: no answer within {}s of the stop",
                    event.name(),
                    PARTING.as_secs()
                );
                Ok(Reply::Ok)
            }
        }
    }

    async fn stop(&self, _: &str) {
        self.stopping.cancel();
    }

    fn reload(&self) {
        if let Some(link) = self.link.get() {
            link.hurry();
        }
    }

    fn last_heard(&self) -> Option<Instant> {
        self.link.get()?.last_heard()
    }

    fn figures(&self) -> Figures {
        let errors = self.link.get().map_or(0, |link| link.faults());
        Figures { errors, ..Figures::default() }
    }

    fn checks<'a>(&'a self, _: Option<&'a Description>, checks: &mut Checks<'a>) {
        checks::add(self, checks);
    }

    async fn goodbye(&self, reason: &str) -> Result<()> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        if !self.is_connected.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let link = self.link().await?;
        let posted = self.post(link, "goodbye", Event::Goodbye, Some(message::goodbye(reason).to_string()));
        match tokio::time::timeout(PARTING, posted).await {
            Ok(Ok(_)) => {}
            Ok(Err(fault)) => tracing::warn!("GOODBYE is lost: {}", fault.chain()),
            Err(_) => tracing::warn!("GOODBYE is lost: no answer within {}s", PARTING.as_secs()),
        }
        Ok(())
    }
}
