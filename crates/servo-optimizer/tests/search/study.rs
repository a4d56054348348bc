//! Runs whole searches and scores what they name by the truth.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use servo_optimizer::lattice::Point;
use servo_optimizer::search::{Observation, Ranked, Search, Step, View, next_step};

use crate::problem::Problem;

pub(crate) const REPEATS: usize = 3;

/// How one search ended.
pub(crate) struct Ended {
    pub(crate) winner: Option<Ranked>,
    pub(crate) observations: Vec<Observation>,
}

/// Searches with at most `trials` trials, the baseline's included.
pub(crate) fn run(problem: &Problem, search: &dyn Search, trials: usize, seed: u64) -> Ended {
    let mut noise = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(7919).wrapping_add(13));
    let mut observe = |point: Point| Observation { outcome: problem.measure(&point, &mut noise), point };
    let mut observations = vec![observe(problem.baseline.clone())];
    loop {
        let view = view(problem, &observations, trials - observations.len(), seed);
        match next_step(search, &view, REPEATS) {
            Step::Explore(point) | Step::Confirm(point) => observations.push(observe(point)),
            Step::Settled(winner) => return Ended { winner, observations },
        }
    }
}

pub(crate) fn view<'a>(
    problem: &'a Problem,
    observations: &'a [Observation],
    trials_left: usize,
    seed: u64,
) -> View<'a> {
    View {
        lattice: &problem.lattice,
        observations,
        objective: problem.objective(),
        n_constraints: problem.n_constraints,
        trials_left,
        seed,
    }
}

/// What many searches named, judged by the truth.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) searches: usize,
    /// Winners within 10 % of the best feasible objective.
    pub(crate) within_tenth: usize,
    /// Searches that named no point which breaks a constraint.
    pub(crate) held: usize,
    /// Searches that named a winner.
    pub(crate) named: usize,
    pub(crate) trials: usize,
    /// Searches that tried a feasible point within 10 % of the best, named or not.
    pub(crate) tried: usize,
    /// Excess over the best, per search; infinite where no feasible winner was named.
    pub(crate) regrets: Vec<f64>,
}

pub(crate) fn score(
    problem: &Problem,
    search: &dyn Search,
    trials: usize,
    seeds: std::ops::Range<u64>,
) -> Score {
    let best = problem.best();
    let mut score = Score::default();
    for seed in seeds {
        let ended = run(problem, search, trials, seed);
        let truth = ended.winner.as_ref().map(|winner| problem.feasible_objective(&winner.point));
        let regret = truth.flatten().map_or(f64::INFINITY, |value| value / best - 1.0);
        score.searches += 1;
        score.named += usize::from(truth.is_some());
        score.held += usize::from(truth != Some(None));
        score.within_tenth += usize::from(regret <= 0.1);
        let tried = ended.observations.iter().filter_map(|seen| problem.feasible_objective(&seen.point));
        score.tried += usize::from(tried.fold(f64::INFINITY, f64::min) / best <= 1.1);
        score.trials += ended.observations.len();
        score.regrets.push(regret);
    }
    score.regrets.sort_by(f64::total_cmp);
    score
}
