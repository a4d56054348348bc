//! A program and everything that came from it, which a supervisor has adopted.

use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Signal, WaitOptions, wait};
use tokio::time::{Instant, sleep};

use crate::cgroup::Groups;
use crate::order::{End, Order};
use crate::proc::{self, Stat, descendants};

/// How often what is to end is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How long what was killed is waited for: a process that waits for a device may take its time.
const AFTER_KILL: Duration = Duration::from_secs(5);

/// How long groups without processes are in use at most.
const AFTER_END: Duration = Duration::from_secs(2);

/// A program and everything that came from it.
pub(super) struct Family {
    main: i32,
    groups: Option<Groups>,
    end: Option<End>,
    has_children: bool,
}

impl Family {
    pub(super) fn new(main: i32, groups: Option<Groups>) -> Self {
        Self { main, groups, end: None, has_children: true }
    }

    /// Says how the program ended, once it has.
    pub(super) fn end(&self) -> Option<End> {
        self.end
    }

    /// Asks for those that have ended, whoever's children they were.
    pub(super) fn reap(&mut self) {
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) if pid.as_raw_pid() == self.main => {
                    let usage = self.groups.as_ref().map(Groups::usage).unwrap_or_default();
                    self.end = Some(End {
                        code: status.exit_status(),
                        signal: status.terminating_signal(),
                        oom_kills: usage.oom_kills.unwrap_or_default(),
                        memory_peak_bytes: usage.memory_peak_bytes,
                    });
                }
                Ok(Some(_)) | Err(Errno::INTR) => {}
                Ok(None) => break,
                Err(_) => {
                    self.has_children = false;
                    break;
                }
            }
        }
    }

    /// Ends all of it: the program is told, then what it leaves behind, and what is there after the grace is killed.
    pub(super) async fn stop(&mut self, order: &Order, children: &mut tokio::signal::unix::Signal) {
        let begin = Instant::now();
        let grace = Duration::from_millis(order.grace_milliseconds);
        let mut others_are_told = false;
        self.reap();
        if self.end.is_none() {
            proc::kill(self.main, order.signal.signal());
        }
        while self.has_children && begin.elapsed() < grace + AFTER_KILL {
            if begin.elapsed() >= grace {
                Self::tell_all(Signal::KILL);
                if let Some(groups) = &self.groups {
                    groups.kill();
                }
            } else if self.end.is_some() && !others_are_told {
                others_are_told = true;
                Self::tell_all(order.signal.signal());
            }
            tokio::select! {
                _ = children.recv() => {}
                () = sleep(LOOK) => {}
            }
            self.reap();
        }
        self.remove_groups().await;
    }

    fn tell_all(signal: Signal) {
        let own = i32::try_from(std::process::id()).unwrap_or_default();
        for stat in descendants(&Stat::all(), &[own]) {
            proc::kill(stat.pid, signal);
        }
    }

    /// Removes the groups. One is in use for a moment after its last process has ended.
    async fn remove_groups(&mut self) {
        let Some(groups) = self.groups.take() else { return };
        let begin = Instant::now();
        while !groups.remove() && begin.elapsed() < AFTER_END {
            groups.kill();
            sleep(LOOK).await;
        }
    }
}
