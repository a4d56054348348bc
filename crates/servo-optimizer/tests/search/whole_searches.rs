//! What a search is for, asserted with a margin on a few seeds; `benches/regret.rs` prints the whole table.

use servo_optimizer::lattice::{Axis, Lattice};
use servo_optimizer::search::{Bayesian, Random, Search};

use crate::problem::Problem;
use crate::study::{Score, run, score};
use crate::{services, surfaces};

const TRIALS: usize = 40;

fn named(problems: Vec<Problem>, name: &str) -> Problem {
    problems.into_iter().find(|problem| problem.name == name).expect("the problem exists")
}

/// Runs the searches and checks that enough winners are near the best and hold the constraints.
fn check(problem: &Problem, seeds: u64, near_best: usize, held: usize) -> Score {
    let score = score(problem, &Bayesian, TRIALS, 0..seeds);
    assert!(score.within_tenth >= near_best, "{}: {score:?}", problem.name);
    assert!(score.held >= held, "{}: {score:?}", problem.name);
    score
}

#[test]
fn a_stateless_service_is_sized_better_than_by_chance() {
    let problem = named(services::all(), "stateless");
    let bayesian = check(&problem, 8, 7, 8);
    let random = score(&problem, &Random, TRIALS, 0..8);
    assert!(random.within_tenth + 2 < bayesian.within_tenth, "{random:?}, {bayesian:?}");
}

#[test]
fn two_tiers_with_two_constraints_are_sized() {
    check(&named(services::all(), "two-tiers"), 5, 4, 5);
}

#[test]
fn a_cache_is_traded_against_cpu() {
    check(&named(services::all(), "cached"), 4, 2, 4);
}

#[test]
fn a_collector_is_chosen_along_with_sizes() {
    check(&named(services::all(), "collected"), 4, 2, 4);
}

#[test]
fn a_measured_objective_is_minimized_under_constraints() {
    check(&named(surfaces::all(), "gramacy"), 4, 2, 3);
    check(&named(surfaces::all(), "branin"), 4, 4, 4);
}

#[test]
fn many_settings_are_searched_further_than_by_chance() {
    let problem = named(surfaces::all(), "tiers8");
    let best = |search: &dyn Search| score(&problem, search, TRIALS, 0..2).regrets[1];
    assert!(best(&Bayesian) < 0.6 * best(&Random));
}

#[test]
fn a_search_that_was_interrupted_continues_as_if_it_had_not_been() {
    let problem = named(services::all(), "stateless");
    let whole = run(&problem, &Bayesian, 20, 5);
    let prefix = &whole.observations[..11];
    let view = crate::study::view(&problem, prefix, 9, 5);
    assert_eq!(Bayesian.propose(&view).as_ref(), Some(&whole.observations[11].point));
}

#[test]
fn a_baseline_that_cannot_be_improved_stays() {
    let lattice = Lattice::new(vec![Axis::Ordered(vec![1.0]), Axis::Categories(1)]).expect("one point");
    assert_eq!(lattice.len(), 1);
    let problem =
        Problem::new("single", vec![Axis::Ordered(vec![1.0]), Axis::Categories(1)], vec![0, 0], |_| {
            crate::problem::Truth::Runs { objective: 1.0, constraints: vec![-0.5] }
        });
    let ended = run(&problem, &Bayesian, TRIALS, 1);
    assert_eq!((ended.winner, ended.observations.len()), (None, 1));
}
