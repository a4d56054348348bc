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

/// A life is told to be long from here on.
const LONG: Duration = Duration::from_mins(16);
/// By then a long life has had some tens of trials, and among them nearly as many requests under way at once as there can
/// be: what it holds at least in the next [`STRETCH`] is what it needs. The allocator keeps for the next attack what the
/// largest one took, which the rate times the timeout bounds.
const GROWN_UP: Duration = Duration::from_mins(10);
/// The time over which the least is taken: some trials' worth.
const STRETCH: Duration = Duration::from_mins(2);
/// How much more a long life may hold at its end than when it had grown up, in KiB: less than one thread that an allocator
/// keeps something for, and more than what one trial needs more than another.
const GROWTH_KIB: f64 = 16_384.0;

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
    /// The process that runs, and every look at it.
    running: (u32, Vec<(Duration, f64)>),
    /// Every look at the longest life of those before.
    longest: Vec<(Duration, f64)>,
}

impl Memory {
    /// Looks at a process.
    pub(crate) fn look(&mut self, pid: u32, age: Duration) {
        let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) else { return };
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse().ok());
        if let Some(kib) = kib {
            self.follow(pid, age, kib);
            let looks = self.last.filter(|(last, _)| *last == pid).map_or(0, |(_, looks)| looks);
            if age < SETTLED + AGAIN * u32::try_from(looks).unwrap_or(u32::MAX) {
                return;
            }
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

    /// Follows one life.
    fn follow(&mut self, pid: u32, age: Duration, kib: f64) {
        if self.running.0 != pid {
            let (_, before) = std::mem::replace(&mut self.running, (pid, Vec::new()));
            if lasted(&before) > lasted(&self.longest) {
                self.longest = before;
            }
        }
        self.running.1.push((age, kib));
    }

    /// How long the longest life lasted, and what it held at least once it had grown up and at its end, in KiB; nothing
    /// where none was long.
    fn long_life(&self) -> Option<(Duration, f64, f64)> {
        let (before, running) = (&self.longest, &self.running.1);
        let looks = if lasted(running) > lasted(before) { running } else { before };
        let length = lasted(looks);
        if length < LONG {
            return None;
        }
        let least = |from: Duration| {
            let seen = looks.iter().filter(|(age, _)| (from..=from + STRETCH).contains(age));
            seen.map(|(_, kib)| *kib).fold(f64::INFINITY, f64::min)
        };
        Some((length, least(GROWN_UP), least(length.saturating_sub(STRETCH))))
    }

    /// Fails where the later half has more than the first, where a long life grows, and where there was too little to
    /// say.
    pub(crate) fn is_flat(&self) -> Result<()> {
        let Some((_, grown_up, at_end)) = self.long_life() else {
            return Err(format!(
                "no life lasted {} minutes, too little to say of memory",
                LONG.as_secs() / 60
            ));
        };
        if at_end - grown_up > GROWTH_KIB {
            let (grown_up, at_end) = (grown_up / 1024.0, at_end / 1024.0);
            return Err(format!("memory grows in one life: {grown_up:.1} MiB, then {at_end:.1} MiB"));
        }
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
        let told = |(minutes, _): &(usize, _)| *minutes == 1 || minutes.is_multiple_of(5);
        for (minutes, (least, count)) in self.aged.iter().enumerate().skip(1).filter(told) {
            write!(f, ", {minutes} min later at least {:.1} MiB in {count}", least / 1024.0)?;
        }
        if let Some((length, grown_up, at_end)) = self.long_life() {
            write!(
                f,
                "; in a life of {} min at least {:.1} MiB after {} min, {:.1} MiB at its end",
                length.as_secs() / 60,
                grown_up / 1024.0,
                GROWN_UP.as_secs() / 60,
                at_end / 1024.0,
            )?;
        }
        Ok(())
    }
}

/// How old a process was when it was looked at last.
fn lasted(looks: &[(Duration, f64)]) -> Duration {
    looks.last().map(|(age, _)| *age).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lives that were looked at once, and one of twenty minutes that holds so many MiB more each minute.
    fn memory(seen: &[f64], more: f64) -> Memory {
        let mut memory = Memory { lives: seen.iter().map(|mib| mib * 1024.0).collect(), ..Memory::default() };
        for seconds in (0..=1200_u32).step_by(5) {
            let kib = (40.0 + more * f64::from(seconds) / 60.0) * 1024.0;
            memory.follow(1, Duration::from_secs(seconds.into()), kib);
        }
        memory
    }

    const FLAT: [f64; 8] = [28.0, 29.0, 28.0, 29.0, 29.0, 28.0, 130.0, 70.0];

    #[test]
    fn what_grows_is_told_from_what_was_once_much() {
        assert!(memory(&FLAT, 0.0).is_flat().is_ok());
        let grown = [28.0, 29.0, 30.0, 31.0, 33.0, 34.0, 35.0, 36.0];
        let grown = memory(&grown, 0.0).is_flat().expect_err("it grows");
        assert!(memory(&[28.0, 28.0], 0.0).is_flat().is_err(), "two lives tell nothing");
        assert_eq!(grown, "memory grows: 28.0 MiB, then 33.0 MiB");
    }

    #[test]
    fn a_life_that_grows_is_told_also_after_a_shorter_one() {
        let mut growing = memory(&FLAT, 4.0);
        let told = "memory grows in one life: 80.0 MiB, then 112.0 MiB";
        assert_eq!(growing.is_flat(), Err(told.to_owned()));
        growing.follow(2, Duration::from_mins(1), 1024.0);
        growing.follow(3, Duration::from_mins(1), 1024.0);
        assert_eq!(growing.is_flat(), Err(told.to_owned()));
        assert!(memory(&FLAT, 1.0).is_flat().is_ok(), "some trials need more than others");
    }

    #[test]
    fn short_lives_alone_tell_nothing() {
        let lives = FLAT.iter().map(|mib| mib * 1024.0).collect();
        assert!(Memory { lives, ..Memory::default() }.is_flat().is_err());
    }
}
