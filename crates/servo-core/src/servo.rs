//! A servo: a bus with a life, from attach to detach.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::context::Host;
use crate::event::standard::{Attach, Detach, Ending, Shutdown, Startup};
use crate::event::{Bus, Dispatched, Event, Member, Phase, Scope};
use crate::{Error, Result};

/// One servo: its connectors and whether it runs.
#[derive(Debug)]
pub struct Servo {
    bus: Arc<Bus>,
    running: AtomicBool,
}

impl Servo {
    /// How long connectors may take to shut down. Then they are cancelled, and dropped where that does not end them
    /// within [`Bus::CANCEL_GRACE`].
    pub const SHUTDOWN_LIMIT: Duration = Duration::from_secs(10);

    /// Creates a servo without connectors that does not run yet.
    pub fn new(host: Host) -> Self {
        Self { bus: Bus::new(host), running: AtomicBool::new(false) }
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        self.bus.host().servo()
    }

    /// Returns its bus.
    pub fn bus(&self) -> &Arc<Bus> {
        &self.bus
    }

    /// Returns true between [`startup`](Self::startup) and [`shutdown`](Self::shutdown).
    pub fn is_running(&self) -> bool {
        self.running.load(Ordering::Acquire)
    }

    /// Adds a connector and attaches it; a running servo starts it up, too.
    ///
    /// # Errors
    ///
    /// The name is taken, or the connector failed. One that failed is not kept.
    pub async fn add_connector(&self, member: Member) -> Result<()> {
        let member = self.bus.add(member)?;
        let members = self.bus.with_parts(member.name());
        let started = async {
            self.tell::<Attach>(&members, Phase::ALL.as_slice(), ()).await?;
            if self.is_running() { self.tell::<Startup>(&members, &[Phase::On], ()).await } else { Ok(()) }
        };
        let outcome = started.await;
        if outcome.is_err() {
            self.bus.remove(member.name())?;
        }
        outcome
    }

    /// Attaches all connectors, which were put on the bus without.
    ///
    /// # Errors
    ///
    /// What connectors could not do without.
    pub async fn attach(&self) -> Result<()> {
        self.bus.dispatch::<Attach>(&Scope::detached(), ()).await?.answers().map(drop)
    }

    /// Detaches all connectors of a servo that does not run, and shuts its exchange down. Takes at most
    /// [`SHUTDOWN_LIMIT`](Self::SHUTDOWN_LIMIT), [`Bus::CANCEL_GRACE`] and
    /// [`Exchange::DRAIN_LIMIT`](crate::pubsub::Exchange::DRAIN_LIMIT).
    ///
    /// # Errors
    ///
    /// What connectors could not end with; every connector is told all the same.
    pub async fn detach(&self) -> Result<()> {
        let scope = Scope::detached();
        let ended =
            async { self.bus.dispatch::<Detach>(&scope, ()).keep_errors().await?.answers().map(drop) };
        let outcome = limited(&scope, ended).await;
        self.bus.host().exchange().shutdown().await;
        outcome
    }

    /// Shuts a connector down where the servo runs, detaches it and removes it.
    ///
    /// # Errors
    ///
    /// There is none of that name, or it failed. It is removed all the same.
    pub async fn remove_connector(&self, name: &str) -> Result<()> {
        let members = self.bus.with_parts(name);
        let mut failures = Vec::new();
        if self.is_running() {
            let ending = Ending { reason: "shutdown".to_owned() };
            failures.extend(self.tell::<Shutdown>(&members, &[Phase::On], ending).await.err());
        }
        failures.extend(self.tell::<Detach>(&members, Phase::ALL.as_slice(), ()).await.err());
        self.bus.remove(name)?;
        Error::join(failures).map_or(Ok(()), Err)
    }

    /// Begins to run: tells every connector.
    ///
    /// # Errors
    ///
    /// It runs already, or a connector could not start. Then it does not run.
    pub async fn startup(&self) -> Result<()> {
        if self.running.swap(true, Ordering::AcqRel) {
            return Err(self.runs_already());
        }
        let dispatched = self.bus.dispatch::<Startup>(&Scope::detached(), ()).phases(&[Phase::On]).await;
        let outcome = dispatched.and_then(|dispatched| dispatched.answers().map(drop));
        if outcome.is_err() {
            self.running.store(false, Ordering::Release);
        }
        outcome
    }

    /// Attaches all connectors and begins to run. Where that fails they are detached again.
    ///
    /// # Errors
    ///
    /// It runs already, or a connector could not attach or start. Then it does not run.
    pub async fn start(&self) -> Result<()> {
        if self.is_running() {
            return Err(self.runs_already());
        }
        let started = async {
            self.attach().await?;
            self.startup().await
        };
        let outcome = started.await;
        if outcome.is_err()
            && let Err(error) = self.detach().await
        {
            tracing::warn!(servo = self.name(), "while detaching: {}", error.chain());
        }
        outcome
    }

    /// Stops running: tells every connector why, then detaches them all, then shuts the exchange down. Takes at most
    /// [`SHUTDOWN_LIMIT`](Self::SHUTDOWN_LIMIT), twice [`Bus::CANCEL_GRACE`] and
    /// [`Exchange::DRAIN_LIMIT`](crate::pubsub::Exchange::DRAIN_LIMIT).
    ///
    /// # Errors
    ///
    /// It does not run, or connectors failed; every connector is told all the same.
    pub async fn shutdown(&self, reason: &str) -> Result<()> {
        if !self.running.swap(false, Ordering::AcqRel) {
            return Err(Error::internal(format!("servo '{}' is not running", self.name())));
        }
        let scope = Scope::detached();
        let ending = Ending { reason: reason.to_owned() };
        let ended = async {
            let shutdown =
                self.bus.dispatch::<Shutdown>(&scope, ending).phases(&[Phase::On]).keep_errors().await;
            let detach = self.bus.dispatch::<Detach>(&scope, ()).keep_errors().await;
            let failures =
                [shutdown, detach].into_iter().filter_map(|ended| ended.and_then(Dispatched::answers).err());
            Error::join(failures).map_or(Ok(()), Err)
        };
        let outcome = limited(&scope, ended).await;
        self.bus.host().exchange().shutdown().await;
        outcome
    }

    fn runs_already(&self) -> Error {
        Error::internal(format!("servo '{}' is running already", self.name()))
    }

    async fn tell<E: Event>(&self, members: &[Arc<Member>], phases: &[Phase], input: E::Input) -> Result<()> {
        let dispatch = self.bus.dispatch::<E>(&Scope::detached(), input);
        dispatch.include(members.iter().map(|it| &**it.name())).phases(phases).await?.answers().map(drop)
    }
}

/// Waits for connectors to end, and cancels them after [`Servo::SHUTDOWN_LIMIT`]: one that hangs must not keep the servo
/// from its end.
async fn limited(scope: &Scope, ended: impl Future<Output = Result<()>>) -> Result<()> {
    let mut ended = pin!(ended);
    tokio::select! {
        outcome = &mut ended => return outcome,
        () = tokio::time::sleep(Servo::SHUTDOWN_LIMIT) => scope.token.cancel(),
    }
    ended.await
}
