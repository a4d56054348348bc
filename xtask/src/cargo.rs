//! Running cargo: always the one that runs this program, never with an input to wait for.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::{Failure, Result};

/// The example that lives outside the workspace, as a user's own connector does.
pub(crate) const OUT_OF_TREE: &str = "examples/out-of-tree/Cargo.toml";

/// The other one: a connector with a check of every form.
pub(crate) const CHECKS: &str = "examples/checks/Cargo.toml";

/// The cargo that started this program, with the repository as its working directory.
pub(crate) fn command(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root).stdin(Stdio::null());
    command
}

/// Runs cargo with its output on this terminal; gives its exit code.
///
/// # Errors
/// When the process cannot be started, or a signal ended it.
pub(crate) fn run(root: &Path, arguments: &[String], environment: &[(&str, &str)]) -> Result<u8> {
    let status = command(root)
        .args(arguments)
        .envs(environment.iter().copied())
        .status()
        .map_err(|error| Failure::failed(format!("cannot start cargo: {error}")))?;
    match status.code() {
        Some(code) => Ok(u8::try_from(code).unwrap_or(1)),
        None => Err(Failure::failed(format!("`{}` was ended by a signal", line(arguments, environment)))),
    }
}

/// The same call as a line that can be pasted into a shell.
pub(crate) fn line(arguments: &[String], environment: &[(&str, &str)]) -> String {
    let mut words: Vec<String> =
        environment.iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
    words.push("cargo".to_owned());
    words.extend(arguments.iter().map(|argument| quoted(argument)));
    words.join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_shown_as_a_line_for_the_shell() {
        let arguments = ["doc", "--workspace"].map(str::to_owned);
        assert_eq!(
            line(&arguments, &[("RUSTDOCFLAGS", "-D warnings")]),
            "RUSTDOCFLAGS='-D warnings' cargo doc --workspace"
        );
    }

    #[test]
    fn a_quote_inside_a_word_survives_the_shell() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
