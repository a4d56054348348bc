//! `servo schema`: the form of the configuration, for editors and people.

use std::process::ExitCode;

use servo_core::registry::Registry;
use servo_runtime::config::schema;

use super::named;
use crate::cli::{Schema, SchemaFormat};
use crate::failure::Failure;
use crate::output::schema::{Reference, html, text};
use crate::output::{self, json};

/// Prints the schema of a document, of the sections of all connectors, or of one.
pub(super) fn run(arguments: &Schema) -> Result<ExitCode, Failure> {
    let registry = Registry::collect()?;
    let schema = match &arguments.connector {
        // One that is none is told as it is written.
        Some(written) => schema::section(
            &registry,
            named::find(written, &registry).map_or(written.as_str(), |descriptor| descriptor.key),
        )
        .map_err(|error| {
            let usage = Failure::usage(error.message());
            match error.help() {
                Some(help) => usage.with_help(help),
                None => usage,
            }
        })?,
        None if arguments.top_level => schema::sections(&registry),
        None => schema::document(&registry),
    };
    let text = match arguments.format {
        SchemaFormat::Json => json::render(&schema)?,
        SchemaFormat::Text => text::render(&Reference::of(schema.as_value())),
        SchemaFormat::Html => html::render(&Reference::of(schema.as_value())),
    };
    match &arguments.output {
        Some(path) => output::to_file(&text, path)?,
        None => output::to_stdout(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}
