//! What the system says of processes, under `/proc`.

use std::collections::BTreeSet;
use std::fs;

/// One process, from `/proc/PID/stat` (proc(5)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) pid: i32,
    pub(crate) parent: i32,
    /// Whether it has ended, and nobody has asked how.
    pub(crate) is_zombie: bool,
    /// The CPU time of the process itself, in clock ticks.
    pub(crate) own_ticks: u64,
    /// The CPU time of those of its children that were waited for, in clock ticks.
    pub(crate) reaped_ticks: u64,
    pub(crate) threads: u64,
    /// When it began, in clock ticks since the machine did.
    pub(crate) start_ticks: u64,
    pub(crate) rss_pages: u64,
}

impl Stat {
    /// Reads the line that the kernel gives; `None` where it is not one.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        // The name may have blanks and brackets in it: the last bracket ends it.
        let (before, after) = (line.find('(')?, line.rfind(')')?);
        let pid = line[..before].trim().parse().ok()?;
        let fields: Vec<&str> = line.get(after + 1..)?.split_ascii_whitespace().collect();
        // The fields are counted from 1, and the state, the first here, is the third.
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Self {
            pid,
            parent: fields.get(1)?.parse().ok()?,
            is_zombie: matches!(*fields.first()?, "Z" | "X"),
            own_ticks: number(14)?.saturating_add(number(15)?),
            reaped_ticks: number(16)?.saturating_add(number(17)?),
            threads: number(20)?,
            start_ticks: number(22)?,
            rss_pages: number(24)?,
        })
    }

    /// Reads that of one process; `None` where there is none of that number.
    pub(crate) fn of(pid: i32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// Reads those of all processes that there are. One that ends while they are read may be missing.
    pub(crate) fn all() -> Vec<Self> {
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
        entries.filter_map(|entry| Self::of(number(entry.ok()?)?)).collect()
    }
}

/// Gives those of the processes that come from one of `roots`, without these.
pub(crate) fn descendants(all: &[Stat], roots: &[i32]) -> Vec<Stat> {
    let mut family: BTreeSet<i32> = roots.iter().copied().collect();
    let mut found: Vec<Stat> = Vec::new();
    loop {
        let known = found.len();
        for stat in all {
            if family.contains(&stat.parent) && family.insert(stat.pid) {
                found.push(*stat);
            }
        }
        if found.len() == known {
            return found;
        }
    }
}

/// Says whether a process runs that began at that time: its number may be another's by now.
pub(crate) fn is_running(pid: i32, start_ticks: u64) -> bool {
    Stat::of(pid).is_some_and(|stat| stat.start_ticks == start_ticks && !stat.is_zombie)
}

/// Says whether a process was begun with a variable in its environment. One whose environment may not be read was not.
pub(crate) fn has_variable(pid: i32, name: &str, value: &str) -> bool {
    let Ok(environment) = fs::read(format!("/proc/{pid}/environ")) else { return false };
    let sought = format!("{name}={value}");
    environment.split(|byte| *byte == 0).any(|variable| variable == sought.as_bytes())
}

/// Kills a process. One that is gone already is no error.
pub(crate) fn kill(pid: i32, signal: rustix::process::Signal) {
    if let Some(pid) = rustix::process::Pid::from_raw(pid) {
        // It is gone, or it is not ours; neither can be helped.
        let _ = rustix::process::kill_process(pid, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        "812 (a (b) c) S 1 812 812 0 -1 4194560 1 0 0 0 250 50 7 3 20 0 4 0 9000 99999 1234 1844";

    #[test]
    fn a_line_is_read_whatever_the_program_calls_itself() {
        let stat = Stat::parse(LINE).unwrap();
        assert_eq!((stat.pid, stat.parent, stat.is_zombie), (812, 1, false));
        assert_eq!((stat.own_ticks, stat.reaped_ticks), (300, 10));
        assert_eq!((stat.threads, stat.start_ticks, stat.rss_pages), (4, 9000, 1234));
        for end in 0..LINE.len() {
            let _ = Stat::parse(&LINE[..end]);
        }
    }

    #[test]
    fn descendants_are_found_in_whatever_order_they_are_read() {
        let stat = |pid, parent| Stat { pid, parent, ..Stat::parse(LINE).unwrap() };
        let all = [stat(9, 8), stat(8, 5), stat(5, 1), stat(7, 1), stat(6, 5)];
        let mut pids: Vec<i32> = descendants(&all, &[5]).iter().map(|stat| stat.pid).collect();
        pids.sort_unstable();
        assert_eq!(pids, [6, 8, 9]);
    }

    #[test]
    fn this_process_is_among_all_of_them() {
        let pid = i32::try_from(std::process::id()).unwrap();
        let stat = Stat::of(pid).unwrap();
        assert!(Stat::all().iter().any(|other| other.pid == pid));
        assert!(is_running(pid, stat.start_ticks));
        assert!(!is_running(pid, stat.start_ticks + 1));
        assert!(!has_variable(pid, "NOBODY_HAS_THIS", "1"));
    }
}
