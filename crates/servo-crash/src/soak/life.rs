//! One life of the servo, from its start to its end.

use std::fs::File;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout};

use crate::memory::Memory;
use crate::site::Site;
use crate::{Result, left};

/// How long the servo may take to end once it was told to.
const END: Duration = Duration::from_mins(1);
/// How often its memory is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Victim {
    Servo = 0,
    Service = 1,
    Prometheus = 2,
}

impl Victim {
    /// Chooses one: the servo once in six times, so that its lives are long enough for some trials.
    pub(crate) fn any(number: u64) -> Self {
        match (number >> 8) % 6 {
            0 => Self::Servo,
            _ => Self::other(number),
        }
    }

    /// Chooses one that is not the servo.
    pub(crate) fn other(number: u64) -> Self {
        match (number >> 16) % 5 {
            0..=2 => Self::Service,
            _ => Self::Prometheus,
        }
    }
}

/// A servo that runs. It is killed where this is dropped.
#[derive(Debug)]
pub(crate) struct Life {
    child: Child,
    begun: Instant,
}

impl Life {
    /// Starts `servo run`, with its log at the end of a file.
    pub(crate) fn start(site: &Site) -> Result<Self> {
        let log = File::options().create(true).append(true).open(site.at("log"));
        let child = Command::new(site.servo())
            .arg("-c")
            .arg(site.at("servo.yaml"))
            .args(["run", "--format", "json"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.map_err(|error| error.to_string())?)
            .kill_on_drop(true)
            .spawn();
        let child = child.map_err(|error| format!("cannot start {}: {error}", site.servo().display()))?;
        Ok(Self { child, begun: Instant::now() })
    }

    /// Waits, looking at its memory; true where it ended meanwhile.
    pub(crate) async fn ended_within(&mut self, time: Duration, memory: &mut Memory) -> Result<bool> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            let pause = LOOK.min(end - Instant::now());
            if let Ok(status) = timeout(pause, self.child.wait()).await {
                status.map_err(|error| error.to_string())?;
                return Ok(true);
            }
            if let Some(pid) = self.child.id() {
                memory.look(pid, self.begun.elapsed());
            }
        }
        Ok(false)
    }

    /// Kills one of them; false where it did not run just then.
    pub(crate) async fn kill(&mut self, victim: Victim, site: &Site) -> Result<bool> {
        match victim {
            Victim::Servo => {
                self.child.kill().await.map_err(|error| error.to_string())?;
                Ok(true)
            }
            Victim::Service => Ok(left::kill(&site.programs()[0])),
            Victim::Prometheus => Ok(left::kill(&site.programs()[1])),
        }
    }

    /// Asks it to end, and waits for that.
    pub(crate) async fn stop(&mut self) -> Result<()> {
        let pid = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let pid = pid.ok_or("the servo ended by itself at the last start")?;
        kill_process(pid, Signal::TERM).map_err(|error| format!("cannot signal: {error}"))?;
        match timeout(END, self.child.wait()).await {
            Ok(status) => status.map(drop).map_err(|error| error.to_string()),
            Err(_) => Err(format!("it does not end within {} s after SIGTERM", END.as_secs())),
        }
    }
}
