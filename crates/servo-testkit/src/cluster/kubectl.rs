//! `kubectl`, as a user would run it.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// How long one call may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a program said, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to its standard output.
    pub output: String,
    /// What it wrote to its standard error.
    pub errors: String,
}

impl Said {
    /// What it wrote, where it did what it was to do.
    ///
    /// # Panics
    ///
    /// It did not.
    pub fn done(self) -> String {
        assert!(self.code == Some(0), "it ended with {:?}: {}{}", self.code, self.output, self.errors);
        self.output
    }
}

pub(super) async fn run(mut command: Command, arguments: &[&str]) -> Said {
    let line = arguments.join(" ");
    let running = command.args(arguments).stdin(Stdio::null()).kill_on_drop(true).output();
    let ended = timeout(PATIENCE, running).await;
    let ended = ended.unwrap_or_else(|_| panic!("`kubectl {line}` does not end in {} s", PATIENCE.as_secs()));
    let output = ended.unwrap_or_else(|error| {
        panic!("cannot start kubectl, which `cargo xtask cluster build` gets: {error}")
    });
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), output: text(&output.stdout), errors: text(&output.stderr) }
}
