//! `servo show`: what servos consist of, and what their connectors know.

mod components;
mod connectors;
mod events;
mod metrics;

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::{Format, Globals, Shown};
use crate::failure::Failure;
use crate::output::{self, json};

/// What is shown of one servo.
struct Part {
    name: String,
    /// A table; empty where there is nothing to show.
    table: String,
    /// The same for scripts.
    value: Value,
}

/// Shows what was asked for, of every servo or of the one that was named.
pub(super) async fn run(globals: &Globals, what: &Shown) -> Result<ExitCode, Failure> {
    let parts = match what {
        Shown::Connectors(arguments) => connectors::parts(globals, arguments)?,
        Shown::Components(_) => components::parts(globals).await?,
        Shown::Metrics(_) => metrics::parts(globals).await?,
        Shown::Events(arguments) if arguments.all => {
            let part = events::of_all(arguments)?;
            let text = match arguments.form.format {
                Format::Json => json::render(&part.value)?,
                Format::Table => part.table,
            };
            output::result(&text, &arguments.form)?;
            return Ok(ExitCode::SUCCESS);
        }
        Shown::Events(arguments) => events::parts(globals, arguments)?,
    };
    output::result(&render(&parts, what)?, what.form())?;
    Ok(ExitCode::SUCCESS)
}

/// Renders what is shown of each servo; where there are several, below its name.
fn render(parts: &[Part], what: &Shown) -> Result<String, Failure> {
    let key = match what {
        Shown::Connectors(_) => "connectors",
        Shown::Components(_) => "components",
        Shown::Events(_) => "events",
        Shown::Metrics(_) => "metrics",
    };
    match (what.form().format, parts) {
        (Format::Json, parts) => {
            let servos: Vec<Value> =
                parts.iter().map(|part| json!({ "name": part.name, key: part.value })).collect();
            json::render(&json!({ "servos": servos }))
        }
        (Format::Table, [part]) => Ok(part.table.clone()),
        (Format::Table, parts) => {
            let titled = |part: &Part| match part.table.as_str() {
                "" => part.name.clone(),
                table => format!("{}\n{table}", part.name),
            };
            Ok(parts.iter().map(titled).collect::<Vec<_>>().join("\n\n"))
        }
    }
}
