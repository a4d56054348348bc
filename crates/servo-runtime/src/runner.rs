//! The loop of one servo: ask the optimizer, do what it says, tell it what came of it.

mod command;
mod conversation;
mod fleet;
mod forward;
mod interactive;
mod permit;
mod presence;
mod recovery;
mod restart;
mod safety;
mod signal;
mod unpolled;
mod watch;
mod wrapper;

use std::pin::pin;
use std::sync::Arc;

use jiff::Timestamp;
use servo_core::Result;
use servo_core::journal::Entry;
use servo_core::optimizer::{Optimizer, Outcome};
use servo_core::servo::Servo;
use tokio::sync::Semaphore;

use self::conversation::Conversation;

pub use fleet::{Ended, Fleet, Handle, Running};
pub use interactive::{Ask, Interactive};
pub use safety::Safety;
pub use signal::{Reload, Stop};
pub use unpolled::Unpolled;
pub use watch::{Moment, Silent, Watch};

/// The name and version that this agent gives itself.
pub const AGENT: &str = concat!("servo v", env!("CARGO_PKG_VERSION"));

/// What runs one servo against one optimizer until that has nothing left to ask.
///
/// Every change is written into the servo's journal before it is made. What another process has left is put right
/// before the optimizer is greeted, and what is in force for the time of a trial is undone before the servo ends.
pub struct Runner {
    /// The servo.
    pub servo: Arc<Servo>,
    /// Who decides what it does.
    pub optimizer: Arc<dyn Optimizer>,
    /// How many operations may be under way at once, shared by all servos of the process.
    pub limit: Arc<Semaphore>,
    /// Signals that the servo should end.
    pub stop: Stop,
    /// Who is shown what happens.
    pub watch: Arc<dyn Watch>,
    /// How far the servo may go, and what it leaves behind.
    pub safety: Safety,
}

impl Runner {
    /// Runs until the optimizer has nothing left to ask, or until it has wound up after a stop, where nobody reloads.
    ///
    /// An error of the optimizer does not end the loop at once: the optimizer is first asked to wind up, so that the
    /// application is left as it was found. An optimizer that gives a running command up is greeted again, by
    /// connectors that have begun again, too.
    ///
    /// # Errors
    ///
    /// What connectors could not start with, or the optimizer could not go on after.
    pub async fn run(self) -> Result<Outcome> {
        self.run_with(&Reload::default()).await
    }

    /// Runs as [`run`](Self::run) does, and tells the optimizer when someone asks to reload, whatever it is doing.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub async fn run_with(self, reload: &Reload) -> Result<Outcome> {
        let mut reloads = reload.listen();
        let mut life = pin!(self.live());
        loop {
            tokio::select! {
                biased;
                outcome = &mut life => return outcome,
                () = reloads.next() => self.optimizer.reload(),
            }
        }
    }

    async fn live(&self) -> Result<Outcome> {
        let journal = self.servo.bus().host().journal();
        // First, since connectors look there for what they have left.
        journal.open().await?;
        let Self { servo, optimizer, watch, .. } = self;
        watch.moment(servo.name(), Moment::Starts { servo, optimizer });
        let outcome = match Box::pin(restart::start(servo, &self.stop)).await {
            Ok(true) => self.work().await,
            Ok(false) => Ok(Outcome::Interrupted),
            Err(error) => {
                journal.close().await;
                return Err(error);
            }
        };
        let reason = self.stop.reason().unwrap_or_else(|| "shutdown".to_owned());
        // Connectors that could not begin again have ended already.
        if self.servo.is_running()
            && let Err(error) = Box::pin(self.servo.shutdown(&reason)).await
        {
            tracing::warn!("while shutting down: {}", error.chain());
        }
        if let Err(error) = self.optimizer.goodbye(&reason).await {
            tracing::warn!("goodbye: {}", error.chain());
        }
        journal.close().await;
        outcome
    }

    /// Puts right what was left, does what the optimizer says, and leaves nothing behind.
    async fn work(&self) -> Result<Outcome> {
        let journal = self.servo.bus().host().journal();
        self.safety.gate.remember(&journal.ledger().recent, Timestamp::now());
        if !Box::pin(recovery::recover(self)).await? {
            return Ok(Outcome::Interrupted);
        }
        let written = journal.ledger().trip.map(|trip| trip.reason);
        if let Some(reason) = written.or_else(|| self.safety.trip.get().cloned())
            && self.optimizer.makes_trials()
        {
            return Err(permit::broken(&reason));
        }
        let (mut outcome, is_parting) = Conversation::new(self).hold().await;
        if !is_parting && self.servo.is_running() {
            let left = Box::pin(recovery::leave(self)).await;
            // Whatever else went wrong is what the servo ends with.
            outcome = match (outcome, left) {
                (Err(error), Err(left)) => {
                    tracing::error!("{}; {}", left.chain(), left.help().unwrap_or_default());
                    Err(error)
                }
                (outcome, left) => outcome.and_then(|outcome| left.map(|()| outcome)),
            };
        }
        if let (Some(reason), None) = (self.safety.trip.get(), journal.ledger().trip)
            && let Err(error) = journal.write(Entry::Tripped { reason: reason.clone() }).await
        {
            tracing::error!("that the circuit broke is not written down: {}", error.chain());
        }
        outcome
    }
}
