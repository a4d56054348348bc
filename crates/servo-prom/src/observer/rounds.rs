//! When rounds are: at whole periods after the beginning, none of them late because of those before it.

use std::time::Duration as StdDuration;

use servo_core::duration::Duration;

/// The rounds of one measurement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rounds {
    /// The time from one to the next; more than none.
    pub(super) period: Duration,
    /// When the measurement ends; nothing is gained by ending it early then.
    pub(super) end: Duration,
}

impl Rounds {
    /// Gives when the next round is, so long after the beginning; `None` where there is none before the end. Rounds
    /// that have passed while another one took its time are left out.
    pub(super) fn after(self, elapsed: Duration) -> Option<Duration> {
        let period = self.period.as_std().as_nanos().max(1);
        let passed = elapsed.as_std().as_nanos() / period;
        let next = u64::try_from((passed + 1).checked_mul(period)?).ok()?;
        let next = Duration::from_std(StdDuration::from_nanos(next));
        (next < self.end).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn rounds_are_at_whole_periods_and_end_before_the_end() {
        let rounds = Rounds { period: seconds(60), end: seconds(180) };
        assert_eq!(rounds.after(Duration::ZERO), Some(seconds(60)));
        assert_eq!(rounds.after(seconds(60)), Some(seconds(120)));
        assert_eq!(rounds.after(seconds(61)), Some(seconds(120)));
        assert_eq!(rounds.after(seconds(120)), None, "that would be the end");
    }

    #[test]
    fn what_took_longer_than_a_period_leaves_rounds_out() {
        let rounds = Rounds { period: seconds(10), end: seconds(100) };
        assert_eq!(rounds.after(seconds(34)), Some(seconds(40)));
    }

    #[test]
    fn a_period_longer_than_any_clock_has_no_round() {
        let endless = Duration::from_std(StdDuration::MAX);
        assert_eq!(Rounds { period: endless, end: endless }.after(Duration::ZERO), None);
        assert_eq!(Rounds { period: Duration::ZERO, end: Duration::ZERO }.after(endless), None);
    }
}
