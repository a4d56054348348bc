//! What an earlier process of Servo has left running: found by what it wrote down, and ended.

use std::time::Duration;

use rustix::process::Signal;
use serde::{Deserialize, Serialize};
use servo_core::{Error, Result};
use tokio::time::{Instant, sleep};

use crate::cgroup::Groups;
use crate::order::COOKIE;
use crate::proc::{self, Stat, descendants, has_variable, is_running};

/// How often what is to end is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// How long beyond its grace a supervisor is waited for.
const BEYOND_GRACE: Duration = Duration::from_secs(8);

/// How long what was killed is waited for.
const AFTER_KILL: Duration = Duration::from_secs(5);

/// What is written down of a run before it begins, and again once its supervisor is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The value of the variable that every process of the run has.
    pub(crate) cookie: String,
    pub(crate) groups: Option<Groups>,
    /// The process of the supervisor, and when it began, in clock ticks since the machine did.
    pub(crate) supervisor: Option<(i32, u64)>,
    pub(crate) grace_milliseconds: u64,
    /// Which start of the machine it was: numbers of processes and times are of that one.
    #[serde(default)]
    pub(crate) boot: String,
}

/// Tells this start of the machine from all others; empty where the system does not.
pub(crate) fn boot() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().to_owned()
}

impl Record {
    /// Ends everything of the run, and removes its groups. A supervisor that is ending it is left to do so.
    ///
    /// # Errors
    ///
    /// Class failed: a process that cannot be killed.
    pub(crate) async fn clean(&self) -> Result<()> {
        if self.boot != boot() {
            return Ok(());
        }
        let grace = Duration::from_millis(self.grace_milliseconds) + BEYOND_GRACE;
        let begin = Instant::now();
        while self.supervisor.is_some_and(|(pid, start)| is_running(pid, start)) && begin.elapsed() < grace {
            sleep(LOOK).await;
        }
        let begin = Instant::now();
        let mut was_empty = false;
        loop {
            let record = self.clone();
            let left = tokio::task::spawn_blocking(move || record.left()).await.unwrap_or_default();
            // A process that is being executed has no environment for a moment, so that it takes a second look.
            let is_empty = left.is_empty() && self.groups.as_ref().is_none_or(Groups::remove);
            if is_empty && was_empty {
                return Ok(());
            }
            was_empty = is_empty;
            if begin.elapsed() > AFTER_KILL {
                let pids: Vec<String> = left.iter().map(ToString::to_string).collect();
                let message = format!("cannot end what an earlier run has left: {}", pids.join(", "));
                return Err(Error::failed(message).with_help("end these processes by hand"));
            }
            for pid in left {
                proc::kill(pid, Signal::KILL);
            }
            sleep(LOOK).await;
        }
    }

    /// Finds what is left of the run: its supervisor, what is in its groups, what has its variable, and what these began.
    fn left(&self) -> Vec<i32> {
        let own = i32::try_from(std::process::id()).unwrap_or_default();
        let all = Stat::all();
        let in_groups = self.groups.as_ref().map(Groups::processes).unwrap_or_default();
        let is_of_run = |stat: &&Stat| {
            in_groups.contains(&stat.pid)
                || self.supervisor == Some((stat.pid, stat.start_ticks))
                || has_variable(stat.pid, COOKIE, &self.cookie)
        };
        let mut pids: Vec<i32> =
            all.iter().filter(is_of_run).map(|stat| stat.pid).filter(|pid| *pid != own).collect();
        pids.extend(descendants(&all, &pids).iter().map(|stat| stat.pid));
        let is_alive = |pid: &i32| all.iter().any(|stat| stat.pid == *pid && !stat.is_zombie);
        pids.retain(|pid| *pid != own && is_alive(pid));
        pids
    }
}
