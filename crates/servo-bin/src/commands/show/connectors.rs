//! `servo show connectors`: the connectors of each servo, one row for each type.

use serde::Serialize;
use serde_json::json;
use servo_core::Descriptor;
use servo_core::registry::Registry;
use servo_runtime::assembly::Assembled;

use super::Part;
use crate::cli::{Globals, ShowConnectors};
use crate::commands::assemble;
use crate::failure::Failure;
use crate::output::table;

/// The instances of one type.
#[derive(Serialize)]
struct Row {
    names: Vec<String>,
    r#type: &'static str,
    version: &'static str,
    description: &'static str,
    homepage: &'static str,
    maturity: String,
    license: &'static str,
}

impl Row {
    fn of(descriptor: &Descriptor) -> Self {
        Self {
            names: Vec::new(),
            r#type: descriptor.key,
            version: descriptor.version,
            description: descriptor.description,
            homepage: descriptor.homepage,
            maturity: descriptor.maturity.to_string(),
            license: descriptor.license,
        }
    }

    fn short(&self) -> [String; 4] {
        let [kind, version, description] = [self.r#type, self.version, self.description].map(str::to_owned);
        [self.names.join("\n"), kind, version, description]
    }

    fn long(&self) -> [String; 7] {
        let [names, kind, version, description] = self.short();
        let [homepage, license] = [self.homepage, self.license].map(str::to_owned);
        [names, kind, version, description, homepage, self.maturity.clone(), license]
    }
}

pub(super) fn parts(globals: &Globals, arguments: &ShowConnectors) -> Result<Vec<Part>, Failure> {
    let assembly = assemble(globals)?;
    let registry = Registry::collect()?;
    let part = |servo: &Assembled| {
        let rows = rows(servo, &registry);
        let table = if arguments.verbose {
            let cells: Vec<_> = rows.iter().map(Row::long).collect();
            let headings = ["NAME", "TYPE", "VERSION", "DESCRIPTION", "HOMEPAGE", "MATURITY", "LICENSE"];
            table::render(headings, &cells)
        } else {
            let cells: Vec<_> = rows.iter().map(Row::short).collect();
            table::render(["NAME", "TYPE", "VERSION", "DESCRIPTION"], &cells)
        };
        Part { name: servo.name().to_owned(), table, value: json!(rows) }
    };
    Ok(assembly.servos().iter().map(part).collect())
}

/// One row for each type, in the order of the first instance.
fn rows(servo: &Assembled, registry: &Registry) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for member in servo.servo().bus().members() {
        let at = rows.iter().position(|row| row.r#type == member.kind()).or_else(|| {
            rows.push(Row::of(registry.connector(member.kind())?));
            Some(rows.len() - 1)
        });
        if let Some(row) = at.and_then(|at| rows.get_mut(at)) {
            row.names.push(member.name().to_string());
        }
    }
    rows
}
