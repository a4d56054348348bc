//! A folder and a clean environment to run the program in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own, and the program.
pub(crate) struct Environment {
    folder: tempfile::TempDir,
}

/// What a run of the program left.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Environment {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Creates one whose `servo.yaml` is this text.
    pub(crate) fn with(text: &str) -> Self {
        let environment = Self::new();
        environment.write("servo.yaml", text);
        environment
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Prepares the program with these arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servo"));
        command.args(arguments).current_dir(self.path()).env_clear();
        command
    }

    /// Runs the program with these arguments to its end.
    pub(crate) fn servo(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}
