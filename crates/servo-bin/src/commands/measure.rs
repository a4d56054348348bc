//! `servo measure`: one measurement.

use std::collections::BTreeSet;
use std::process::ExitCode;

use jiff::Timestamp;
use servo_core::event::standard::{self, Measuring, Metrics};
use servo_core::model::{Control, Measurement};
use servo_runtime::assembly::Assembled;
use servo_runtime::config::Source;

use super::{assemble, operation};
use crate::cli::{Format, Globals, Measure};
use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::reading::Style;
use crate::output::{self, Look, json, reading, sparkline, table};

/// Measures the application of one servo.
pub(super) async fn run(globals: &Globals, arguments: &Measure, look: &Look) -> Result<ExitCode, Failure> {
    let (source, servo) = operation::single(assemble(globals)?)?;
    operation::known_connectors(&servo, &arguments.connectors)?;
    known_metrics(&source, &servo, &arguments.metrics).await?;
    let display = Display::new(look.screen.clone());
    let measurement = operation::on(&source, &servo, Some(&display), |bus, scope| async move {
        let measuring = Measuring {
            metrics: (!arguments.metrics.is_empty()).then(|| arguments.metrics.clone()),
            control: Control { duration: arguments.duration, warmup: arguments.warmup, ..Control::default() },
        };
        let mut dispatch = bus.dispatch::<standard::Measure>(&scope, measuring).keep_errors();
        if !arguments.connectors.is_empty() {
            dispatch = dispatch.include(&arguments.connectors);
        }
        dispatch.await?.answers()
    })
    .await?;
    let text = match arguments.form.format {
        Format::Json => {
            let by_connector: std::collections::BTreeMap<String, &Measurement> =
                measurement.iter().map(|(name, measurement)| (name.to_string(), measurement)).collect();
            json::render(&by_connector)?
        }
        Format::Table => {
            let style = Style {
                now: (!arguments.no_humanize).then(Timestamp::now),
                verbose: arguments.verbose,
                draws: sparkline::is_seen(&arguments.form),
                names: measurement.len() > 1,
            };
            let readings = measurement
                .iter()
                .flat_map(|(name, measurement)| measurement.readings().iter().map(move |it| (&**name, it)));
            table::render(["METRIC", "UNIT", "READINGS"], &reading::rows(readings, style))
        }
    };
    output::result(&text, &arguments.form)?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses names of metrics that nobody provides.
async fn known_metrics(source: &Source, servo: &Assembled, wanted: &[String]) -> Result<(), Failure> {
    if wanted.is_empty() {
        return Ok(());
    }
    let answers = operation::on(source, servo, None, |bus, scope| async move {
        bus.dispatch::<Metrics>(&scope, ()).keep_errors().await?.answers()
    })
    .await?;
    let known: BTreeSet<String> =
        answers.into_iter().flat_map(|(_, metrics)| metrics).map(|metric| metric.name).collect();
    match wanted.iter().find(|name| !known.contains(*name)) {
        None => Ok(()),
        Some(name) => {
            let there = known.into_iter().collect::<Vec<_>>().join(", ");
            Err(Failure::usage(format!("no metric found named '{name}'"))
                .with_help(format!("there are: {there}")))
        }
    }
}
