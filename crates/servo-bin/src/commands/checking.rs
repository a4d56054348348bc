//! Running the checks of servos, for `servo check` and for `servo run --check`.

mod follow;
mod wanted;

use std::process::ExitCode;
use std::sync::Arc;

use futures::{StreamExt as _, stream};
use servo_core::check::Readiness;
use servo_core::event::Scope;
use servo_runtime::assembly::Assembled;
use servo_runtime::checks::Checkup;
use servo_runtime::config::Source;

use self::follow::{Follower, Live};
pub(super) use self::wanted::Wanted;
use super::operation;
use crate::failure::Failure;
use crate::output::Look;
use crate::output::checks::Examined;
use crate::output::progress::Display;

/// How many servos are checked at the same time.
const SIDE_BY_SIDE: usize = 16;

/// Runs the checks of servos side by side, and returns what was found in the servos' order.
///
/// # Errors
///
/// Usage: a servo has no such connector, or nothing chooses checks. And what keeps a servo's connectors from being
/// attached, or was interrupted.
pub(super) async fn all(
    source: &Source,
    servos: &[&Assembled],
    wanted: &Wanted,
    look: &Look,
) -> Result<Vec<Examined>, Failure> {
    let display = Arc::new(Display::new(look.screen.clone()));
    let names = servos.len() > 1;
    let each = servos.iter().map(|servo| one(source, servo, wanted, &display, names));
    let results: Vec<Result<Examined, Failure>> = stream::iter(each).buffered(SIDE_BY_SIDE).collect().await;
    display.clear();
    let examined: Vec<Examined> = results.into_iter().collect::<Result<_, _>>()?;
    let is_empty = |it: &Examined| it.readiness.results.iter().all(|part| part.checks.is_empty());
    // Nothing that was asked for went well.
    if !examined.is_empty() && examined.iter().all(is_empty) {
        let help = "`servo check --verbose` shows the names, ids and tags of all checks";
        return Err(Failure::usage("no check is chosen by that").with_help(help));
    }
    Ok(examined)
}

async fn one(
    source: &Source,
    servo: &Assembled,
    wanted: &Wanted,
    display: &Arc<Display>,
    names: bool,
) -> Result<Examined, Failure> {
    let plan = wanted.of(servo)?;
    let live = Arc::new(Live::new(Arc::clone(display), names));
    let mut follower = Follower::new(&plan, names);
    // A connector that is not there is a wrong use, whoever named it.
    let nowhere = Scope::detached();
    Checkup::new(servo, &nowhere, plan.checking.clone()).restricted_to(&plan.connectors).map_err(
        |error| {
            let failure = Failure::usage(error.message());
            match error.help() {
                Some(help) => failure.with_help(help),
                None => failure,
            }
        },
    )?;
    let readiness: Readiness =
        operation::despite(source, servo, Some(display), |_, scope, attached| async move {
            let mut checking = plan.checking.clone();
            checking.reporter = Some(live);
            let checkup = Checkup::new(servo, &scope, checking).attached(attached);
            let mut checkup = checkup.restricted_to(&plan.connectors)?;
            plan.progression.run(servo.name(), &scope.token, &mut checkup, &mut follower).await
        })
        .await?;
    Ok(Examined { servo: servo.name().to_owned(), readiness })
}

/// Gives the exit code: 1 where a servo is not ready.
pub(super) fn code(examined: &[Examined]) -> ExitCode {
    if examined.iter().all(|it| it.readiness.ready) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
