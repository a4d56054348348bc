//! When each request is due: decided by the profile alone, before anything is sent and whatever is answered.
//!
//! Request `i` is due when the integral of the rate over the time reaches `i`. Warm-up and measured time are counted
//! apart, so that how many requests are measured does not depend on the warm-up.

use std::time::Duration;

use crate::profile::{Profile, Ramp};

/// Times this close to the end of a phase, in seconds, are its end: sums of binary fractions are off by less.
const CLOSE: f64 = 1e-9;

/// All phases of a measurement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schedule {
    warmup: Vec<Phase>,
    measured: Vec<Phase>,
    warmup_lasts: Duration,
    lasts: Duration,
}

/// A time in which the rate is constant, or changes steadily; rates are requests in a second.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Phase {
    lasts_seconds: f64,
    from: f64,
    to: f64,
}

/// A request, as it is scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// When it is due, from the beginning on.
    pub(crate) due: Duration,
    /// Whether it is measured, or belongs to the warm-up.
    pub(crate) is_measured: bool,
}

impl Schedule {
    /// Plans the requests: first a warm-up at the rate at which the profile begins, then the profile for as long as is
    /// measured.
    pub(crate) fn new(profile: &Profile, warmup: Duration, lasts: Duration) -> Self {
        let first = profile.first().per_second();
        let warming = Phase { lasts_seconds: warmup.as_secs_f64(), from: first, to: first };
        Self { warmup: vec![warming], measured: phases(profile, lasts), warmup_lasts: warmup, lasts }
    }

    /// Gives the time from the beginning to the end of what is measured.
    pub(crate) fn ends(&self) -> Duration {
        self.warmup_lasts.saturating_add(self.lasts)
    }

    /// Gives the time from the beginning until it is measured.
    pub(crate) const fn warmup(&self) -> Duration {
        self.warmup_lasts
    }

    /// Gives how long is measured.
    pub(crate) const fn lasts(&self) -> Duration {
        self.lasts
    }

    /// Gives the requests in the order in which they are due.
    pub(crate) fn arrivals(&self) -> impl Iterator<Item = Arrival> + Send + 'static {
        let begins = self.warmup_lasts;
        let warming = Walk::new(self.warmup.clone()).map(|due| Arrival { due, is_measured: false });
        let measured = Walk::new(self.measured.clone());
        warming.chain(measured.map(move |due| Arrival { due: begins.saturating_add(due), is_measured: true }))
    }
}

fn phases(profile: &Profile, lasts: Duration) -> Vec<Phase> {
    let mut left = lasts.as_secs_f64();
    let mut phases = Vec::new();
    // The part of a phase that the measurement lasts for.
    let mut add = |seconds: f64, from: f64, to: f64| {
        let cut = seconds.min(left);
        let to = if seconds > cut { from + (to - from) * cut / seconds } else { to };
        left -= cut;
        if cut > 0.0 {
            phases.push(Phase { lasts_seconds: cut, from, to });
        }
    };
    match profile {
        Profile::Constant(rate) => add(f64::INFINITY, rate.per_second(), rate.per_second()),
        Profile::Ramp(Ramp { from, to, over }) => {
            add(over.as_secs_f64(), from.per_second(), to.per_second());
            add(f64::INFINITY, to.per_second(), to.per_second());
        }
        Profile::Steps(steps) => {
            let last = steps.len().saturating_sub(1);
            for (index, step) in steps.iter().enumerate() {
                let holds = step.lasts.filter(|_| index < last);
                let seconds = holds.map_or(f64::INFINITY, servo_core::duration::Duration::as_secs_f64);
                add(seconds, step.rate.per_second(), step.rate.per_second());
            }
        }
    }
    phases
}

impl Phase {
    /// Gives the integral of the rate over the phase.
    fn requests(self) -> f64 {
        self.from.midpoint(self.to) * self.lasts_seconds
    }

    /// Gives when the integral of the rate reaches a number, in seconds from the beginning of the phase; nothing where
    /// it does not. The solution of the quadratic equation is in the form that loses no digits where rates are close.
    fn reaches(self, requests: f64) -> Option<f64> {
        if requests <= 0.0 {
            return Some(0.0);
        }
        let slope = (self.to - self.from) / self.lasts_seconds;
        let root = 2.0f64.mul_add(slope * requests, self.from * self.from);
        let seconds = 2.0 * requests / (self.from + root.max(0.0).sqrt());
        (root >= 0.0 && seconds < self.lasts_seconds - CLOSE).then_some(seconds)
    }
}

/// Goes through phases, one request after another.
#[derive(Debug)]
struct Walk {
    phases: std::vec::IntoIter<Phase>,
    phase: Option<Phase>,
    begins_seconds: f64,
    /// The integral of the rate up to the phase.
    before: f64,
    next: u64,
}

impl Walk {
    fn new(phases: Vec<Phase>) -> Self {
        let mut phases = phases.into_iter();
        let phase = phases.next();
        Self { phases, phase, begins_seconds: 0.0, before: 0.0, next: 0 }
    }
}

impl Iterator for Walk {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        loop {
            let phase = self.phase?;
            let within = self.next as f64 - self.before;
            if phase.lasts_seconds > 0.0
                && let Some(seconds) = phase.reaches(within)
            {
                self.next = self.next.saturating_add(1);
                return Duration::try_from_secs_f64(self.begins_seconds + seconds).ok();
            }
            self.before += phase.requests();
            self.begins_seconds += phase.lasts_seconds;
            self.phase = self.phases.next();
        }
    }
}

#[cfg(test)]
mod tests;
