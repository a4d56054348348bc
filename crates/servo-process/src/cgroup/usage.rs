//! What groups say of the processes in them.

use std::fs;
use std::path::Path;

use super::{Groups, Version};

/// What the processes of a group have used, as far as its hierarchy tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    /// The CPU time, in seconds.
    pub(crate) cpu_seconds: Option<f64>,
    /// The memory in use that is not a copy of files, in bytes.
    pub(crate) memory_bytes: Option<u64>,
    /// The most memory that was in use at a time, files included, in bytes.
    pub(crate) memory_peak_bytes: Option<u64>,
    /// How many processes were killed for want of memory.
    pub(crate) oom_kills: Option<u64>,
    /// How many periods there were in which something ran.
    pub(crate) periods: Option<u64>,
    /// In how many of these the quota was used up.
    pub(crate) throttled_periods: Option<u64>,
}

impl Groups {
    /// Reads what the processes have used.
    pub(crate) fn usage(&self) -> Usage {
        let read = |controller: &str, file: &str| text(self.folder_of(controller)?, file);
        let value = |controller: &str, file: &str, key: &str| keyed(&read(controller, file)?, key);
        let number = |controller: &str, file: &str| read(controller, file)?.trim().parse::<u64>().ok();
        let sum = |file: &str, keys: [&str; 2]| {
            let text = read("memory", file)?;
            Some(keyed(&text, keys[0])?.saturating_add(keyed(&text, keys[1]).unwrap_or_default()))
        };
        let usage = Usage {
            periods: value("cpu", "cpu.stat", "nr_periods"),
            throttled_periods: value("cpu", "cpu.stat", "nr_throttled"),
            ..Usage::default()
        };
        match self.version {
            Version::First => Usage {
                cpu_seconds: number("cpuacct", "cpuacct.usage").map(|nanoseconds| nanoseconds as f64 / 1e9),
                // Anonymous memory, and that which is shared (memory.stat of version 1).
                memory_bytes: sum("memory.stat", ["total_rss", "total_shmem"]),
                memory_peak_bytes: number("memory", "memory.max_usage_in_bytes"),
                oom_kills: value("memory", "memory.oom_control", "oom_kill"),
                ..usage
            },
            Version::Second => Usage {
                cpu_seconds: value("cpu", "cpu.stat", "usage_usec").map(|micros| micros as f64 / 1e6),
                memory_bytes: sum("memory.stat", ["anon", "shmem"]),
                memory_peak_bytes: number("memory", "memory.peak"),
                oom_kills: value("memory", "memory.events", "oom_kill"),
                ..usage
            },
        }
    }

    /// Reads how many processes were killed for want of memory; 0 where that is not counted.
    pub(crate) fn oom_kills(&self) -> u64 {
        self.usage().oom_kills.unwrap_or_default()
    }
}

fn text(folder: &Path, file: &str) -> Option<String> {
    fs::read_to_string(folder.join(file)).ok()
}

/// Gives the number of a line `key number`.
fn keyed(text: &str, key: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')?.trim().parse().ok())
}
