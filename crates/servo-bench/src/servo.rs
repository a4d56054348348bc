//! A servo that is measured, in a process of its own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Result;
use crate::document::AUTHORITY;
use crate::optimizer::{Optimizer, Tally};
use crate::place::{self, Place};
use crate::process::{self, Memory};

/// How long a servo is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

/// How often it is looked whether it has come that far.
const LOOK: Duration = Duration::from_millis(20);

/// How many lines of a servo's log are told where a measurement fails.
const LAST_LINES: usize = 5;

/// A servo while it runs. It is killed when this is dropped.
pub(crate) struct Servo {
    child: Child,
    log: PathBuf,
}

/// What something cost, and how long it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// CPU time of the servo.
    pub(crate) servo: Duration,
    /// CPU time of this process, which is the optimizer.
    pub(crate) optimizer: Duration,
    /// Time of the clock.
    pub(crate) wall: Duration,
}

/// CPU times at one moment.
pub(crate) struct Since {
    servo: Duration,
    optimizer: Duration,
    begin: Instant,
}

impl Servo {
    /// Starts `program run` in a folder of that name, with this configuration and these options.
    pub(crate) fn start(
        place: &Place,
        program: &Path,
        name: &str,
        configuration: &str,
        options: &[&str],
    ) -> Result<Self> {
        let folder = place.folder(name)?;
        place::write(&folder.join("servo.yaml"), configuration)?;
        place::write(&folder.join(AUTHORITY), &place.authority.pem)?;
        let log = folder.join("log");
        let stderr =
            File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let child = Command::new(program)
            .arg("run")
            .args(options)
            .current_dir(&folder)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        Ok(Self { child, log })
    }

    /// Waits until the optimizer has one of its counts this large.
    ///
    /// # Errors
    ///
    /// It takes too long, a command has failed, or the servo has ended. The last lines of its log are told.
    pub(crate) async fn reaches(
        &mut self,
        optimizer: &Optimizer,
        what: &str,
        count: u64,
        which: impl Fn(&Tally) -> &AtomicU64,
    ) -> Result<()> {
        let begin = Instant::now();
        loop {
            match (optimizer.has(count, &which), self.child.try_wait()) {
                (Ok(true), _) => return Ok(()),
                (Err(reason), _) => return Err(self.explain(&reason)),
                (_, Ok(Some(status))) => {
                    return Err(self.explain(&format!("the servo has ended with {status}")));
                }
                _ if begin.elapsed() > PATIENCE => {
                    let (reached, seconds) = (optimizer.count(&which), PATIENCE.as_secs());
                    let reason =
                        format!("expected {what} {count} times within {seconds} s, it was {reached} times");
                    return Err(self.explain(&reason));
                }
                _ => sleep(LOOK).await,
            }
        }
    }

    /// Adds the last lines of the log to the reason why a measurement fails.
    fn explain(&self, reason: &str) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n");
        if last.is_empty() { reason.to_owned() } else { format!("{reason}; its log ends with\n{last}") }
    }

    fn process(&self) -> String {
        self.child.id().to_string()
    }

    /// Reads what memory it has.
    pub(crate) fn memory(&self) -> Result<Memory> {
        process::memory(&self.process())
    }

    /// Reads what CPU time it has used since it was started.
    pub(crate) fn total(&self) -> Result<Duration> {
        Ok(process::cpu(&self.process())?.own)
    }

    /// Begins to count CPU time.
    pub(crate) fn since(&self) -> Result<Since> {
        let (servo, optimizer) = (process::cpu(&self.process())?.own, process::cpu("self")?.own);
        Ok(Since { servo, optimizer, begin: Instant::now() })
    }

    /// Says what was spent since then.
    pub(crate) fn spent(&self, since: &Since) -> Result<Spent> {
        let (servo, optimizer) = (process::cpu(&self.process())?.own, process::cpu("self")?.own);
        Ok(Spent {
            servo: servo.saturating_sub(since.servo),
            optimizer: optimizer.saturating_sub(since.optimizer),
            wall: since.begin.elapsed(),
        })
    }

    /// Says what is spent within this time.
    pub(crate) async fn spends(&self, time: Duration) -> Result<Spent> {
        let since = self.since()?;
        sleep(time).await;
        self.spent(&since)
    }
}

impl Drop for Servo {
    fn drop(&mut self) {
        // One that has ended already needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
