//! What the processes of a program use between one look and the next.

use std::time::Duration;

use servo_core::error::reason;
use servo_core::{Error, Result};
use tokio::time::Instant;

use crate::cgroup::{Groups, Usage};
use crate::instance::Instance;
use crate::life::blocking;
use crate::proc::{Stat, descendants};

/// Bytes in a GiB.
const GIB: f64 = (1_u64 << 30) as f64;

/// What was found at one look, since the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sample {
    pub(super) cpu_cores: f64,
    pub(super) memory_gib: f64,
    pub(super) threads: f64,
    pub(super) throttled_percent: f64,
}

impl Sample {
    /// Gives the value of a metric without its component.
    pub(super) fn value(&self, metric: &str, restarts: u64) -> f64 {
        match metric {
            "cpu_usage" => self.cpu_cores,
            "memory_rss" => self.memory_gib,
            "threads" => self.threads,
            "cpu_throttled" => self.throttled_percent,
            _ => restarts as f64,
        }
    }
}

/// Everything that was used up to one look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Look {
    cpu_seconds: f64,
    memory_bytes: u64,
    threads: u64,
    processes: usize,
    usage: Usage,
}

/// Looks at the processes of one run.
pub(super) struct Sampler<'a> {
    instance: &'a Instance,
    last: Look,
    at: Instant,
}

impl<'a> Sampler<'a> {
    /// Looks for the first time.
    ///
    /// # Errors
    ///
    /// Class internal, where that is not carried through.
    pub(super) async fn begin(instance: &'a Instance) -> Result<Self> {
        Ok(Self { instance, last: look(instance).await?, at: Instant::now() })
    }

    /// Gives the time since the last look.
    pub(super) fn elapsed(&self) -> Duration {
        self.at.elapsed()
    }

    /// Looks again, and gives what was used since.
    ///
    /// # Errors
    ///
    /// Class rejected where a process was killed for want of memory since, failed where there is no process to look at.
    pub(super) async fn sample(&mut self) -> Result<Sample> {
        let (now, at) = (look(self.instance).await?, Instant::now());
        let (before, seconds) = (self.last, (at - self.at).as_secs_f64());
        (self.last, self.at) = (now, at);
        if now.usage.oom_kills > before.usage.oom_kills {
            let message = format!(
                "a process of {} was killed for want of memory{}",
                self.instance.shown(),
                self.instance.printed()
            );
            return Err(Error::rejected(reason::UNSTABLE, message));
        }
        if now.processes == 0 {
            return Err(Error::failed(format!(
                "there is no process of {} to look at",
                self.instance.shown()
            )));
        }
        Ok(sample(&before, &now, seconds))
    }
}

/// Compares two looks that are some seconds apart.
fn sample(before: &Look, now: &Look, seconds: f64) -> Sample {
    let since = |of: fn(&Usage) -> Option<u64>| {
        Some(of(&now.usage)?.saturating_sub(of(&before.usage).unwrap_or_default()))
    };
    let periods = since(|usage| usage.periods).unwrap_or_default();
    let throttled = since(|usage| usage.throttled_periods).unwrap_or_default();
    Sample {
        // A process that ends between two looks takes what it had used along, until its parent has asked for it.
        cpu_cores: ((now.cpu_seconds - before.cpu_seconds) / seconds).max(0.0),
        memory_gib: now.memory_bytes as f64 / GIB,
        threads: now.threads as f64,
        // Where nothing ran, nothing was held back.
        throttled_percent: if periods == 0 { 0.0 } else { 100.0 * throttled as f64 / periods as f64 },
    }
}

async fn look(instance: &Instance) -> Result<Look> {
    let (groups, supervisor) = (instance.groups().cloned(), instance.supervisor.0);
    blocking(move || Ok(look_now(groups.as_ref(), supervisor))).await
}

/// Looks at the groups where they tell, and at the processes themselves where they do not.
fn look_now(groups: Option<&Groups>, supervisor: i32) -> Look {
    let stats: Vec<Stat> = match groups {
        Some(groups) => groups.processes().into_iter().filter_map(Stat::of).collect(),
        None => descendants(&Stat::all(), &[supervisor]),
    };
    let usage = groups.map(Groups::usage).unwrap_or_default();
    let alive = || stats.iter().filter(|stat| !stat.is_zombie);
    let page = u64::try_from(rustix::param::page_size()).unwrap_or_default();
    let resident = || alive().map(|stat| stat.rss_pages.saturating_mul(page)).fold(0, u64::saturating_add);
    let cpu_seconds = usage.cpu_seconds.unwrap_or_else(|| {
        // What has ended and was adopted is counted with its supervisor.
        let adopted = Stat::of(supervisor).map_or(0, |stat| stat.reaped_ticks);
        let ticks = stats.iter().map(|stat| stat.own_ticks.saturating_add(stat.reaped_ticks));
        let ticks = ticks.fold(adopted, u64::saturating_add);
        ticks as f64 / rustix::param::clock_ticks_per_second().max(1) as f64
    });
    Look {
        cpu_seconds,
        memory_bytes: usage.memory_bytes.unwrap_or_else(resident),
        threads: alive().map(|stat| stat.threads).sum(),
        processes: alive().count(),
        usage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_between_two_looks_is_told_by_the_second() {
        let usage = |periods, throttled| Usage {
            periods: Some(periods),
            throttled_periods: Some(throttled),
            ..Usage::default()
        };
        let before = Look { cpu_seconds: 10.0, usage: usage(100, 40), ..Look::default() };
        let now = Look {
            cpu_seconds: 13.0,
            memory_bytes: 1 << 29,
            threads: 5,
            processes: 2,
            usage: usage(120, 45),
        };
        let expected = Sample { cpu_cores: 1.5, memory_gib: 0.5, threads: 5.0, throttled_percent: 25.0 };
        assert_eq!(sample(&before, &now, 2.0), expected);
        // Nothing ran in between.
        assert!(sample(&now, &now, 1.0).throttled_percent.abs() < f64::EPSILON);
        // A process that ended took its share along.
        assert!(sample(&now, &before, 1.0).cpu_cores.abs() < f64::EPSILON);
    }
}
