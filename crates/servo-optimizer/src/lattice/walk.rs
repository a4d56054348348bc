//! Ways through a lattice: every point, a random point, the neighbours of a point.

use rand::{Rng, RngExt};

use super::{Lattice, Point};

impl Lattice {
    /// Iterates over every point, the last axis fastest.
    pub fn points(&self) -> impl Iterator<Item = Point> + '_ {
        let first = Point(vec![0; self.dimensions()]);
        std::iter::successors(Some(first), |point| self.successor(point))
    }

    /// Returns the points one step away: the next level down and up of each ordered axis, and each other category.
    pub fn neighbours(&self, point: &Point) -> Vec<Point> {
        let mut neighbours = Vec::new();
        for (axis, &level) in point.0.iter().enumerate() {
            let levels = self.levels(axis);
            let near: Vec<u32> = if self.is_ordered(axis) {
                [level.checked_sub(1), level.checked_add(1)].into_iter().flatten().collect()
            } else {
                (0..levels).filter(|&other| other != level).collect()
            };
            neighbours
                .extend(near.into_iter().filter(|&near| near < levels).map(|near| point.with(axis, near)));
        }
        neighbours
    }

    pub(crate) fn random_point(&self, rng: &mut impl Rng) -> Point {
        Point((0..self.dimensions()).map(|axis| rng.random_range(0..self.levels(axis).max(1))).collect())
    }

    fn successor(&self, point: &Point) -> Option<Point> {
        let mut next = point.clone();
        for (axis, level) in next.0.iter_mut().enumerate().rev() {
            if *level + 1 < self.levels(axis) {
                *level += 1;
                return Some(next);
            }
            *level = 0;
        }
        None
    }
}

impl Point {
    /// Returns a copy with another level on one axis; unchanged when the axis does not exist.
    pub fn with(&self, axis: usize, level: u32) -> Self {
        let mut copy = self.clone();
        if let Some(slot) = copy.0.get_mut(axis) {
            *slot = level;
        }
        copy
    }
}
