//! Holds searches against the truth: evaluates the whole space of each emulated service of an example on
//! its noise-free model, then runs studies with many seeds and counts how many name a winner that is
//! near the best and holds the SLO.
//!
//! `cargo xtask sweep EXAMPLE` runs it. The studies are the real ones, in the real loop, on a clock that
//! jumps.

mod example;
mod score;
mod space;
mod study;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::example::Example;
use crate::score::Score;
use crate::space::Space;
use crate::study::Method;

/// Evaluates the whole space of an example, and holds searches against it.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask sweep")]
struct Arguments {
    /// The folder of the example
    example: PathBuf,
    /// How many studies of each method
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// The first seed; those after it follow
    #[arg(long, default_value_t = 0)]
    first_seed: u64,
    /// Only the servo of this name
    #[arg(long)]
    name: Option<String>,
    /// How many studies at once
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

/// The share of studies whose winner must be near the best, and hold the SLO.
const TARGETS: (f64, f64) = (0.8, 0.9);

fn main() -> ExitCode {
    match sweep(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            table::complain(&message);
            ExitCode::from(2)
        }
    }
}

/// Returns true where every servo reaches the targets.
fn sweep(arguments: &Arguments) -> Result<bool, String> {
    let end = arguments.first_seed.saturating_add(arguments.seeds);
    let mut rows = Vec::new();
    for example in Example::read(&arguments.example)? {
        if arguments.name.as_ref().is_some_and(|name| *name != example.name) {
            continue;
        }
        let space = Space::evaluate(&example, arguments.jobs)?;
        table::tell(&format!(
            "{}: {} configurations, {} feasible",
            example.name,
            space.len(),
            space.feasible()
        ));
        let score = |method| {
            let runs = study::run_all(&example, method, arguments.first_seed..end, arguments.jobs)?;
            Ok::<_, String>(Score::of(&space, &runs))
        };
        let (bayesian, random) = (score(Method::Bayesian)?, score(Method::Random)?);
        rows.push(table::row(&example, &space, &bayesian, &random));
        table::tell(&table::render(&rows[rows.len() - 1..]));
    }
    if rows.is_empty() {
        return Err("no servo of that name in the example".to_owned());
    }
    table::print(&rows);
    Ok(rows.iter().all(|row| row.reaches(TARGETS)))
}
