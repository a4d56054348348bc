//! A process that is known again: its number alone may be somebody else's by now.

use crate::stat::Stat;

/// A process, known by its number and when it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Process {
    /// Its number, which is that of its process group, too, where this crate has started it.
    pub pid: i32,
    /// When it began, in clock ticks since the machine did.
    pub start_time_ticks: u64,
}

impl Process {
    /// Finds the process that has a number now.
    pub fn of(pid: i32) -> Option<Self> {
        Some(Self { pid, start_time_ticks: start_time(pid)? })
    }

    /// Returns true where it still runs.
    pub fn is_alive(self) -> bool {
        is_alive(self.pid, self.start_time_ticks)
    }
}

/// Returns when the process of that number began, in clock ticks since the machine did; `None` where there is none, or
/// where the system does not tell.
pub fn start_time(pid: i32) -> Option<u64> {
    stat(pid).map(|stat| stat.start_time_ticks)
}

/// Returns true where the process of that number began at that time, and has not ended.
pub fn is_alive(pid: i32, start_time_ticks: u64) -> bool {
    stat(pid).is_some_and(|stat| stat.start_time_ticks == start_time_ticks && !stat.has_ended())
}

/// Reads what the kernel tells of a process; memory of the kernel, so that it does not wait for a disk.
fn stat(pid: i32) -> Option<Stat> {
    // Names are bytes.
    let line = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    Stat::parse(&String::from_utf8_lossy(&line))
}

/// Reads the same of every process there is; `None` where the system does not tell.
pub(crate) fn all() -> Option<impl Iterator<Item = Stat>> {
    let entries = std::fs::read_dir("/proc").ok()?;
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    Some(pids.filter_map(stat))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_and_one_of_its_number_from_another_time_is_not() {
        let own = i32::try_from(std::process::id()).unwrap();
        let process = Process::of(own).unwrap();
        assert!(process.is_alive());
        assert!(!is_alive(own, process.start_time_ticks + 1));
        assert_eq!(Process::of(-1), None);
        assert!(all().unwrap().any(|stat| stat.pid == own));
    }
}
