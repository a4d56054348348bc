//! What a process costs, as the proc file system tells it.

use std::time::Duration;

use rustix::param::clock_ticks_per_second;

use crate::Result;

/// CPU time, user and system together, in the steps of the kernel's clock (usually 10 ms).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cpu {
    /// Of the process with all of its threads, those that have ended as well.
    pub(crate) own: Duration,
    /// Of its children that have ended and were waited for.
    pub(crate) children: Duration,
}

/// Memory that is in RAM, in KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// All of it (RSS).
    pub(crate) resident: u64,
    /// The most that there ever was of it.
    pub(crate) peak: u64,
    /// The part that is the process's own: heap and stacks.
    pub(crate) anonymous: u64,
    /// How many threads there are.
    pub(crate) threads: u64,
}

/// Reads what CPU time a process has used; `self` names this one.
pub(crate) fn cpu(process: &str) -> Result<Cpu> {
    let text = read(process, "stat")?;
    parse_stat(&text, clock_ticks_per_second())
        .ok_or_else(|| format!("/proc/{process}/stat is not in its form"))
}

/// Reads what memory a process has.
pub(crate) fn memory(process: &str) -> Result<Memory> {
    let text = read(process, "status")?;
    parse_status(&text).ok_or_else(|| format!("/proc/{process}/status is not in its form"))
}

fn read(process: &str, file: &str) -> Result<String> {
    let path = format!("/proc/{process}/{file}");
    std::fs::read_to_string(&path).map_err(|error| format!("cannot read {path}: {error}"))
}

/// Reads the fields 14 to 17 of `/proc/PID/stat`: `proc_pid_stat(5)`.
fn parse_stat(text: &str, ticks_per_second: u64) -> Option<Cpu> {
    // The second field is the name of the program in parentheses, with whatever letters it has.
    let (_, rest) = text.rsplit_once(')')?;
    let ticks = rest.split_whitespace().skip(11).take(4).map(|field| field.parse().ok());
    let ticks: Vec<u64> = ticks.collect::<Option<_>>()?;
    let [user, system, children_user, children_system] = ticks[..] else { return None };
    let time = |a: u64, b: u64| {
        let ticks = a.saturating_add(b);
        let nanoseconds = u128::from(ticks) * 1_000_000_000 / u128::from(ticks_per_second.max(1));
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    };
    Some(Cpu { own: time(user, system), children: time(children_user, children_system) })
}

/// Reads lines of `/proc/PID/status`: `proc_pid_status(5)`.
fn parse_status(text: &str) -> Option<Memory> {
    let number = |key: &str| {
        let rest = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        rest.split_whitespace().next()?.parse().ok()
    };
    Some(Memory {
        resident: number("VmRSS")?,
        peak: number("VmHWM")?,
        anonymous: number("RssAnon")?,
        threads: number("Threads")?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_name_of_a_program_may_have_any_letters() {
        let text = "7 (a) b (c) S 1 1 1 0 -1 4194304 100 0 0 0 150 50 7 3 20 0 1 0 2286121 3133440 412";
        let expected = Cpu { own: Duration::from_secs(2), children: Duration::from_millis(100) };
        assert_eq!(parse_stat(text, 100), Some(expected));
        assert_eq!(parse_stat("7 (a) S 1 1", 100), None);
    }

    #[test]
    fn memory_is_found_by_its_keys() {
        let text = "Name:\tservo\nVmHWM:\t   12000 kB\nVmRSS:\t   11264 kB\nRssAnon:\t    4096 kB\nRssFile:\t 7168 kB\nThreads:\t3\n";
        assert_eq!(
            parse_status(text),
            Some(Memory { resident: 11264, peak: 12000, anonymous: 4096, threads: 3 })
        );
        assert_eq!(parse_status("Name:\tservo\n"), None, "a process that has ended has no memory, not none");
    }

    #[test]
    fn this_process_is_there() {
        assert!(memory("self").unwrap().resident > 0);
        assert!(cpu("self").is_ok());
        assert!(memory("no-such-process").is_err());
    }

    proptest! {
        #[test]
        fn reading_is_total(text in ".*", ticks in any::<u64>()) {
            let _ = (parse_stat(&text, ticks), parse_status(&text));
        }
    }
}
