//! `servo list`: the servos of the configuration.

use std::process::ExitCode;

use serde::Serialize;
use serde_json::json;
use servo_runtime::assembly::Assembled;

use super::assemble;
use crate::cli::{Format, Globals, List};
use crate::failure::Failure;
use crate::output::{self, json, table};

/// A servo as a script is told of it.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    optimizer: Option<&'a str>,
    is_remote: bool,
    description: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn of(servo: &'a Assembled) -> Self {
        Self {
            name: servo.name(),
            optimizer: servo.optimizer_id(),
            is_remote: servo.is_remote(),
            description: servo.description(),
        }
    }

    fn cells(&self) -> [String; 3] {
        let cells = [self.name, self.optimizer.unwrap_or("-"), self.description.unwrap_or("-")];
        cells.map(str::to_owned)
    }
}

/// Lists the servos in the order of their documents.
pub(super) fn run(globals: &Globals, arguments: &List) -> Result<ExitCode, Failure> {
    let assembly = assemble(globals)?;
    let rows: Vec<Row<'_>> = assembly.servos().iter().map(Row::of).collect();
    let text = match arguments.form.format {
        Format::Json => json::render(&json!({ "servos": rows }))?,
        Format::Table => {
            let cells: Vec<_> = rows.iter().map(Row::cells).collect();
            table::render(["NAME", "OPTIMIZER", "DESCRIPTION"], &cells)
        }
    };
    output::result(&text, &arguments.form)?;
    Ok(ExitCode::SUCCESS)
}
