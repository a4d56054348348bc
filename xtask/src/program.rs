//! Running other programs, never with an input to wait for.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::failure::{Failure, Result};

/// Runs a program with its output on this terminal.
///
/// # Errors
/// When it cannot be started, or does not end well.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::failed(format!("`{line}` ended with {status}"))),
        Err(error) => Err(Failure::failed(format!("cannot start `{line}`: {error}"))),
    }
}

/// Runs a program and returns what it prints.
///
/// # Errors
/// When it cannot be started, or does not end well: with what it says about that.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| Failure::failed(format!("cannot start `{line}`: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::failed(format!("`{line}` ended with {}: {}", output.status, said.trim())))
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_says_about_its_failure_is_told() {
        let failure = output(Command::new("sh").args(["-c", "echo no such thing >&2; exit 3"])).unwrap_err();
        let expected =
            "`sh -c echo no such thing >&2; exit 3` ended with exit status: 3: no such thing".to_owned();
        assert_eq!(failure, Failure::Failed(expected));
    }
}
