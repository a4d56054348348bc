//! Counters that never go down, from optimizers that each count from zero.

use std::collections::BTreeMap;

use servo_core::optimizer::{Figures, Verdict};

/// What the optimizers of one servo have counted, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// How many trials there were, by what they said.
    pub(super) trials: BTreeMap<Verdict, u64>,
    /// How many exchanges with optimizers have failed.
    pub(super) errors: u64,
    /// What was last seen of the present optimizer, or of the last.
    pub(super) last: Figures,
}

impl Tally {
    /// Takes the figures of the present optimizer into account. One that counts less than before has begun again.
    pub(super) fn observe(&mut self, figures: Figures) {
        for (verdict, now) in &figures.trials {
            let before = self.last.trials.get(verdict).copied().unwrap_or_default();
            let total = self.trials.entry(*verdict).or_default();
            *total = total.saturating_add(growth(before, *now));
        }
        self.errors = self.errors.saturating_add(growth(self.last.errors, figures.errors));
        self.last = figures;
    }

    /// Begins with another optimizer, of which nothing is known.
    pub(super) fn renew(&mut self) {
        self.last = Figures::default();
    }
}

/// By how much a counter has grown, which may have begun again from zero.
fn growth(before: u64, now: u64) -> u64 {
    now.checked_sub(before).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn figures(passed: u64, errors: u64) -> Figures {
        Figures { trials: BTreeMap::from([(Verdict::Passed, passed)]), errors, ..Figures::default() }
    }

    #[test]
    fn the_counts_of_one_study_after_another_add_up() {
        let mut tally = Tally::default();
        for passed in [1, 3, 3] {
            tally.observe(figures(passed, 2));
        }
        tally.renew();
        tally.observe(figures(3, 2));
        assert_eq!((tally.trials[&Verdict::Passed], tally.errors), (6, 4));
    }

    #[test]
    fn an_optimizer_that_begins_again_takes_nothing_back() {
        let mut tally = Tally::default();
        for (passed, errors) in [(5, 1), (2, 0), (4, 1)] {
            tally.observe(figures(passed, errors));
        }
        assert_eq!((tally.trials[&Verdict::Passed], tally.errors), (9, 2));
    }

    #[test]
    fn figures_of_a_study_that_is_over_are_kept_until_the_next_begins() {
        let mut tally = Tally::default();
        tally.observe(Figures { cost: Some(1.5), ..Figures::default() });
        assert_eq!(tally.last.cost, Some(1.5));
        tally.renew();
        assert_eq!(tally.last.cost, None);
    }

    proptest! {
        #[test]
        fn no_counter_ever_goes_down(seen in proptest::collection::vec((any::<u64>(), any::<u64>(), any::<bool>()), 0..20)) {
            let mut tally = Tally::default();
            let mut before = (0, 0);
            for (passed, errors, another) in seen {
                if another {
                    tally.renew();
                }
                tally.observe(figures(passed, errors));
                let now = (tally.trials[&Verdict::Passed], tally.errors);
                prop_assert!(now.0 >= before.0 && now.1 >= before.1);
                before = now;
            }
        }
    }
}
