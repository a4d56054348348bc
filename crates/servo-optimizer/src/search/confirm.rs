//! Measuring the best again before it is named: which point needs it, and when enough is known.

use super::winner::{CONFIDENCE, Ranked, rank};
use super::{Search, View};
use crate::lattice::Point;

/// Points below this probability to hold are not worth another measurement.
const HOPE: f64 = 0.3;
/// A gain below this share of the leader's objective is not worth a measurement.
const WORTHWHILE: f64 = 0.005;

/// What is missing before a winner can be named.
#[derive(Debug, Clone, PartialEq)]
pub enum Confirmation {
    /// Measure this tried point once more.
    Measure(Point),
    /// Nothing: this is the winner; none when no tried point is better than the baseline with confidence.
    Settled(Option<Ranked>),
}

/// What to do next in a study.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Try this new point.
    Explore(Point),
    /// Measure this tried point again.
    Confirm(Point),
    /// End the study with this winner, if any.
    Settled(Option<Ranked>),
}

/// Decides between exploring and confirming: explores while `search` has a proposal and more trials are left than are
/// kept for confirming, then confirms, each winner with `repeats_wanted` measurements.
pub fn next_step(search: &dyn Search, view: &View<'_>, repeats_wanted: usize) -> Step {
    let explore = view.trials_left > reserve(view, repeats_wanted);
    if let Some(point) = explore.then(|| search.propose(view)).flatten() {
        return Step::Explore(point);
    }
    match confirm(view, repeats_wanted) {
        Confirmation::Measure(point) => Step::Confirm(point),
        Confirmation::Settled(winner) => Step::Settled(winner),
    }
}

/// Trials kept for confirming: all repeats of one point, and as many again for when the first disappoints, but never
/// more than a quarter of the budget.
fn reserve(view: &View<'_>, repeats_wanted: usize) -> usize {
    let budget = view.observations.len() + view.trials_left;
    (2 * repeats_wanted).saturating_sub(1).min(budget / 4)
}

/// Decides whether the leading point needs another measurement, and which point's measurement is worth most.
///
/// The leader is the best point that holds with [`CONFIDENCE`]; it has to be measured `repeats_wanted` times. While
/// there are trials to spare, a better point that may hold is measured first, where the gain times its probability is
/// largest. With no trial left the leader is named as it stands.
pub fn confirm(view: &View<'_>, repeats_wanted: usize) -> Confirmation {
    let ranked = rank(view);
    let leader = ranked.first().filter(|first| first.feasible_probability >= CONFIDENCE);
    if view.trials_left == 0 {
        return Confirmation::Settled(leader.cloned());
    }
    let missing = leader.map_or(0, |leader| repeats_wanted.saturating_sub(leader.measurements));
    let spare = view.trials_left > missing;
    if let Some(contender) = spare.then(|| contender(view, &ranked, leader, repeats_wanted)).flatten() {
        return Confirmation::Measure(contender.point.clone());
    }
    match leader {
        Some(leader) if missing > 0 => Confirmation::Measure(leader.point.clone()),
        leader => Confirmation::Settled(leader.cloned()),
    }
}

fn contender<'r>(
    view: &View<'_>,
    ranked: &'r [Ranked],
    leader: Option<&Ranked>,
    repeats_wanted: usize,
) -> Option<&'r Ranked> {
    let worst = ranked.iter().map(|point| point.objective_mean).fold(f64::NEG_INFINITY, f64::max);
    let reference = leader.map_or(worst, |leader| leader.objective_mean);
    let open = |point: &&Ranked| {
        point.feasible_probability < CONFIDENCE
            && point.feasible_probability >= HOPE
            && point.measurements < 2 * repeats_wanted
            && view.lattice.contains(&point.point)
    };
    let value = |point: &Ranked| point.feasible_probability * (reference - point.objective_mean);
    let best = ranked.iter().filter(open).max_by(|left, right| value(left).total_cmp(&value(right)))?;
    (leader.is_none() || value(best) > WORTHWHILE * reference.abs()).then_some(best)
}
