//! Random search without repeats: the yardstick for anything cleverer.

use super::{Search, Tally, View};
use crate::lattice::Point;
use rand::RngExt;

/// Up to this many points the untried ones are listed; beyond it a repeat is rare enough to draw again.
const LISTED: u128 = 4096;
const DRAWS: usize = 1000;

/// Draws uniformly from the points not tried yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Random;

impl Search for Random {
    fn propose(&self, view: &View<'_>) -> Option<Point> {
        let tally = Tally::new(view);
        let mut rng = view.rng(0, view.observations.len());
        if view.lattice.len() <= LISTED {
            let untried: Vec<Point> = view.lattice.points().filter(|point| !tally.is_tried(point)).collect();
            return (!untried.is_empty()).then(|| untried[rng.random_range(0..untried.len())].clone());
        }
        let mut drawn = (0..DRAWS).map(|_| view.lattice.random_point(&mut rng));
        drawn.find(|point| !tally.is_tried(point))
    }
}
