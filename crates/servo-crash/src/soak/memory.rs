//! The servo's memory over its lives.

use std::fmt;
use std::time::Duration;

use crate::Result;

/// A servo that has run for so long has put right what the last one left, and has sent load for some trials. It is looked
/// at once, then: lives differ in length, and what is resident follows the trials that it has had.
const SETTLED: Duration = Duration::from_secs(45);
/// And again each time that it has run for so long more, which shows what grows within a life.
const AGAIN: Duration = Duration::from_mins(1);
/// How much more the least of the later half of the lives may be than that of the first, in KiB: about what one trial
/// more within that time makes.
const DRIFT_KIB: f64 = 4096.0;

/// So many lives tell something: some have no trial that the service cannot hold.
const ENOUGH: usize = 8;

/// What was resident, in KiB, in each life that was long enough.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Once it had [`SETTLED`].
    lives: Vec<f64>,
    /// The least of all lives that became so old, and how many did, for each look of a life.
    aged: Vec<(f64, u32)>,
    /// The process that was looked at last, and how often.
    last: Option<(u32, usize)>,
}

impl Memory {
    /// Looks at a process.
    pub(crate) fn look(&mut self, pid: u32, age: Duration) {
        let looks = self.last.filter(|(last, _)| *last == pid).map_or(0, |(_, looks)| looks);
        if age < SETTLED + AGAIN * u32::try_from(looks).unwrap_or(u32::MAX) {
            return;
        }
        let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) else { return };
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse().ok());
        if let Some(kib) = kib {
            if looks == 0 {
                self.lives.push(kib);
            }
            if self.aged.len() == looks {
                self.aged.push((f64::INFINITY, 0));
            }
            let (least, count) = &mut self.aged[looks];
            (*least, *count) = (least.min(kib), *count + 1);
            self.last = Some((pid, looks + 1));
        }
    }

    /// Fails where the later half has more than the first, and where there were too few to say.
    pub(crate) fn is_flat(&self) -> Result<()> {
        let (first, later) = self.halves();
        if self.lives.len() < ENOUGH {
            return Err(format!("{} lives were long enough for a look at memory, too few", self.lives.len()));
        }
        if later - first <= DRIFT_KIB {
            return Ok(());
        }
        Err(format!("memory grows: {:.1} MiB, then {:.1} MiB", first / 1024.0, later / 1024.0))
    }

    /// The least of each: requests that are under way in a trial that the service cannot hold come on top, are many, and
    /// say nothing of what stays. What stays would be in every life.
    fn halves(&self) -> (f64, f64) {
        let (first, later) = self.lives.split_at(self.lives.len() / 2);
        let least = |seen: &[f64]| seen.iter().copied().reduce(f64::min).unwrap_or_default();
        (least(first), least(later))
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, later) = self.halves();
        let most = self.lives.iter().copied().fold(0.0, f64::max);
        write!(
            f,
            "memory after {} s at least {:.1} MiB in the first half, {:.1} MiB in the second, at most {:.1} MiB, in {} \
             lives",
            SETTLED.as_secs(),
            first / 1024.0,
            later / 1024.0,
            most / 1024.0,
            self.lives.len()
        )?;
        for (minutes, (least, count)) in self.aged.iter().enumerate().skip(1) {
            write!(f, ", {minutes} min later at least {:.1} MiB in {count}", least / 1024.0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_is_told_from_what_was_once_much() {
        let mib = |seen: &[f64]| {
            let lives = seen.iter().map(|mib| mib * 1024.0).collect();
            Memory { lives, ..Memory::default() }
        };
        assert!(mib(&[28.0, 29.0, 28.0, 29.0, 29.0, 28.0, 130.0, 70.0]).is_flat().is_ok());
        let grown = mib(&[28.0, 29.0, 30.0, 31.0, 33.0, 34.0, 35.0, 36.0]).is_flat().expect_err("it grows");
        assert!(mib(&[28.0, 28.0]).is_flat().is_err(), "two lives tell nothing");
        assert_eq!(grown, "memory grows: 28.0 MiB, then 33.0 MiB");
    }
}
