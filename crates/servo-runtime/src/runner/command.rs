//! Carries out one command on the bus, and joins what several connectors answered.

use servo_core::event::standard::{Adjust, Adjusting, Describe, Measure, Measuring, Promote};
use servo_core::event::{Bus, Event, Scope};
use servo_core::model::{Control, Description, Measurement};
use servo_core::optimizer::{Answer, Failure, Operation, Report};
use servo_core::{Error, Result, progress};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use super::fleet::Stop;
use super::{Runner, forward};

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
    Report { uid, result: result.as_ref().map(Clone::clone).map_err(Failure::from) }
}

async fn perform(bus: Arc<Bus>, scope: Scope, operation: Operation) -> Result<Answer> {
    match operation {
        Operation::Describe(control) => describe(&bus, &scope, control).await.map(Answer::Described),
        Operation::Measure(measuring) => measure(&bus, &scope, measuring).await.map(Answer::Measured),
        Operation::Adjust(adjusting) => adjust(&bus, &scope, adjusting).await.map(Answer::Adjusted),
        Operation::Promote(adjusting) => {
            let state = adjust(&bus, &scope, adjusting.clone()).await?;
            answers::<Promote>(&bus, &scope, adjusting).await?;
            Ok(Answer::Adjusted(state))
        }
        Operation::Sleep { .. } | Operation::Finish(_) => {
            Err(Error::internal(format!("`{}` is no operation of connectors", operation.name())))
        }
    }
}

/// Asks all connectors to describe the application.
///
/// # Errors
///
/// The failures of connectors, or two that describe the same setting.
pub async fn describe(bus: &Arc<Bus>, scope: &Scope, control: Control) -> Result<Description> {
    merged(answers::<Describe>(bus, scope, control).await?)
}

/// Asks all connectors to measure.
///
/// # Errors
///
/// The failures of connectors, or readings that do not go together.
pub async fn measure(bus: &Arc<Bus>, scope: &Scope, measuring: Measuring) -> Result<Measurement> {
    let mut whole = Measurement::default();
    for (_, part) in answers::<Measure>(bus, scope, measuring).await? {
        whole = whole.merge(part).map_err(|error| Error::failed("cannot join measurements").with_source(error))?;
    }
    Ok(whole)
}

/// Asks all connectors to change settings, and verifies that each setting is somebody's.
///
/// # Errors
///
/// The failures of connectors; a setting that no connector has.
pub async fn adjust(bus: &Arc<Bus>, scope: &Scope, adjusting: Adjusting) -> Result<Description> {
    let wanted = adjusting.adjustments.clone();
    let state = merged(answers::<Adjust>(bus, scope, adjusting).await?)?;
    let orphan = wanted.iter().find(|a| state.setting(&a.component, &a.setting).is_none());
    match orphan {
        None => Ok(state),
        Some(adjustment) => Err(Error::failed(format!(
            "adjustment failed: no connector handled `{adjustment}`: none describes a setting `{}.{}`",
            adjustment.component, adjustment.setting
        ))),
    }
}

async fn answers<E: Event>(bus: &Arc<Bus>, scope: &Scope, input: E::Input) -> Result<Vec<(Arc<str>, E::Output)>> {
    bus.dispatch::<E>(scope, input).keep_errors().await?.answers()
}

fn merged(parts: Vec<(Arc<str>, Description)>) -> Result<Description> {
    let mut whole = Description::default();
    for (connector, part) in parts {
        whole = whole.merge(part).map_err(|error| {
            Error::configuration("cannot join descriptions").with_source(error).in_connector(&connector)
        })?;
    }
    Ok(whole)
}
