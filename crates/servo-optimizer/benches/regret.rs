//! Prints how good the winners of whole searches are: `cargo bench -p servo-optimizer --bench regret -- [SEEDS]`.
#![expect(clippy::print_stdout, reason = "the table is what the program is for")]
#![expect(clippy::disallowed_types, reason = "wall time of a computation, outside any runtime")]

#[path = "../tests/search/problem.rs"]
mod problem;
#[path = "../tests/search/services.rs"]
mod services;
#[path = "../tests/search/study.rs"]
mod study;
#[path = "../tests/search/surfaces.rs"]
mod surfaces;

use std::time::Instant;

use problem::Problem;
use servo_optimizer::search::{Bayesian, Random, Search};

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let number = |index: usize| arguments.get(index).and_then(|text| text.parse::<u64>().ok());
    let seeds = number(0).unwrap_or(20);
    let trials: Vec<usize> = number(1).map_or(vec![25, 40, 60], |t| vec![usize::try_from(t).unwrap_or(40)]);
    let only = arguments.get(2);
    println!(
        "problem     points   trials search    within 10%  tried  held  named  regret median/p90  trials  ms/trial"
    );
    for problem in services::all().into_iter().chain(surfaces::all()) {
        if only.is_some_and(|name| !name.split(',').any(|name| problem.name.starts_with(name))) {
            continue;
        }
        for &trials in &trials {
            report(&problem, "bayesian", &Bayesian, trials, seeds);
            if arguments.len() < 4 {
                report(&problem, "random", &Random, trials, seeds);
            }
        }
    }
}

fn report(problem: &Problem, name: &str, search: &dyn Search, trials: usize, seeds: u64) {
    let started = Instant::now();
    let score = study::score(problem, search, trials, 0..seeds);
    let elapsed = started.elapsed().as_secs_f64() * 1000.0 / score.trials as f64;
    let share = |count: usize| 100.0 * count as f64 / score.searches as f64;
    let at = |p: usize| 100.0 * score.regrets[(score.regrets.len() - 1) * p / 100];
    println!(
        "{:11} {:>8} {:>6} {:9} {:>9.0}% {:>5.0}% {:>5.0}% {:>5.0}% {:>9.1} / {:<7.1} {:>6.1} {:>8.1}",
        problem.name,
        problem.lattice.len().min(99_999_999),
        trials,
        name,
        share(score.within_tenth),
        share(score.tried),
        share(score.held),
        share(score.named),
        at(50),
        at(90),
        score.trials as f64 / score.searches as f64,
        elapsed,
    );
}
