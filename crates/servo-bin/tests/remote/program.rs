//! The program: a folder and an environment to run it in, what it writes, and the signals that it is sent.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::{PATIENCE, soon};

/// A folder with a `servo.yaml`, and the variables of a clean environment.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Place {
    /// Makes one whose configuration is this text.
    pub(crate) fn new(text: &str) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() };
        place.write("servo.yaml", text);
        place
    }

    /// Sets a variable of the environment.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Writes a file that is its owner's alone, in place of the one there may be.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let (path, fresh) = (self.folder.path().join(name), self.folder.path().join("fresh"));
        std::fs::write(&fresh, text).unwrap();
        std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::rename(fresh, &path).unwrap();
        path
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the program with these arguments.
    pub(crate) fn start(&self, arguments: &[&str]) -> Servo {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servo"));
        command.args(arguments).current_dir(self.path()).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut reading = JoinSet::new();
        let stdout = follow(&mut reading, child.stdout.take().unwrap());
        let stderr = follow(&mut reading, child.stderr.take().unwrap());
        Servo { child, stdout, stderr, _reading: reading }
    }

    /// Runs the program with these arguments to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        self.start(arguments).end().await
    }
}

/// Reads a stream to its end; the text so far is in the receiver.
fn follow(
    reading: &mut JoinSet<()>,
    mut stream: impl AsyncRead + Send + Unpin + 'static,
) -> watch::Receiver<String> {
    let (sender, text) = watch::channel(String::new());
    reading.spawn(async move {
        let mut bytes = Vec::new();
        while stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
            sender.send_replace(String::from_utf8_lossy(&bytes).into_owned());
        }
    });
    text
}

/// The program while it runs. It is killed when this is dropped.
pub(crate) struct Servo {
    child: Child,
    stdout: watch::Receiver<String>,
    stderr: watch::Receiver<String>,
    _reading: JoinSet<()>,
}

/// What a run left.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Servo {
    /// Waits until standard error has this part.
    pub(crate) async fn hear(&mut self, part: &str) {
        let heard = self.stderr.wait_for(|text| text.contains(part));
        let is_heard = tokio::time::timeout(PATIENCE, heard).await.is_ok_and(|heard| heard.is_ok());
        assert!(is_heard, "no {part:?} in:\n{}", *self.stderr.borrow());
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) async fn signal(&self, name: &str) {
        let pid = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().await.unwrap().success());
    }

    /// Sends SIGTERM, and waits for the end.
    pub(crate) async fn terminate(self) -> Ran {
        self.signal("TERM").await;
        self.end().await
    }

    /// Waits for the end.
    pub(crate) async fn end(mut self) -> Ran {
        let status = soon("the end of the program", self.child.wait()).await.unwrap();
        let (stdout, stderr) = (whole(&mut self.stdout).await, whole(&mut self.stderr).await);
        Ran { code: status.code().unwrap_or(-1), stdout, stderr }
    }
}

impl Ran {
    /// Asserts that standard error has all of these parts, however its lines are broken.
    pub(crate) fn says(&self, parts: &[&str]) {
        let words = self.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(words.contains(part), "no {part:?} in:\n{}", self.stderr);
        }
    }
}

/// Waits for the end of a stream; returns all of it.
async fn whole(text: &mut watch::Receiver<String>) -> String {
    while text.changed().await.is_ok() {}
    text.borrow().clone()
}
