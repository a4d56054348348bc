//! Asking the search what to do next, away from the threads that serve others.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use servo_core::{Error, Result};

use super::SharedSearch;
use super::course::Course;
use super::plan::Plan;
use crate::lattice::Point;
use crate::search::{Objective, Observation, Outcome, Random, Search, Step, View, next_step};

/// How often a search is asked again for a configuration on the grid, and after it one drawn by chance.
const ASKED: usize = 8;
const DRAWN: usize = 64;

/// What came of thinking.
pub(super) enum Thought {
    /// What to do next.
    Step(Step),
    /// What to say of the search that is not made.
    Advice(String),
}

/// Decides what to do after the trials so far. It is a function of these trials and of the settings.
///
/// # Errors
///
/// Class internal: the search panicked.
pub(super) async fn think(course: &Course, search: &SharedSearch) -> Result<Thought> {
    let (plan, search) = (course.plan(), Arc::clone(search));
    let observations = course.ledger().observations().to_vec();
    let (trials_left, settings, advice) = (course.trials_left(), course.settings().clone(), course.advice());
    let thought = tokio::task::spawn_blocking(move || {
        if let Some(advice) = advice {
            return Thought::Advice(advice.text(&settings, &observations, trials_left, &search));
        }
        let repeats = settings.repeats as usize;
        let search = OnGrid { search: &search, plan: &plan };
        let step = |view: &View<'_>| next_step(&search, view, repeats);
        Thought::Step(viewed(&plan, &observations, trials_left, settings.seed, step))
    });
    thought.await.map_err(|error| Error::internal("the search panicked").with_source(error))
}

/// Shows a search what there is to see.
pub(super) fn viewed<T>(
    plan: &Plan,
    observations: &[Observation],
    trials_left: usize,
    seed: u64,
    look: impl FnOnce(&View<'_>) -> T,
) -> T {
    let known = |point: &Point| plan.objective(point, &BTreeMap::new()).unwrap_or(f64::NAN);
    look(&View {
        lattice: plan.space.lattice(),
        observations,
        objective: if plan.objective.is_known() { Objective::Known(&known) } else { Objective::Measured },
        n_constraints: plan.slo.conditions().len(),
        trials_left,
        seed,
    })
}

/// Keeps a search to the configurations that may be tried: the level of a baseline that is off its setting's grid is on
/// the lattice, but nothing else may use it.
pub(super) struct OnGrid<'a> {
    pub(super) search: &'a SharedSearch,
    pub(super) plan: &'a Plan,
}

impl Search for OnGrid<'_> {
    fn propose(&self, view: &View<'_>) -> Option<Point> {
        let space = &self.plan.space;
        let search = self.search.lock().unwrap_or_else(PoisonError::into_inner);
        let proposed = search.propose(view)?;
        if space.admits(&proposed) {
            return Some(proposed);
        }
        let is_tried = |point: &Point| view.observations.iter().any(|seen| seen.point == *point);
        let mut observations = view.observations.to_vec();
        let mut point = proposed;
        for asked in 0..ASKED + DRAWN {
            let snapped = space.snap(&point);
            if !is_tried(&snapped) {
                return Some(snapped);
            }
            // For this one proposal the search is told not to come back to the point.
            observations.push(Observation { point, outcome: Outcome::Rejected });
            let view = View { observations: &observations, ..*view };
            point = if asked < ASKED { search.propose(&view)? } else { Random.propose(&view)? };
            if space.admits(&point) {
                return Some(point);
            }
        }
        None
    }
}
