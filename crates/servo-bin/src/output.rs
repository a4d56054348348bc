//! Everything that is printed: results on standard output, logs, progress and failures on standard
//! error. Nothing else in the program prints.

pub(crate) mod banner;
pub(crate) mod checks;
pub(crate) mod configmap;
pub(crate) mod diagnostic;
pub(crate) mod journal;
pub(crate) mod json;
pub(crate) mod junit;
mod log;
pub(crate) mod progress;
pub(crate) mod prompt;
pub(crate) mod reading;
pub(crate) mod report;
pub(crate) mod restored;
pub(crate) mod schema;
pub(crate) mod setting;
pub(crate) mod sparkline;
pub(crate) mod table;
pub(crate) mod tree;
pub(crate) mod yaml;

use std::fs::{File, Permissions};
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use servo_runtime::log_tail::LogTail;

use crate::cli::{Color, Form, Format, Globals};
use crate::failure::Failure;

pub(crate) use diagnostic::{failure, failure_of};

/// How the output looks: on a terminal or not, with colour or not.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// Standard error is a terminal, so that progress can be drawn on it.
    pub(crate) is_terminal: bool,
    /// Colour may be used on standard error.
    pub(crate) color: bool,
    /// The width of the terminal in columns.
    pub(crate) width: usize,
    /// Where log lines and progress lines take turns.
    pub(crate) screen: progress::Screen,
    /// What goes wrong is told as JSON, as the result would have been.
    pub(crate) is_json: bool,
    /// The last lines of the log.
    pub(crate) log: LogTail,
}

impl Look {
    /// Finds out how the output looks, and begins to log.
    ///
    /// # Errors
    ///
    /// Usage: the file of the log cannot be opened.
    pub(crate) fn of(globals: &Globals, form: Option<Format>) -> Result<Self, Failure> {
        let is_terminal = has_screen();
        let color = match globals.color {
            Color::Auto => is_terminal,
            Color::Always => true,
            Color::Never => false,
        };
        let screen = progress::Screen::new(is_terminal);
        let log = log::begin(globals, color, &screen)?;
        let width = usize::from(console::Term::stderr().size().1).clamp(60, 120);
        Ok(Self { is_terminal, color, width, screen, is_json: form == Some(Format::Json), log })
    }
}

/// Writes a result where its form says: to standard output, or to a file.
pub(crate) fn result(text: &str, form: &Form) -> Result<(), Failure> {
    to(text, form.output.as_deref())
}

/// Writes a result to a file, or to standard output where there is none.
pub(crate) fn to(text: &str, file: Option<&Path>) -> Result<(), Failure> {
    match file {
        Some(path) => to_file(text, path),
        None => to_stdout(text),
    }
}

/// Writes a result that may hold secrets: a file is its owner's alone.
pub(crate) fn to_private(text: &str, file: Option<&Path>) -> Result<(), Failure> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let Some(path) = file else { return to_stdout(text) };
    let write = || {
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(with_newline(text).as_bytes())
    };
    write().map_err(|error| cannot_write(path, error))
}

/// Writes a result to a file.
pub(crate) fn to_file(text: &str, path: &Path) -> Result<(), Failure> {
    std::fs::write(path, with_newline(text)).map_err(|error| cannot_write(path, error))
}

fn cannot_write(path: &Path, error: std::io::Error) -> Failure {
    let message = format!("cannot write the result to {}", path.display());
    servo_core::Error::failed(message).with_source(error).into()
}

/// Says whether standard error is a terminal now: one that was closed is none any more.
pub(crate) fn has_screen() -> bool {
    std::io::stderr().is_terminal()
}

/// Says whether a person reads standard output.
pub(crate) fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Writes to standard output. A reader that went away is no failure.
pub(crate) fn to_stdout(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(with_newline(text).as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(servo_core::Error::failed("cannot write to standard output").with_source(error).into())
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error, as far as that is possible.
pub(crate) fn line_on_stderr(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Writes to standard error what somebody is to write behind, as far as that is possible.
pub(crate) fn prompt_on_stderr(prompt: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "{prompt} ").and_then(|()| stderr.flush());
}

fn with_newline(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}
