//! `servo adjust`: changes settings by hand, and shows them before and after.

use std::process::ExitCode;

use serde::Serialize;
use servo_core::Error;
use servo_core::event::standard::Adjusting;
use servo_core::model::{Adjustment, Control, Description};
use servo_runtime::operation as bus_operation;

use super::{assemble, operation};
use crate::cli::{Adjust, Format, Globals};
use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::{self, Look, json, table};

/// One changed setting.
#[derive(Serialize)]
struct Change {
    setting: String,
    before: String,
    after: String,
}

/// Adjusts the application of one servo.
pub(super) async fn run(globals: &Globals, arguments: &Adjust, look: &Look) -> Result<ExitCode, Failure> {
    let written: Vec<Adjustment> = arguments
        .settings
        .iter()
        .map(|text| text.parse::<Adjustment>().map_err(|error| Failure::usage(error.to_string())))
        .collect::<Result<_, _>>()?;
    let (source, servo) = operation::single(assemble(globals)?)?;
    let display = Display::new(look.screen.clone());
    let (before, after, adjustments) =
        operation::on(&source, &servo, Some(&display), |bus, scope| async move {
            let before = bus_operation::describe(&bus, &scope, Control::default()).await?;
            let adjustments = written.iter().map(|a| typed(a, &before)).collect::<Result<Vec<_>, Error>>()?;
            let control = Control { settlement: Some(arguments.settlement), ..Control::default() };
            let adjusting = Adjusting { adjustments: adjustments.clone(), control };
            let after = bus_operation::adjust(&bus, &scope, adjusting).await?;
            Ok((before, after, adjustments))
        })
        .await?;
    let changes: Vec<Change> = adjustments.iter().map(|a| change(a, &before, &after)).collect();
    let text = match arguments.form.format {
        Format::Json => json::render(&changes)?,
        Format::Table => {
            let cells =
                |change: &Change| [change.setting.clone(), change.before.clone(), change.after.clone()];
            table::render(["SETTING", "BEFORE", "AFTER"], &changes.iter().map(cells).collect::<Vec<_>>())
        }
    };
    output::result(&text, &arguments.form)?;
    Ok(ExitCode::SUCCESS)
}

/// Reads a written value as the setting's own type: `500m` of a CPU, `1Gi` of memory.
fn typed(written: &Adjustment, described: &Description) -> Result<Adjustment, Error> {
    let Some(setting) = described.setting(&written.component, &written.setting) else {
        let known: Vec<String> =
            described.values().iter().map(|value| format!("{}.{}", value.component, value.setting)).collect();
        let message = format!("adjustment failed: no setting `{}.{}`", written.component, written.setting);
        return Err(Error::failed(message).with_help(format!("there are: {}", known.join(", "))));
    };
    let value = setting
        .parse(&written.value.to_string())
        .map_err(|error| Error::failed(format!("cannot read `{written}`")).with_source(error))?;
    Ok(Adjustment::new(&written.component, &written.setting, value))
}

fn change(adjustment: &Adjustment, before: &Description, after: &Description) -> Change {
    let human = |description: &Description| {
        let setting = description.setting(&adjustment.component, &adjustment.setting);
        setting.and_then(servo_core::model::Setting::human).unwrap_or_else(|| "-".to_owned())
    };
    Change {
        setting: format!("{}.{}", adjustment.component, adjustment.setting),
        before: human(before),
        after: human(after),
    }
}
