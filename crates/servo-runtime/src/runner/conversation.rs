//! What a servo and its optimizer say to each other, from hello to the last command.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use servo_core::journal::{Entry, Purpose};
use servo_core::optimizer::{Command, Hello, Operation, Outcome, Reply, Report};
use servo_core::{Error, Result};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::forward::Interruption;
use super::permit::Permit;
use super::watch::Moment;
use super::{AGENT, Runner, command, permit, presence, recovery, restart};

/// The conversation of one servo.
pub(super) struct Conversation<'a> {
    runner: &'a Runner,
    /// Whether the optimizer was asked to wind up, which happens once.
    is_winding_up: bool,
    /// Whether restoring was asked for and given up waiting for, since the servo ends.
    is_parting: bool,
    /// When the trial that is in force was begun, and how long the longest one took.
    trial: Option<Instant>,
    trial_takes: Duration,
}

/// Whether it is an operation's turn.
enum Chance {
    /// It is, for this purpose, and as long as the permit lasts; a servo that ends needs none.
    Now(Box<Operation>, Purpose, Option<OwnedSemaphorePermit>),
    /// It may not be carried out.
    Refused(Error),
    /// The servo was asked to end before.
    Stopped,
}

/// What one command came to.
enum Turn {
    /// It is over.
    Done,
    /// The optimizer gave it up.
    Abandoned,
    /// The optimizer stayed away for so long that its changes were taken back.
    Lost,
    /// Nothing is left to do.
    Finished(Outcome),
}

impl<'a> Conversation<'a> {
    pub(super) fn new(runner: &'a Runner) -> Self {
        let (is_winding_up, is_parting, trial, trial_takes) = (false, false, None, Duration::ZERO);
        Self { runner, is_winding_up, is_parting, trial, trial_takes }
    }

    /// Goes on until the optimizer has nothing left to ask, or has wound up after a stop or an error. Says, too, whether
    /// restoring was asked for and not waited for.
    pub(super) async fn hold(mut self) -> (Result<Outcome>, bool) {
        let outcome = self.converse().await;
        (outcome, self.is_parting)
    }

    async fn converse(&mut self) -> Result<Outcome> {
        if !self.greet().await? {
            return Ok(Outcome::Interrupted);
        }
        let mut failure: Option<Error> = None;
        loop {
            if !self.is_winding_up
                && let Some(reason) = self.runner.stop.reason()
            {
                self.wind_up(&reason).await;
            }
            let was_winding_up = self.is_winding_up;
            match self.turn().await {
                Ok(Turn::Done) => {}
                Ok(Turn::Abandoned) => {
                    // On the heap, as all that is rare: a servo that sleeps should not hold room for it.
                    if !Box::pin(self.begin_again()).await? {
                        return Ok(Outcome::Interrupted);
                    }
                }
                Ok(Turn::Lost) => {
                    if !self.greet().await? {
                        return Ok(Outcome::Interrupted);
                    }
                }
                Ok(Turn::Finished(outcome)) => return failure.map_or(Ok(outcome), Err),
                Err(error) if was_winding_up => {
                    tracing::error!("while winding up: {}", error.chain());
                    return Err(failure.unwrap_or(error));
                }
                Err(error) => {
                    tracing::debug!("winding up after: {}", error.chain());
                    failure = Some(error);
                    if !self.is_winding_up {
                        self.wind_up("error").await;
                    }
                }
            }
        }
    }

    /// Says hello, for as long as the optimizer takes. Returns false where a stop came first.
    async fn greet(&self) -> Result<bool> {
        let telemetry = self.runner.servo.bus().host().telemetry().snapshot();
        let Runner { optimizer, stop, servo, watch, .. } = self.runner;
        let hello = optimizer.hello(Hello { agent: AGENT.to_owned(), telemetry });
        let mut hello = pin!(hello);
        loop {
            match stop.or(presence::or_lost(self.runner, &mut hello)).await {
                None => return Ok(false),
                Some(Some(greeted)) => {
                    greeted?;
                    watch.moment(servo.name(), Moment::Greeted);
                    return Ok(true);
                }
                // It was lost, and nothing of it is in force any more.
                Some(None) => {}
            }
        }
    }

    /// Starts the connectors again, and says hello again. Returns false where a stop came first.
    async fn begin_again(&self) -> Result<bool> {
        tracing::info!("beginning again with the optimizer");
        Ok(restart::restart(&self.runner.servo, &self.runner.stop).await && self.greet().await?)
    }

    async fn wind_up(&mut self, reason: &str) {
        self.is_winding_up = true;
        self.runner.optimizer.stop(reason).await;
    }

    /// Waits for something, or for a stop unless it is winding up already. Returns `None` after a stop.
    async fn or_stop<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        if self.is_winding_up { Some(work.await) } else { self.runner.stop.or(work).await }
    }

    /// Asks for one command and carries it out.
    async fn turn(&mut self) -> Result<Turn> {
        let next = presence::or_lost(self.runner, self.runner.optimizer.next());
        let Some(command) = self.or_stop(next).await else { return Ok(Turn::Done) };
        let Some(command) = command else { return Ok(Turn::Lost) };
        let Command { uid, operation } = command?;
        match operation {
            Operation::Finish(outcome) => Ok(Turn::Finished(outcome)),
            ref sleep @ Operation::Sleep { duration, ref reason } => {
                tracing::info!("sleeping for {duration} ({reason})");
                let Runner { servo, watch, .. } = self.runner;
                watch.moment(servo.name(), Moment::Begins { operation: sleep });
                self.or_stop(tokio::time::sleep(duration.as_std())).await;
                Ok(Turn::Done)
            }
            Operation::Trip { reason } => {
                self.trip(reason).await;
                Ok(Turn::Done)
            }
            operation => Box::pin(self.carry_out(uid, operation)).await,
        }
    }

    /// Writes down that the circuit is broken. Where that fails, this process knows it all the same, and tries again at
    /// its end.
    async fn trip(&self, reason: String) {
        tracing::error!("the circuit breaks: {reason}; no more changes until `servo reset`");
        let reason = self.runner.safety.trip.get_or_init(|| reason).clone();
        let journal = self.runner.servo.bus().host().journal();
        if let Err(error) = journal.write(Entry::Tripped { reason }).await {
            tracing::error!("that is not written down yet: {}", error.chain());
        }
    }

    async fn carry_out(&mut self, uid: Option<String>, operation: Operation) -> Result<Turn> {
        let Runner { servo, stop, watch, .. } = self.runner;
        let name = operation.name();
        let is_change = matches!(operation, Operation::Adjust(_) | Operation::Promote(_));
        if is_change {
            self.trial_takes =
                self.trial.take().map_or(self.trial_takes, |it| self.trial_takes.max(it.elapsed()));
        }
        let (operation, purpose, permit) = match self.turn_for(operation).await? {
            Chance::Now(operation, purpose, permit) => (*operation, purpose, permit),
            Chance::Refused(refused) => {
                tracing::warn!(operation = name, "{}", refused.chain());
                self.tell(name, command::report(uid, &Err(refused))).await?;
                return Ok(Turn::Done);
            }
            Chance::Stopped => return Ok(Turn::Done),
        };
        if is_change && purpose == Purpose::Trial {
            self.trial = Some(Instant::now());
        }
        watch.moment(servo.name(), Moment::Begins { operation: &operation });
        let began = Instant::now();
        let heeded = (!self.is_winding_up).then_some(stop);
        let executing = command::execute(self.runner, uid.as_deref(), operation, purpose, heeded);
        let (result, interruption) = if self.is_winding_up {
            let Some(executed) = recovery::within_grace(stop, executing).await else {
                recovery::unverified();
                self.is_parting = true;
                return Ok(Turn::Finished(Outcome::Interrupted));
            };
            executed
        } else {
            executing.await
        };
        if is_change && result.is_err() && !self.runner.optimizer.makes_trials() && stop.reason().is_none() {
            recovery::undo_failed(self.runner).await;
        }
        // Telling the optimizer may take long, and other servos wait for their turn.
        drop(permit);
        if let Err(error) = &result {
            tracing::debug!(operation = name, "{}", error.chain());
        }
        watch.moment(
            servo.name(),
            Moment::Ended { operation: name, result: result.as_ref(), took: began.elapsed() },
        );
        if let (Some(Interruption::Stopped), Err(_), Some(reason)) = (&interruption, &result, stop.reason()) {
            // First, so that an optimizer that takes leave need not be told what was cancelled by that.
            self.wind_up(&reason).await;
        }
        let is_abandoned =
            matches!(interruption, Some(Interruption::Cancelled(_) | Interruption::Unexpected(_)));
        if !matches!(interruption, Some(Interruption::Unexpected(_))) {
            self.tell(name, command::report(uid, &result)).await?;
        }
        // A servo that is about to end begins nothing again.
        let goes_on = !self.is_winding_up && stop.reason().is_none();
        Ok(if is_abandoned && goes_on { Turn::Abandoned } else { Turn::Done })
    }

    /// Waits until an operation may be carried out, and until it is this servo's turn.
    async fn turn_for(&self, mut operation: Operation) -> Result<Chance> {
        let Runner { stop, limit, .. } = self.runner;
        loop {
            let asked = permit::ask(self.runner, operation, self.trial_takes, self.is_winding_up).await;
            let (granted, purpose) = match asked {
                Permit::Granted(operation, purpose) => (operation, purpose),
                Permit::Stopped => return Ok(Chance::Stopped),
                Permit::Refused(error) => return Ok(Chance::Refused(error)),
            };
            if stop.reason().is_some() && self.is_winding_up {
                // There is no time to wait for others: all of them are on their way back.
                let permit = Arc::clone(limit).try_acquire_owned().ok();
                return Ok(Chance::Now(Box::new(granted), purpose, permit));
            }
            let Some(permit) = self.or_stop(Arc::clone(limit).acquire_owned()).await else {
                return Ok(Chance::Stopped);
            };
            let permit = permit.map_err(|_| Error::internal("the limit of operations was closed"))?;
            let is_change = matches!(granted, Operation::Adjust(_) | Operation::Promote(_));
            if !is_change || self.is_winding_up || permit::is_still_granted(self.runner, purpose) {
                return Ok(Chance::Now(Box::new(granted), purpose, Some(permit)));
            }
            // Its window has closed while others had their turns.
            operation = granted;
        }
    }

    /// Tells the optimizer what came of a command. A stop meanwhile is told beside that, so that it need not wait for
    /// an optimizer that is slow to listen.
    async fn tell(&mut self, operation: &'static str, report: Report) -> Result<()> {
        let Runner { servo, stop, optimizer, .. } = self.runner;
        let mut telling = pin!(optimizer.report(report));
        let told = self.or_stop(&mut telling).await;
        let reply = match (told, stop.reason()) {
            (Some(reply), _) => reply,
            (None, reason) => {
                let reason = reason.unwrap_or_default();
                // Both at once: the one may hold what the other waits for.
                tokio::join!(telling, self.wind_up(&reason)).0
            }
        };
        match reply? {
            Reply::Ok => {}
            Reply::Cancel(reason) | Reply::Unexpected(reason) => {
                tracing::warn!(servo = servo.name(), operation, "the optimizer replied: {reason}");
            }
        }
        Ok(())
    }
}
