//! Failures, as a person reads them.

use miette::{GraphicalReportHandler, GraphicalTheme};
use servo_core::Error;
use servo_runtime::config::ConfigDiagnostics;

use super::{Look, line_on_stderr};
use crate::failure::Failure;

/// Writes why a command ended to standard error.
pub(crate) fn failure(failure: &Failure, look: &Look) {
    let text = match failure {
        Failure::Usage { message, help } => plain(message, help.as_deref()),
        Failure::Configuration(diagnostics) => report(diagnostics, look),
        Failure::Error(error) => plain(&chain(error), error.help()),
    };
    line_on_stderr(text.trim_end());
}

/// Writes why a command failed for one of several servos to standard error.
pub(crate) fn failure_of(servo: &str, failure: &Failure, look: Option<&Look>) {
    let text = match failure {
        Failure::Usage { message, help } => plain(&format!("servo `{servo}`: {message}"), help.as_deref()),
        Failure::Configuration(diagnostics) => {
            look.map_or_else(|| diagnostics.render_plain(), |look| report(diagnostics, look))
        }
        Failure::Error(error) => plain(&format!("servo `{servo}`: {}", chain(error)), error.help()),
    };
    line_on_stderr(text.trim_end());
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
fn report(diagnostics: &ConfigDiagnostics, look: &Look) -> String {
    let theme = match (look.is_terminal, look.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, _) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(look.width).with_links(false);
    let mut text = String::new();
    if handler.render_report(&mut text, diagnostics).is_err() {
        return diagnostics.render_plain();
    }
    text
}
