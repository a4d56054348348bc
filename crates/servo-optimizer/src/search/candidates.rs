//! Which points are scored: all of a small lattice; of a large one a sample, improved by local search.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Tally, View};
use crate::lattice::{Lattice, Point};

/// Lattices up to this size are scored in full.
const SCORED_IN_FULL: u128 = 50_000;
const UNIFORM_SAMPLES: usize = 3000;
const PERTURBED_SAMPLES: usize = 3000;
/// How many of the best samples are improved step by step.
const CLIMBERS: usize = 5;
const STEPS: usize = 40;

/// A point with its score.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scored {
    pub(super) point: Point,
    pub(super) score: f64,
}

/// The untried points of a view.
pub(super) struct Candidates<'v, 'a> {
    view: &'v View<'a>,
    tally: &'v Tally<'a>,
}

impl<'v, 'a> Candidates<'v, 'a> {
    pub(super) fn new(view: &'v View<'a>, tally: &'v Tally<'a>) -> Self {
        Self { view, tally }
    }

    /// Finds the allowed untried point with the highest score; none when no score is above negative infinity.
    ///
    /// `anchor` is where a sample of a large lattice looks more closely.
    pub(super) fn best(
        &self,
        score: &dyn Fn(&[Point]) -> Vec<f64>,
        allowed: &dyn Fn(&Point) -> bool,
        anchor: Option<&Point>,
    ) -> Option<Scored> {
        let eligible = |point: &Point| !self.tally.is_tried(point) && allowed(point);
        if self.view.lattice.len() <= SCORED_IN_FULL {
            return top(self.view.lattice.points().filter(eligible).collect(), score, 1).into_iter().next();
        }
        let sample = self.sample(anchor).into_iter().filter(eligible).collect();
        let climbers = top(sample, score, CLIMBERS);
        let climbed = climbers.into_iter().map(|start| self.climb(start, score, &eligible));
        climbed.reduce(better)
    }

    fn sample(&self, anchor: Option<&Point>) -> BTreeSet<Point> {
        let lattice = self.view.lattice;
        let mut rng = self.view.rng(1, self.view.observations.len());
        let mut sample: BTreeSet<Point> =
            (0..UNIFORM_SAMPLES).map(|_| lattice.random_point(&mut rng)).collect();
        let anchors: Vec<&Point> = anchor.into_iter().chain(self.view.baseline()).collect();
        for anchor in anchors.into_iter().filter(|anchor| lattice.contains(anchor)) {
            sample.extend(lattice.neighbours(anchor));
            sample.extend((0..PERTURBED_SAMPLES).map(|_| perturb(lattice, anchor, &mut rng)));
        }
        sample
    }

    fn climb(
        &self,
        start: Scored,
        score: &dyn Fn(&[Point]) -> Vec<f64>,
        eligible: &dyn Fn(&Point) -> bool,
    ) -> Scored {
        let mut current = start;
        for _ in 0..STEPS {
            let around = self.view.lattice.neighbours(&current.point);
            let around = around.into_iter().filter(|point| eligible(point)).collect();
            match top(around, score, 1).into_iter().next() {
                Some(next) if next.score > current.score => current = next,
                _ => break,
            }
        }
        current
    }
}

/// Moves a few axes of the point: near levels more often than far ones.
fn perturb(lattice: &Lattice, point: &Point, rng: &mut ChaCha8Rng) -> Point {
    let mut moved = point.clone();
    let axes = lattice.dimensions().max(1);
    let share = rng.random_range(1..=axes) as f64 / axes as f64;
    for (axis, level) in moved.0.iter_mut().enumerate() {
        let levels = lattice.levels(axis);
        if !rng.random_bool(share) {
            continue;
        }
        if lattice.is_ordered(axis) {
            // The reach itself is drawn, on a log scale, so that both fine and coarse moves occur.
            let reach = f64::from(levels).powf(rng.random::<f64>());
            let target = f64::from(*level) + reach * (2.0 * rng.random::<f64>() - 1.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to the levels"
            )]
            let target = target.round().clamp(0.0, f64::from(levels.saturating_sub(1))) as u32;
            *level = target;
        } else {
            *level = rng.random_range(0..levels.max(1));
        }
    }
    moved
}

/// Returns the `count` best of the points, best first; of equals the first.
fn top(points: Vec<Point>, score: &dyn Fn(&[Point]) -> Vec<f64>, count: usize) -> Vec<Scored> {
    let values = score(&points);
    let pairs = points.into_iter().zip(values).filter(|(_, value)| *value > f64::NEG_INFINITY);
    let mut scored: Vec<Scored> = pairs.map(|(point, score)| Scored { point, score }).collect();
    scored.sort_by(|left, right| right.score.total_cmp(&left.score));
    scored.truncate(count);
    scored
}

fn better(left: Scored, right: Scored) -> Scored {
    if right.score.total_cmp(&left.score) == Ordering::Greater { right } else { left }
}
