//! Process groups: everything a program has started and that did not leave, ended as one.

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use servo_core::duration::Duration;
use tokio::time::{Instant, sleep, timeout_at};

use crate::process;
use crate::stat::Stat;

/// How long a group is waited for after SIGKILL: a process that waits for a device may take its time.
const AFTER_KILL: Duration = Duration::from_secs(5);
/// How often a group that is to end is looked at, at first and at last.
const SOONEST: std::time::Duration = std::time::Duration::from_millis(2);
const LATEST: std::time::Duration = std::time::Duration::from_millis(100);

/// A process group, by the number of the process that it began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Group(Pid);

/// What became of a group that was to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// There was nothing left of it.
    Gone,
    /// It ended within the grace.
    Terminated,
    /// It was killed after the grace.
    Killed,
    /// Something of it is still there, though it was killed: it waits for a device, or is somebody else's.
    Survived,
}

impl Group {
    /// Names a group; `None` for numbers that are no group of ours: 0, 1 and below.
    pub fn of(pid: i32) -> Option<Self> {
        Pid::from_raw(pid.max(0)).filter(|_| pid > 1).map(Self)
    }

    /// Returns its number.
    pub fn id(self) -> i32 {
        self.0.as_raw_pid()
    }

    /// Returns true where a process of it runs. Those that have ended and that nobody has asked for do not count: where
    /// the first process of a container asks for none, they stay.
    pub fn is_alive(self) -> bool {
        let is_there = !matches!(test_kill_process_group(self.0), Err(rustix::io::Errno::SRCH));
        is_there && self.members().is_none_or(|mut members| members.any(|stat| !stat.has_ended()))
    }

    /// Asks each of its processes to end.
    pub fn terminate(self) {
        self.signal(Signal::TERM);
    }

    /// Ends each of its processes.
    pub fn kill(self) {
        self.signal(Signal::KILL);
    }

    fn signal(self, signal: Signal) {
        if let Err(error) = kill_process_group(self.0, signal)
            && error != rustix::io::Errno::SRCH
        {
            tracing::warn!("cannot send a signal to process group {}: {error}", self.id());
        }
    }

    /// Gives its processes; `None` where the system does not tell.
    fn members(self) -> Option<impl Iterator<Item = Stat>> {
        let id = self.id();
        Some(process::all()?.filter(move |stat| stat.group == id))
    }
}

/// Ends a group: SIGTERM, then SIGKILL for what is left after `grace`, and waits until nothing of it runs.
///
/// Whoever stops a group of an earlier process of Servo first verifies that it is the same, by
/// [`Process::is_alive`](crate::Process::is_alive).
pub async fn stop(group: Group, grace: Duration) -> Stopped {
    if !group.is_alive() {
        return Stopped::Gone;
    }
    group.terminate();
    if is_gone_within(group, grace).await {
        return Stopped::Terminated;
    }
    group.kill();
    if is_gone_within(group, AFTER_KILL).await { Stopped::Killed } else { Stopped::Survived }
}

async fn is_gone_within(group: Group, limit: Duration) -> bool {
    let looking = async {
        let mut pause = SOONEST;
        while group.is_alive() {
            sleep(pause).await;
            pause = (pause * 2).min(LATEST);
        }
    };
    // A time that no clock can count is never over.
    let Some(end) = Instant::now().checked_add(limit.as_std()) else {
        looking.await;
        return true;
    };
    timeout_at(end, looking).await.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_cannot_be_ours_are_none() {
        for pid in [i32::MIN, -1, 0, 1] {
            assert_eq!(Group::of(pid), None);
        }
        assert_eq!(Group::of(4711).map(Group::id), Some(4711));
    }
}
