//! What the system says of this process, where it is Linux.

use std::fs;

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};

/// What the system says of this process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Process {
    /// Time on the processor, in seconds.
    pub(super) cpu: Option<f64>,
    /// Memory in use, in bytes.
    pub(super) resident: Option<u64>,
    /// Memory with addresses, in bytes.
    pub(super) addressed: Option<u64>,
    /// Open files and sockets.
    pub(super) open_files: Option<u64>,
    /// How many of these there may be; `None` where there is no limit.
    pub(super) most_files: Option<u64>,
    /// When it started, in seconds since 1970.
    pub(super) started: Option<f64>,
    /// Threads.
    pub(super) threads: Option<u64>,
}

impl Process {
    /// Asks the system. What it does not say is absent, which is everything where it is no Linux.
    pub(super) fn read() -> Self {
        let stat = fs::read_to_string("/proc/self/stat").ok().and_then(|text| Stat::parse(&text));
        let Some(stat) = stat else { return Self::default() };
        let ticks = clock_ticks_per_second();
        let seconds = |count: u64| (ticks > 0).then(|| count as f64 / ticks as f64);
        let boot = fs::read_to_string("/proc/stat").ok().and_then(|text| boot_time(&text));
        let started = boot.zip(seconds(stat.start)).map(|(boot, since)| boot as f64 + since);
        // The folder is open while it is looked at.
        let open = fs::read_dir("/proc/self/fd").ok().map(|open| (open.count() as u64).saturating_sub(1));
        Self {
            cpu: seconds(stat.user.saturating_add(stat.system)),
            resident: stat.resident_pages.checked_mul(page_size() as u64),
            addressed: Some(stat.addressed),
            open_files: open,
            most_files: getrlimit(Resource::Nofile).current,
            started,
            threads: Some(stat.threads),
        }
    }
}

/// The fields of `/proc/PID/stat` that are of use (`proc_pid_stat(5)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stat {
    user: u64,
    system: u64,
    threads: u64,
    start: u64,
    addressed: u64,
    resident_pages: u64,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        // The name of the program stands in brackets and may have brackets and blanks in it. What follows begins with
        // the third field.
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let field = |number: usize| fields.get(number.checked_sub(3)?)?.parse().ok();
        Some(Self {
            user: field(14)?,
            system: field(15)?,
            threads: field(20)?,
            start: field(22)?,
            addressed: field(23)?,
            resident_pages: field(24)?,
        })
    }
}

/// Reads off `/proc/stat` when the system started, in seconds since 1970 (`proc_stat(5)`).
fn boot_time(text: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STAT: &str = "4321 (a (b) c) S 1 4321 4321 0 -1 4194560 1500 0 3 0 250 50 0 0 20 0 9 0 123400 \
                        10485760 2048 18446744073709551615 1 1 0 0 0 0 0 4096 17642 0 0 0 17 1 0 0 0 0 0";

    #[test]
    fn the_fields_are_found_behind_a_name_with_brackets() {
        let stat = Stat::parse(STAT).unwrap();
        let Stat { user, system, threads, start, addressed, resident_pages } = stat;
        assert_eq!((user, system, threads, start), (250, 50, 9, 123_400));
        assert_eq!((addressed, resident_pages), (10_485_760, 2048));
    }

    #[test]
    fn the_time_of_the_start_of_the_system_is_on_a_line_of_its_own() {
        assert_eq!(boot_time("cpu  1 2 3\nctxt 4\nbtime 1700000000\nprocesses 5\n"), Some(1_700_000_000));
        assert_eq!(boot_time("cpu  1 2 3\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_tells_all_of_it() {
        let process = Process::read();
        assert!(process.resident.unwrap() > 100_000 && process.addressed > process.resident, "{process:?}");
        assert!(process.threads.unwrap() >= 1 && process.open_files.unwrap() >= 3, "{process:?}");
        assert!(process.cpu.unwrap() >= 0.0 && process.started.unwrap() > 1.6e9, "{process:?}");
    }

    proptest! {
        #[test]
        fn whatever_the_system_says_is_read_or_left_out(text in "(?s).*", numbers in "[0-9() -]*") {
            let _ = (Stat::parse(&text), Stat::parse(&numbers), boot_time(&text));
        }
    }
}
