//! Carries out one command of the optimizer on the bus.

use std::sync::Arc;

use servo_core::event::{Bus, Scope};
use servo_core::optimizer::{Answer, Failure, Operation, Report};
use servo_core::{Error, Result, progress};
use tokio_util::sync::CancellationToken;

use super::fleet::Stop;
use super::{Runner, forward};
use crate::operation;

/// Carries out an operation while its progress is told to the optimizer and shown. The token ends it:
/// the optimizer's wish or `stop` cancel it.
pub(super) async fn execute(
    runner: &Runner,
    uid: Option<String>,
    operation: Operation,
    token: &CancellationToken,
    stop: Option<&Stop>,
) -> Result<Answer> {
    let (sink, reports) = progress::channel();
    let scope = Scope { token: token.clone(), progress: sink, command_uid: uid.clone() };
    let bus = Arc::clone(runner.servo.bus());
    let name = operation.name();
    let work = perform(bus, scope, operation);
    forward::beside(runner, work, reports, uid.as_deref(), name, token, stop).await
}

/// Puts the result of a command into the form that optimizers are told.
pub(super) fn report(uid: Option<String>, result: &Result<Answer>) -> Report {
    let result = match result {
        Ok(answer) => Ok(answer.clone()),
        Err(error) => Err(Failure::from(error)),
    };
    Report { uid, result }
}

async fn perform(bus: Arc<Bus>, scope: Scope, operation: Operation) -> Result<Answer> {
    match operation {
        Operation::Describe(control) => {
            operation::describe(&bus, &scope, control).await.map(Answer::Described)
        }
        Operation::Measure(measuring) => {
            operation::measure(&bus, &scope, measuring).await.map(Answer::Measured)
        }
        Operation::Adjust(adjusting) => {
            operation::adjust(&bus, &scope, adjusting).await.map(Answer::Adjusted)
        }
        Operation::Promote(adjusting) => {
            operation::promote(&bus, &scope, adjusting).await.map(Answer::Adjusted)
        }
        Operation::Sleep { .. } | Operation::Finish(_) => {
            Err(Error::internal(format!("`{}` is no operation of connectors", operation.name())))
        }
    }
}
