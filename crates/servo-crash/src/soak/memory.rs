//! The servo's memory over its lives.

use std::fmt;
use std::time::Duration;

use crate::Result;

/// A servo that has run for so long has everything it needs.
const SETTLED: Duration = Duration::from_secs(20);
/// How much more the later half of what was seen may have than the first, in KiB.
const DRIFT_KIB: f64 = 2048.0;

/// What was resident, in KiB, at every look at a servo that had settled.
#[derive(Debug, Default)]
pub(crate) struct Memory(Vec<f64>);

impl Memory {
    /// Looks at a process.
    pub(crate) fn look(&mut self, pid: u32, age: Duration) {
        let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) else { return };
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse().ok());
        if let Some(kib) = kib.filter(|_| age >= SETTLED) {
            self.0.push(kib);
        }
    }

    /// Fails where the later half has more than the first.
    pub(crate) fn is_flat(&self) -> Result<()> {
        let (first, later) = self.halves();
        if self.0.len() < 4 || later - first <= DRIFT_KIB {
            return Ok(());
        }
        Err(format!("memory grows: {:.1} MiB, then {:.1} MiB", first / 1024.0, later / 1024.0))
    }

    fn halves(&self) -> (f64, f64) {
        let (first, later) = self.0.split_at(self.0.len() / 2);
        let mean = |seen: &[f64]| seen.iter().fold(0.0, |sum, kib| sum + kib) / seen.len().max(1) as f64;
        (mean(first), mean(later))
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, later) = self.halves();
        let most = self.0.iter().copied().fold(0.0, f64::max);
        write!(
            f,
            "memory {:.1} MiB in the first half, {:.1} MiB in the second, {:.1} MiB at most, in {} looks",
            first / 1024.0,
            later / 1024.0,
            most / 1024.0,
            self.0.len()
        )
    }
}
