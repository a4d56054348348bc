//! Bayesian optimization: a few spread-out trials, then whatever promises the most improvement.

use super::candidates::Candidates;
use super::initial;
use super::trust_region::TrustRegion;
use super::{Search, Tally, View};
use crate::acquisition::Acquisition;
use crate::lattice::Point;

/// Models the constraints, and the objective unless it is known, and tries where the expected improvement times the
/// probability of holding every constraint is largest.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bayesian;

impl Search for Bayesian {
    fn propose(&self, view: &View<'_>) -> Option<Point> {
        let tally = Tally::new(view);
        if let Some(point) = initial::propose(view, &tally) {
            return Some(point);
        }
        let acquisition = Acquisition::new(view, &tally);
        let candidates = Candidates::new(view, &tally);
        let score = |points: &[Point]| acquisition.log_expected_improvements(points);
        let near = TrustRegion::replay(view).and_then(|region| {
            let inside = |point: &Point| region.contains(view.lattice, point);
            candidates.best(&score, &inside, Some(region.centre()))
        });
        let found = near.or_else(|| candidates.best(&score, &|_| true, acquisition.leader()))?;
        (found.score > acquisition.negligible()).then_some(found.point)
    }
}
