//! The loop of one servo: ask the optimizer, do what it says, tell it what came of it.

mod command;
mod fleet;
mod forward;
mod watch;

use std::sync::Arc;

use servo_core::optimizer::{Command, Hello, Operation, Optimizer, Outcome, Reply};
use servo_core::servo::Servo;
use servo_core::{Error, Result};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub use fleet::{Ended, Fleet, Stop};
pub use watch::{Moment, Silent, Watch};

/// The name and version that this agent gives itself.
pub const AGENT: &str = concat!("servo v", env!("CARGO_PKG_VERSION"));

/// What runs one servo against one optimizer until that has nothing left to ask.
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
}

impl Runner {
    /// Runs until the optimizer has nothing left to ask, or until it has wound up after a stop.
    ///
    /// An error of the optimizer does not end the loop at once: the optimizer is first asked to wind
    /// up, so that the application is left as it was found.
    ///
    /// # Errors
    ///
    /// What connectors could not start with, or the optimizer could not go on after.
    pub async fn run(self) -> Result<Outcome> {
        self.servo.attach().await?;
        if let Err(error) = self.servo.startup().await {
            self.servo.detach().await?;
            return Err(error);
        }
        let outcome = self.converse().await;
        let reason = self.stop.reason().unwrap_or_else(|| "shutdown".to_owned());
        if let Err(error) = self.servo.shutdown(&reason).await {
            tracing::warn!("while shutting down: {}", error.chain());
        }
        if let Err(error) = self.optimizer.goodbye(&reason).await {
            tracing::warn!("goodbye: {}", error.chain());
        }
        outcome
    }

    async fn converse(&self) -> Result<Outcome> {
        let telemetry = self.servo.bus().host().telemetry().snapshot();
        self.optimizer.hello(Hello { agent: AGENT.to_owned(), telemetry }).await?;
        let mut winding_up = false;
        let mut failure: Option<Error> = None;
        loop {
            if !winding_up && let Some(reason) = self.stop.reason() {
                winding_up = true;
                self.optimizer.stop(&reason).await;
            }
            let step = self.step(winding_up).await;
            match step {
                Ok(None) => {}
                Ok(Some(outcome)) => return failure.map_or(Ok(outcome), Err),
                Err(error) if winding_up => {
                    tracing::error!("while winding up: {}", error.chain());
                    return Err(failure.unwrap_or(error));
                }
                Err(error) => {
                    tracing::debug!("winding up after: {}", error.chain());
                    failure = Some(error);
                    winding_up = true;
                    self.optimizer.stop("error").await;
                }
            }
        }
    }

    /// Asks for one command and carries it out. Returns the outcome when nothing is left to do.
    async fn step(&self, winding_up: bool) -> Result<Option<Outcome>> {
        let command = tokio::select! {
            biased;
            command = self.optimizer.next() => command?,
            () = self.stop.requested(), if !winding_up => return Ok(None),
        };
        let Command { uid, operation } = command;
        match operation {
            Operation::Finish(outcome) => return Ok(Some(outcome)),
            Operation::Sleep { duration, reason } => {
                tracing::info!("sleeping for {duration} ({reason})");
                tokio::select! {
                    () = tokio::time::sleep(duration.as_std()) => {}
                    () = self.stop.requested(), if !winding_up => {}
                }
            }
            operation => self.carry_out(uid, operation, winding_up).await?,
        }
        Ok(None)
    }

    async fn carry_out(&self, uid: Option<String>, operation: Operation, winding_up: bool) -> Result<()> {
        let name = operation.name();
        let _permit = tokio::select! {
            permit = Arc::clone(&self.limit).acquire_owned() => {
                permit.map_err(|_| Error::internal("the limit of operations was closed"))?
            }
            () = self.stop.requested(), if !winding_up => return Ok(()),
        };
        self.watch.moment(self.servo.name(), Moment::Begins { operation: &operation });
        let began = Instant::now();
        let token = CancellationToken::new();
        let stop = (!winding_up).then_some(&self.stop);
        let result = command::execute(self, uid.clone(), operation, &token, stop).await;
        if let Err(error) = &result {
            tracing::debug!(operation = name, "{}", error.chain());
        }
        self.watch.moment(
            self.servo.name(),
            Moment::Ended { operation: name, result: result.as_ref(), took: began.elapsed() },
        );
        let report = command::report(uid, &result);
        match self.optimizer.report(report).await? {
            Reply::Ok => {}
            Reply::Cancel(reason) | Reply::Unexpected(reason) => {
                tracing::warn!(
                    servo = self.servo.name(),
                    operation = name,
                    "the optimizer replied: {reason}"
                );
            }
        }
        Ok(())
    }
}
