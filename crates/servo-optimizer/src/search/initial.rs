//! The first trials, before a model knows anything: down the cost, and then spread out.

use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use super::{Objective, Outcome, Tally, View};
use crate::lattice::{Lattice, Point};

/// How many Latin hypercubes are drawn for one to be chosen.
const DESIGNS: usize = 64;
/// How far towards the cheapest corner the first trial goes, as a share of the way, and the second after it: further
/// when that one held, half way back when it did not.
const FIRST_SHRINK: f64 = 0.4;
const FURTHER: f64 = 0.7;
const BACK: f64 = 0.2;

/// Returns the next of the initial trials; none when they are done.
pub(super) fn propose(view: &View<'_>, tally: &Tally<'_>) -> Option<Point> {
    let made = view.observations.len();
    let spread = spread_trials(view);
    let untried = |point: &Point| !tally.is_tried(point);
    let Some(baseline) = view.baseline().filter(|baseline| view.lattice.contains(baseline)) else {
        return (made < spread).then(|| latin_point(view, None, made, spread)).filter(untried);
    };
    let shrinks = match view.objective {
        Objective::Known(cost) if made <= 2 => shrink(view, baseline, cost).filter(untried),
        _ => None,
    };
    let skipped = if matches!(view.objective, Objective::Known(_)) { 3 } else { 1 };
    shrinks.or_else(|| {
        let index = made.checked_sub(skipped)?;
        (index < spread).then(|| latin_point(view, Some(baseline), index, spread)).filter(untried)
    })
}

/// How many trials are spread over the space: about as many as there are axes, at most a fifth of the budget.
fn spread_trials(view: &View<'_>) -> usize {
    let budget = view.observations.len() + view.trials_left;
    view.lattice.dimensions().saturating_sub(1).clamp(2, 6).min(budget / 5)
}

/// Returns the next point on the line from the baseline towards the cheapest end of every axis.
fn shrink(view: &View<'_>, baseline: &Point, cost: &dyn Fn(&Point) -> f64) -> Option<Point> {
    let share = match view.observations {
        [] => return None,
        [_] => FIRST_SHRINK,
        [_, first, ..] if held(&first.outcome) => FURTHER,
        _ => BACK,
    };
    let mut point = baseline.clone();
    for (axis, &level) in baseline.0.iter().enumerate().filter(|(axis, _)| view.lattice.is_ordered(*axis)) {
        let last = view.lattice.levels(axis).saturating_sub(1);
        let (low, high) = (cost(&baseline.with(axis, 0)), cost(&baseline.with(axis, last)));
        if !(low.is_finite() && high.is_finite()) || (high - low).abs() <= 1e-9 * high.abs().max(low.abs()) {
            continue;
        }
        let cheapest = if low < high { 0 } else { last };
        let (from, to) = (view.lattice.encode_level(axis, level), view.lattice.encode_level(axis, cheapest));
        point = point.with(axis, nearest_level(view.lattice, axis, from + share * (to - from)));
    }
    (&point != baseline).then_some(point)
}

fn held(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Measured { constraints, .. } => constraints.iter().all(|constraint| *constraint <= 0.0),
        Outcome::Rejected | Outcome::Failed => false,
    }
}

/// Returns one point of the best of several Latin hypercubes: the one with the most points cheaper than the baseline,
/// then the most spread out.
fn latin_point(view: &View<'_>, baseline: Option<&Point>, index: usize, count: usize) -> Point {
    // Drawn from the seed alone, so that every trial of the design sees the same design.
    let mut rng = view.rng(2, 0);
    let cheaper = |point: &Point| match (view.objective, baseline) {
        (Objective::Known(cost), Some(baseline)) => cost(point) < cost(baseline),
        _ => true,
    };
    let designs = (0..DESIGNS).map(|_| latin_hypercube(view.lattice, count, &mut rng));
    let rated = designs.map(|mut design| {
        let useful = design.iter().filter(|point| cheaper(point)).count();
        design.sort_by_key(|point| !cheaper(point));
        let others = design.iter().chain(baseline);
        let gap = closest_pair(view.lattice, &others.collect::<Vec<_>>());
        (useful, gap, design)
    });
    let best = rated.max_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    let chosen = best.and_then(|(_, _, design)| design.into_iter().nth(index));
    chosen.unwrap_or_else(|| view.lattice.random_point(&mut rng))
}

/// Draws `count` points of which each axis's strata hold one each (`McKay` et al., *Technometrics* 21(2), 1979).
fn latin_hypercube(lattice: &Lattice, count: usize, rng: &mut impl Rng) -> Vec<Point> {
    let mut points = vec![Point(Vec::with_capacity(lattice.dimensions())); count];
    for axis in 0..lattice.dimensions() {
        let mut strata: Vec<usize> = (0..count).collect();
        strata.shuffle(rng);
        for (point, stratum) in points.iter_mut().zip(strata) {
            let position = (stratum as f64 + rng.random::<f64>()) / count as f64;
            point.0.push(if lattice.is_ordered(axis) {
                nearest_level(lattice, axis, position)
            } else {
                share_of(lattice.levels(axis), position)
            });
        }
    }
    points
}

fn closest_pair(lattice: &Lattice, points: &[&Point]) -> f64 {
    let pairs =
        points.iter().enumerate().flat_map(|(i, left)| points[..i].iter().map(move |right| (left, right)));
    pairs.map(|(left, right)| lattice.distance(left, right)).fold(f64::INFINITY, f64::min)
}

fn nearest_level(lattice: &Lattice, axis: usize, encoded: f64) -> u32 {
    // Encoded levels ascend: halve the interval instead of looking at each of very many levels.
    let (mut low, mut high) = (0, lattice.levels(axis).saturating_sub(1));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if lattice.encode_level(axis, middle) <= encoded {
            low = middle;
        } else {
            high = middle;
        }
    }
    let distance = |level: u32| (lattice.encode_level(axis, level) - encoded).abs();
    if distance(high) < distance(low) { high } else { low }
}

fn share_of(levels: u32, position: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position in [0, 1)")]
    let level = (position * f64::from(levels)) as u32;
    level.min(levels.saturating_sub(1))
}
