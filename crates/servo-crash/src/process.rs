//! A servo of the built program, in a process of its own.

use std::fs::File;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::Result;

/// How long a servo may take to end once it was told to.
const END: Duration = Duration::from_secs(40);

/// A servo that runs. It is killed where this is dropped.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    /// Starts `servo -c FILE run`, with its log at the end of a file.
    pub(crate) fn start(servo: &Path, configuration: &Path, log: &Path) -> Result<Self> {
        let log = File::options().create(true).append(true).open(log).map_err(|error| error.to_string())?;
        let child = Command::new(servo)
            .arg("-c")
            .arg(configuration)
            .args(["run", "--format", "json"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn();
        child.map(Self).map_err(|error| format!("cannot start {}: {error}", servo.display()))
    }

    /// Waits for its end, but not longer than this.
    pub(crate) async fn ended_within(&mut self, time: Duration) -> Result<Option<ExitStatus>> {
        match timeout(time, self.0.wait()).await {
            Ok(status) => status.map(Some).map_err(|error| error.to_string()),
            Err(_) => Ok(None),
        }
    }

    /// Sends a signal, if it has not ended.
    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        let pid = self.0.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        pid.map_or(Ok(()), |pid| kill_process(pid, signal)).map_err(|error| format!("cannot signal: {error}"))
    }

    /// Sends a signal, and waits for the end.
    pub(crate) async fn end(mut self, signal: Signal) -> Result<ExitStatus> {
        self.signal(signal)?;
        let ended = self.ended_within(END).await?;
        ended.ok_or_else(|| format!("it does not end within {} s after {signal:?}", END.as_secs()))
    }
}

/// Runs a command of the program to its end, and gives what it prints.
pub(crate) async fn output(servo: &Path, configuration: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(servo).arg("-c").arg(configuration).args(arguments).output().await;
    let output = output.map_err(|error| format!("cannot start {}: {error}", servo.display()))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`servo {}` ended with {}: {stderr}", arguments.join(" "), output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
