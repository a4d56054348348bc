//! `servo promote`: gives the application what the last study of its servo found. From then on it is the baseline.

use std::process::ExitCode;

use servo_core::Error;
use servo_core::event::standard::Adjusting;
use servo_core::journal::{self, Purpose, Values};
use servo_core::model::{Adjustment, Control, Description, Value};
use servo_core::safety::Restore;
use servo_optimizer::report::{self as study, Report};
use servo_runtime::assembly::Assembled;
use servo_runtime::{change, operation as bus_operation};

use super::adjust::{self, Change};
use super::{assemble, operation};
use crate::cli::{Globals, Promote};
use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::{self, Look, setting};

/// Promotes the winner of the last study of one servo.
pub(super) async fn run(globals: &Globals, arguments: &Promote, look: &Look) -> Result<ExitCode, Failure> {
    let (source, servo) = operation::single(assemble(globals)?)?;
    let winner = winner(&servo).await?;
    let display = Display::new(look.screen.clone());
    let undoes = servo.safety().restore != Restore::Never;
    let work = operation::on(&source, &servo, Some(&display), |bus, scope| async move {
        if undoes {
            adjust::put_right(&bus, &scope).await?;
        }
        let before = bus_operation::describe(&bus, &scope, Control::default()).await?;
        let is_at = Standing::of(&winner, &before);
        if let (Standing::Elsewhere(found), false) = (&is_at, arguments.force) {
            return Err(changed(&winner, found));
        }
        let adjustments = journal::adjustments(&winner.after);
        if arguments.dry_run {
            return Ok((before, None, adjustments));
        }
        let control = Control { settlement: Some(arguments.settlement), ..Control::default() };
        let adjusting = Adjusting { adjustments: adjustments.clone(), control };
        match change::make(&bus, &scope, Purpose::Promotion, adjusting).await {
            Ok(_) => {
                let after = bus_operation::describe(&bus, &scope, Control::default()).await?;
                Ok((before, Some(after), adjustments))
            }
            Err(error) => {
                if undoes {
                    adjust::take_back(&bus).await;
                }
                Err(error)
            }
        }
    });
    let (before, after, adjustments) = operation::journaled(&source, &servo, work).await?;
    let changes: Vec<Change> = match &after {
        Some(after) => made(&adjustments, &before, after),
        None => adjustments.iter().map(|it| foreseen(it, &before)).collect(),
    };
    output::result(&adjust::shown(&changes, arguments.form.format)?, &arguments.form)?;
    Ok(ExitCode::SUCCESS)
}

/// What a study found, as far as it differs from what there was before.
struct Winner {
    before: Values,
    after: Values,
}

/// Reads what the last study found.
///
/// # Errors
///
/// Class failed: there is none, it has not ended, or it found nothing better.
async fn winner(servo: &Assembled) -> Result<Winner, Failure> {
    let name = servo.name();
    if servo.is_remote() {
        let message = format!("the optimizer of '{name}' is elsewhere, and keeps its own history");
        return Err(Error::failed(message).with_help("let it promote, or use `servo adjust`").into());
    }
    let Some(report) = study::read(servo.state_dir(), name).await? else {
        let message = format!("'{name}' has studied nothing yet");
        return Err(Error::failed(message).with_help("`servo run` makes a study").into());
    };
    of(&report).map_err(Into::into)
}

fn of(report: &Report) -> servo_core::Result<Winner> {
    let name = &report.name;
    if report.outcome == "running" {
        let message = format!("the study of '{name}' has not ended");
        return Err(Error::failed(message).with_help("let `servo run` end it first"));
    }
    let Some(best) = &report.best else {
        let message = format!("the last study of '{name}' found nothing better than what there was");
        return Err(Error::failed(message).with_help("see `servo report`"));
    };
    let differs = |(name, value): &(&String, &Value)| report.baseline.settings.get(*name) != Some(*value);
    let after: Values = best.settings.iter().filter(differs).map(|(k, v)| (k.clone(), v.clone())).collect();
    let before = report.baseline.settings.iter().filter(|(name, _)| after.contains_key(*name));
    Ok(Winner { before: before.map(|(k, v)| (k.clone(), v.clone())).collect(), after })
}

/// Where an application is.
enum Standing {
    /// Where the study found it, or where its winner is.
    Known,
    /// Somebody has set these since.
    Elsewhere(Values),
}

impl Standing {
    fn of(winner: &Winner, described: &Description) -> Self {
        let now: Values = journal::values(&described.values());
        let other = now.into_iter().filter(|(name, value)| {
            winner.after.get(name).is_some_and(|after| after != value)
                && winner.before.get(name).is_some_and(|before| before != value)
        });
        let other: Values = other.collect();
        if other.is_empty() { Self::Known } else { Self::Elsewhere(other) }
    }
}

/// Says what has changed since the study.
fn changed(winner: &Winner, found: &Values) -> Error {
    let before: Values = winner
        .before
        .iter()
        .filter(|(name, _)| found.contains_key(*name))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let message = format!(
        "the application has {} by now, where the study began with {}: what it found was compared with that",
        setting::values(found),
        setting::values(&before)
    );
    Error::failed(message).with_help("make another study with `servo run --new-study`, or add --force")
}

/// Shows what has changed: what was asked for, and what that a tuning instance stands beside has of it.
fn made(asked: &[Adjustment], before: &Description, after: &Description) -> Vec<Change> {
    let is_asked = |it: &&Adjustment| {
        asked.iter().any(|asked| (&asked.component, &asked.setting) == (&it.component, &it.setting))
    };
    let values = after.values();
    let changes = values.iter().map(|it| (is_asked(&it), adjust::change(it, before, after)));
    changes.filter(|(is_asked, it)| *is_asked || it.before != it.after).map(|(_, it)| it).collect()
}

/// Shows a change that was not made.
fn foreseen(adjustment: &Adjustment, before: &Description) -> Change {
    let shown = adjust::change(adjustment, before, before);
    let setting = before.setting(&adjustment.component, &adjustment.setting);
    let after = setting.and_then(|setting| setting.observe(adjustment.value.clone()).0.human());
    Change { after: after.unwrap_or_else(|| adjustment.value.to_string()), ..shown }
}

#[cfg(test)]
mod tests;
