//! Measures what Servo costs, and prints each figure with its limit.
//!
//! `cargo xtask bench` runs it. What is measured are the programs of a release build, each in a process of its own, and
//! everything stays on this machine.

mod authority;
mod document;
mod figure;
mod figures;
mod optimizer;
mod place;
mod process;
mod servo;
mod table;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use crate::figure::Figure;
use crate::figures::Name;
use crate::place::Place;

/// What was done, or why not, for whoever runs the bench.
type Result<T> = std::result::Result<T, String>;

/// Measures what Servo costs, and prints each figure with its limit.
///
/// Ends with 1 where a figure is beyond its limit or could not be measured.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench")]
struct Arguments {
    /// Measure only this; may be given several times
    #[arg(long, value_enum, value_name = "NAME")]
    only: Vec<Name>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For a person to read
    Table,
    /// For a script to read
    Json,
}

/// What came of one measurement.
struct Outcome {
    name: &'static str,
    figures: Result<Vec<Figure>>,
}

impl Outcome {
    fn is_bad(&self) -> bool {
        self.figures.as_ref().map_or(true, |figures| figures.iter().any(|figure| figure.verdict().is_bad()))
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A thousand servos have a thousand connections.
    servo_bin::limits::raise_open_files();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            table::tell(&format!("error: cannot start the runtime: {error}"));
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(until_interrupted(bench(&arguments))) {
        Ok(outcomes) if outcomes.iter().any(Outcome::is_bad) => ExitCode::FAILURE,
        Ok(_) => ExitCode::SUCCESS,
        Err(message) => {
            table::tell(&format!("error: {message}"));
            ExitCode::from(2)
        }
    }
}

/// Ends early where someone wants that, so that every servo ends, too.
async fn until_interrupted<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let cannot = |error| format!("cannot wait for signals: {error}");
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
    tokio::select! {
        done = work => done,
        _ = terminate.recv() => Err("terminated".to_owned()),
        _ = interrupt.recv() => Err("interrupted".to_owned()),
    }
}

/// Measures one after another, so that nothing disturbs what is measured.
async fn bench(arguments: &Arguments) -> Result<Vec<Outcome>> {
    let place = Place::new()?;
    let mut outcomes = Vec::new();
    for name in Name::value_variants() {
        if arguments.only.is_empty() || arguments.only.contains(name) {
            table::tell(&format!("measuring: {} …", name.word()));
            outcomes.push(Outcome { name: name.word(), figures: name.measure(&place).await });
        }
    }
    match arguments.format {
        Format::Table => table::print(&outcomes),
        Format::Json => table::print_json(&outcomes),
    }
    Ok(outcomes)
}
