//! Carries out one command of the optimizer on the bus.

use std::sync::Arc;

use servo_core::event::{Bus, Scope};
use servo_core::journal::Purpose;
use servo_core::optimizer::{Answer, Failure, Operation, Report};
use servo_core::{Error, Result, progress};
use tokio_util::sync::CancellationToken;

use super::Runner;
use super::forward::{self, Interruption};
use super::signal::Stop;
use crate::{change, operation};

/// What a command that has no reason of its own for that is cancelled with (specification, section 3.10).
const CANCELLED: &str = "Command cancelled";

/// Carries out an operation while its progress is told to the optimizer and shown. The optimizer or `stop` may end it
/// early, which is told beside the result.
pub(super) async fn execute(
    runner: &Runner,
    uid: Option<&str>,
    operation: Operation,
    purpose: Purpose,
    stop: Option<&Stop>,
) -> (Result<Answer>, Option<Interruption>) {
    let token = CancellationToken::new();
    let (sink, reports) = progress::channel();
    let scope = Scope { token: token.clone(), progress: sink, command_uid: uid.map(str::to_owned) };
    let bus = Arc::clone(runner.servo.bus());
    let name = operation.name();
    let work = perform(bus, scope, operation, purpose);
    let (result, interruption) = forward::beside(runner, work, reports, uid, name, &token, stop).await;
    let abandoned = match &interruption {
        None | Some(Interruption::Stopped) => return (result, interruption),
        Some(Interruption::Cancelled(reason)) if reason.is_empty() => CANCELLED.to_owned(),
        Some(Interruption::Cancelled(reason)) => reason.clone(),
        Some(Interruption::Unexpected(reason)) => format!("the optimizer gave the command up: {reason}"),
    };
    if let Err(error) = &result {
        tracing::debug!(operation = name, "ended with: {}", error.chain());
    }
    // An optimizer that has given a command up is told just that, whatever became of it.
    (Err(Error::cancelled(abandoned)), interruption)
}

/// Puts the result of a command into the form that optimizers are told.
pub(super) fn report(uid: Option<String>, result: &Result<Answer>) -> Report {
    let result = match result {
        Ok(answer) => Ok(answer.clone()),
        Err(error) => Err(Failure::from(error)),
    };
    Report { uid, result }
}

async fn perform(bus: Arc<Bus>, scope: Scope, operation: Operation, purpose: Purpose) -> Result<Answer> {
    match operation {
        Operation::Describe(control) => {
            operation::describe(&bus, &scope, control).await.map(Answer::Described)
        }
        Operation::Measure(measuring) => {
            operation::measure(&bus, &scope, measuring).await.map(Answer::Measured)
        }
        Operation::Adjust(adjusting) | Operation::Promote(adjusting) => {
            change::make(&bus, &scope, purpose, adjusting).await.map(Answer::Adjusted)
        }
        Operation::Sleep { .. } | Operation::Trip { .. } | Operation::Finish(_) => {
            Err(Error::internal(format!("`{}` is no operation of connectors", operation.name())))
        }
    }
}
