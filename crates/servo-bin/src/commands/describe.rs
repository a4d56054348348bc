//! `servo describe`: the application as it is now.

use std::process::ExitCode;

use serde_json::{Map, Value};
use servo_core::Error;
use servo_core::event::standard;
use servo_core::model::{Control, Description};

use super::{assemble, operation};
use crate::cli::{Describe, Format, Globals};
use crate::failure::Failure;
use crate::output::{self, json, setting, table};

/// Describes the application of every servo, or of the one that was named.
pub(super) async fn run(globals: &Globals, arguments: &Describe) -> Result<ExitCode, Failure> {
    let (source, servos) = assemble(globals)?.into_parts();
    let mut texts = Vec::new();
    let mut values = Map::new();
    for servo in &servos {
        operation::known_connectors(servo, &arguments.connectors)?;
        let described = operation::on(&source, servo, None, |bus, scope| async move {
            let mut dispatch = bus.dispatch::<standard::Describe>(&scope, Control::default()).keep_errors();
            if !arguments.connectors.is_empty() {
                dispatch = dispatch.include(&arguments.connectors);
            }
            dispatch.await?.answers()
        })
        .await?;
        match arguments.form.format {
            Format::Json => {
                let by_connector = described.iter().map(|(name, description)| {
                    let value = serde_json::to_value(description);
                    let failed = |error| Error::internal("cannot render a description").with_source(error);
                    Ok((name.to_string(), value.map_err(failed)?))
                });
                let by_connector: Map<_, _> = by_connector.collect::<Result<_, Error>>()?;
                values.insert(servo.name().to_owned(), Value::Object(by_connector));
            }
            Format::Table => {
                let rows: Vec<_> = described.iter().map(|(name, described)| row(name, described)).collect();
                let table = table::render(["CONNECTOR", "COMPONENTS", "METRICS"], &rows);
                texts.push(if servos.len() > 1 { format!("{}\n{table}", servo.name()) } else { table });
            }
        }
    }
    let text = match arguments.form.format {
        Format::Json => json::render(&values)?,
        Format::Table => texts.join("\n\n"),
    };
    output::result(&text, &arguments.form)?;
    Ok(ExitCode::SUCCESS)
}

fn row(connector: &str, description: &Description) -> [String; 3] {
    let metrics = description.metrics.iter().map(|metric| format!("{} ({})", metric.name, metric.unit));
    let metrics: Vec<String> = metrics.collect();
    [connector.to_owned(), setting::lines(description).join("\n"), metrics.join("\n")]
}
