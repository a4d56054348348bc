//! Failures, as a person reads them.

use std::ops::Range;

use miette::{GraphicalReportHandler, GraphicalTheme};
use serde_json::{Value, json};
use servo_core::Error;
use servo_runtime::config::{ConfigDiagnostic, ConfigDiagnostics, Origin, Position};

use super::{Look, line_on_stderr};
use crate::failure::Failure;

/// Writes why a command ended to standard error.
pub(crate) fn failure(failure: &Failure, look: &Look) {
    let text = match failure {
        Failure::Usage { message, help } => plain(message, help.as_deref()),
        Failure::Configuration(diagnostics) => shown(diagnostics, look),
        Failure::Error(error) => plain(&chain(error), error.help()),
    };
    line_on_stderr(text.trim_end());
}

/// Writes why the program ended before it knew how its output looks.
pub(crate) fn plain_failure(failure: &Failure) {
    let text = match failure {
        Failure::Usage { message, help } => plain(message, help.as_deref()),
        Failure::Configuration(diagnostics) => diagnostics.render_plain(),
        Failure::Error(error) => plain(&chain(error), error.help()),
    };
    line_on_stderr(&text);
}

/// Writes why a command failed for one of several servos to standard error.
pub(crate) fn failure_of(servo: &str, failure: &Failure, look: Option<&Look>) {
    let text = match failure {
        Failure::Usage { message, help } => plain(&format!("servo `{servo}`: {message}"), help.as_deref()),
        Failure::Configuration(diagnostics) => {
            look.map_or_else(|| diagnostics.render_plain(), |look| shown(diagnostics, look))
        }
        Failure::Error(error) => plain(&format!("servo `{servo}`: {}", chain(error)), error.help()),
    };
    line_on_stderr(text.trim_end());
}

/// Says what became of a file, for scripts: the same form where it is valid and where it is not.
pub(crate) fn verdict(
    file: &str,
    servos: &[String],
    notes: &[String],
    wrong: Option<&ConfigDiagnostics>,
) -> Value {
    let wrong_ones = wrong.map(ConfigDiagnostics::diagnostics).unwrap_or_default();
    let diagnostics: Vec<Value> = wrong_ones.iter().map(described).collect();
    json!({ "file": file, "valid": wrong.is_none(), "servos": servos, "notes": notes, "diagnostics": diagnostics })
}

/// A mistake with all of its places, in bytes of the file too; those of what does not come from the file are null.
fn described(wrong: &ConfigDiagnostic) -> Value {
    let note = |(text, position, bytes): (&str, Position, Range<usize>)| {
        json!({
            "message": text, "line": position.line, "column": position.column,
            "offset": bytes.start, "length": bytes.len(),
        })
    };
    let mut value = json!(wrong);
    let is_in_file = value.get("line").is_some_and(Value::is_number);
    if let Some(fields) = value.as_object_mut() {
        let bytes = is_in_file.then(|| wrong.span());
        fields.insert("offset".to_owned(), json!(bytes.as_ref().map(|bytes| bytes.start)));
        fields.insert("length".to_owned(), json!(bytes.map(|bytes| bytes.len())));
        fields.insert("notes".to_owned(), wrong.notes().map(note).collect());
        fields.entry("origin").or_insert_with(|| json!(Origin::Document.to_string()));
    }
    value
}

/// Renders every mistake as it is wanted: as JSON where the result would have been, else drawn for a person.
fn shown(diagnostics: &ConfigDiagnostics, look: &Look) -> String {
    if look.is_json {
        let verdict = verdict(diagnostics.file(), &[], &[], Some(diagnostics));
        return format!("{verdict:#}");
    }
    report(diagnostics, look)
}

fn plain(message: &str, help: Option<&str>) -> String {
    match help {
        None => format!("error: {message}"),
        Some(help) => format!("error: {message}\n  help: {help}"),
    }
}

fn chain(error: &Error) -> String {
    let whence = error.connector().map(|name| format!("{name}: ")).unwrap_or_default();
    format!("{whence}{}", error.chain())
}

/// Renders every mistake with its lines of the file: drawn with lines on a terminal, in ASCII elsewhere.
pub(crate) fn report(diagnostics: &ConfigDiagnostics, look: &Look) -> String {
    let theme = match (look.is_terminal, look.color) {
        (_, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(look.width).with_links(false);
    let mut text = String::new();
    if handler.render_report(&mut text, diagnostics).is_err() {
        return diagnostics.render_plain();
    }
    text
}
