//! `servo adjust`: changes settings by hand, and shows them before and after. What was confirmed is the new baseline.

use std::process::ExitCode;
use std::sync::Arc;

use serde::Serialize;
use servo_core::event::standard::{Adjust as AdjustEvent, Adjusting};
use servo_core::event::{Bus, Scope};
use servo_core::journal::Purpose;
use servo_core::model::{Adjustment, Control, Description, Setting, Value};
use servo_core::safety::Restore;
use servo_core::{Error, Result};
use servo_runtime::{change, operation as bus_operation};

use super::{assemble, operation};
use crate::cli::{Adjust, Format, Globals};
use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::{self, Look, json, setting, table};

/// One changed setting.
#[derive(Serialize)]
pub(super) struct Change {
    pub(super) setting: String,
    pub(super) before: String,
    pub(super) after: String,
}

/// Adjusts the application of one servo.
pub(super) async fn run(globals: &Globals, arguments: &Adjust, look: &Look) -> Result<ExitCode, Failure> {
    let written: Vec<Adjustment> = arguments
        .settings
        .iter()
        .map(|text| text.parse::<Adjustment>().map_err(|error| Failure::usage(error.to_string())))
        .collect::<Result<_, Failure>>()?;
    for (at, one) in written.iter().enumerate() {
        let is_same = |other: &&Adjustment| other.component == one.component && other.setting == one.setting;
        if written.iter().take(at).find(is_same).is_some() {
            let name = format!("{}.{}", one.component, one.setting);
            return Err(Failure::usage(format!("`{name}` is given twice")).with_help("keep one of them"));
        }
    }
    let (source, servo) = operation::single(assemble(globals)?)?;
    let display = Display::new(look.screen.clone());
    let undoes = servo.safety().restore != Restore::Never;
    let work = operation::on(&source, &servo, Some(&display), |bus, scope| async move {
        if !bus.answers::<AdjustEvent>() {
            return Err(Error::failed("adjustment failed: no connector handled the request"));
        }
        if undoes {
            put_right(&bus, &scope).await?;
        }
        let before = bus_operation::describe(&bus, &scope, Control::default()).await?;
        let adjustments = match written.iter().map(|a| typed(a, &before)).collect::<Result<Vec<_>, _>>() {
            Ok(adjustments) => adjustments,
            Err(usage) => return Ok(Err(usage)),
        };
        let control = Control { settlement: Some(arguments.settlement), ..Control::default() };
        let adjusting = Adjusting { adjustments: adjustments.clone(), control };
        match change::make(&bus, &scope, Purpose::Operator, adjusting).await {
            Ok(after) => Ok(Ok((before, after, adjustments))),
            Err(error) => {
                if undoes {
                    take_back(&bus).await;
                }
                Err(error)
            }
        }
    });
    let (before, after, adjustments) = operation::journaled(&source, &servo, work).await??;
    let changes: Vec<Change> = adjustments.iter().map(|a| change(a, &before, &after)).collect();
    output::result(&shown(&changes, arguments.form.format)?, &arguments.form)?;
    Ok(ExitCode::SUCCESS)
}

/// Shows what was changed.
pub(super) fn shown(changes: &[Change], format: Format) -> Result<String, Failure> {
    match format {
        Format::Json => json::render(&changes),
        Format::Table => {
            let cells =
                |change: &Change| [change.setting.clone(), change.before.clone(), change.after.clone()];
            let rows: Vec<_> = changes.iter().map(cells).collect();
            Ok(table::render(["SETTING", "BEFORE", "AFTER"], &rows))
        }
    }
}

/// Undoes what an earlier process has left in force, which must not become part of a new baseline.
pub(super) async fn put_right(bus: &Arc<Bus>, scope: &Scope) -> Result<()> {
    if let Some(survey) = change::undo(bus, scope).await?
        && !survey.back.is_empty()
    {
        let back = setting::values(&survey.back);
        tracing::warn!("what was left by a servo that did not end well is undone first: {back}");
    }
    Ok(())
}

/// Brings back what there was before a change that failed, unless that is interrupted, too.
pub(super) async fn take_back(bus: &Arc<Bus>) {
    let scope = Scope::detached();
    let undone = tokio::select! {
        undone = change::undo(bus, &scope) => undone,
        _ = tokio::signal::ctrl_c() => Err(Error::cancelled("interrupted")),
    };
    match undone {
        Ok(Some(survey)) if !survey.back.is_empty() => {
            tracing::warn!("what was there before is in force again: {}", setting::values(&survey.back));
        }
        Ok(_) => {}
        Err(error) => tracing::error!(
            "what was there before could not be brought back, which `servo restore` does: {}",
            error.chain()
        ),
    }
}

/// Reads a written value as the setting's own type: `500m` of a CPU, `1Gi` of memory.
///
/// # Errors
///
/// Usage: there is no such setting, or it does not take the value.
fn typed(written: &Adjustment, described: &Description) -> Result<Adjustment, Failure> {
    let Some(setting) = described.setting(&written.component, &written.setting) else {
        let known: Vec<String> =
            described.values().iter().map(|value| format!("{}.{}", value.component, value.setting)).collect();
        let message = format!("adjustment failed: no setting `{}.{}`", written.component, written.setting);
        return Err(Failure::usage(message).with_help(format!("there are: {}", known.join(", "))));
    };
    let value = setting
        .parse(&written.value.to_string())
        .map_err(|error| Failure::usage(format!("cannot read `{written}`: {error}")))?;
    let value = setting
        .propose(&value, setting.value())
        .map_err(|error| Failure::usage(format!("`{written}` cannot be set: {error}")))?;
    on_grid(setting, &value, written)?;
    Ok(Adjustment::new(&written.component, &written.setting, value))
}

/// Refuses what lies between two steps of a range, unless it is what is there.
fn on_grid(setting: &Setting, value: &Value, written: &Adjustment) -> Result<(), Failure> {
    let (Some(range), Some(number)) = (setting.as_range(), value.as_number()) else { return Ok(()) };
    if range.on_grid(number) || setting.value() == Some(value) {
        return Ok(());
    }
    let show = |number| setting.show(&Value::Number(number));
    let (min, max, step) = (show(range.min()), show(range.max()), show(range.step()));
    let message = format!("`{written}` cannot be set: {min}..{max} goes in steps of {step}");
    let nearest = show(range.nearest(number));
    Err(Failure::usage(message).with_help(format!("the nearest value is {nearest}")))
}

pub(super) fn change(adjustment: &Adjustment, before: &Description, after: &Description) -> Change {
    let human = |description: &Description| {
        let setting = description.setting(&adjustment.component, &adjustment.setting);
        setting.and_then(Setting::human).unwrap_or_else(|| "-".to_owned())
    };
    Change {
        setting: format!("{}.{}", adjustment.component, adjustment.setting),
        before: human(before),
        after: human(after),
    }
}
