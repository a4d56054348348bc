//! `servo connectors`: what is compiled into the program.

use std::process::ExitCode;

use serde::Serialize;
use servo_core::Descriptor;
use servo_core::registry::Registry;

use crate::cli::{Connectors, Format};
use crate::failure::Failure;
use crate::output::{self, json, table};

/// A connector as a script is told of it.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    version: &'static str,
    description: &'static str,
    homepage: &'static str,
    maturity: String,
    license: &'static str,
    events: Vec<String>,
}

impl Row {
    fn of(descriptor: &Descriptor) -> Self {
        let event = |handled: &servo_core::event::Handled| match handled.phase {
            servo_core::event::Phase::On => handled.event.to_owned(),
            phase => format!("{}:{}", phase.as_str(), handled.event),
        };
        Self {
            name: descriptor.key,
            version: descriptor.version,
            description: descriptor.description,
            homepage: descriptor.homepage,
            maturity: descriptor.maturity.to_string(),
            license: descriptor.license,
            events: descriptor.handled().iter().map(event).collect(),
        }
    }

    fn short(&self) -> [String; 3] {
        [self.name, self.version, self.description].map(str::to_owned)
    }

    fn long(&self) -> [String; 6] {
        let [name, version, description] = self.short();
        [name, version, description, self.homepage.to_owned(), self.maturity.clone(), self.license.to_owned()]
    }
}

/// Lists the connectors, sorted by name.
pub(super) fn run(arguments: &Connectors) -> Result<ExitCode, Failure> {
    let registry = Registry::collect()?;
    let rows: Vec<Row> = registry.connectors().iter().map(|descriptor| Row::of(descriptor)).collect();
    let text = match (arguments.form.format, arguments.verbose) {
        (Format::Json, _) => json::render(&rows)?,
        (Format::Table, false) => {
            let cells: Vec<_> = rows.iter().map(Row::short).collect();
            table::render(["NAME", "VERSION", "DESCRIPTION"], &cells)
        }
        (Format::Table, true) => {
            let headings = ["NAME", "VERSION", "DESCRIPTION", "HOMEPAGE", "MATURITY", "LICENSE"];
            let cells: Vec<_> = rows.iter().map(Row::long).collect();
            table::render(headings, &cells)
        }
    };
    output::result(&text, &arguments.form)?;
    Ok(ExitCode::SUCCESS)
}
