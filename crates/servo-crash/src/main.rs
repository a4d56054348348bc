//! Ends servos at random moments, and looks at what they leave behind: `cargo xtask crash --help`.
//!
//! A servo of the built program optimizes an example, is killed, stopped, or robbed of its disk in the middle, and
//! started again, until its study is complete. Then the study must be the one that nobody disturbed, and after every
//! start and stop the emulated service must be as it was found.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks to whoever runs it in a terminal"
)]

mod chance;
mod disk;
mod embedded;
mod fault;
mod kubernetes;
mod process;
mod remote;
mod site;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use fault::Fault;

/// What went wrong, in a sentence.
type Result<T, E = String> = std::result::Result<T, E>;

/// Ends servos at random moments, and looks at what they leave behind
#[derive(Debug, Parser)]
#[command(name = "cargo xtask crash", args_conflicts_with_subcommands = true)]
struct Arguments {
    /// What they optimize; an emulated service where it is left out
    #[command(subcommand)]
    of: Option<Of>,
    /// What befalls them; all of them, one after another, where none is named
    #[arg(long, value_enum)]
    fault: Vec<Fault>,
    /// Who decides what they do; both, one after another, where it is left out. A remote optimizer meets `kill` and
    /// `term` alone
    #[arg(long, value_enum)]
    optimizer: Option<Kind>,
    /// How often it befalls them
    #[arg(long, default_value_t = 200)]
    times: u32,
    /// Makes the moments repeatable, as far as a machine is
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program
    #[arg(long, default_value = "target/release/servo")]
    servo: PathBuf,
    /// The example that is optimized
    #[arg(long, default_value = "examples/emulator/servo.yaml")]
    example: PathBuf,
}

/// What is optimized where it is no emulated service.
#[derive(Debug, Subcommand)]
enum Of {
    /// A Deployment of a real cluster: the servo is killed at random moments
    Kubernetes(kubernetes::Arguments),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Embedded,
    Remote,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crash: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let Arguments { of, fault, optimizer, times, seed, servo, example } = arguments;
    let servo = std::path::absolute(&servo).map_err(|error| format!("{}: {error}", servo.display()))?;
    if let Some(Of::Kubernetes(arguments)) = of {
        return kubernetes::run(&servo, &arguments).await;
    }
    let faults = if fault.is_empty() { Fault::ALL.to_vec() } else { fault };
    let study =
        std::fs::read_to_string(&example).map_err(|error| format!("{}: {error}", example.display()))?;
    if optimizer != Some(Kind::Remote) {
        let undisturbed = embedded::undisturbed(&servo, &study).await?;
        for fault in &faults {
            let mut chance = chance::Chance::new(seed, *fault);
            embedded::run(&servo, &study, *fault, times, &mut chance, &undisturbed).await?;
        }
    }
    if optimizer != Some(Kind::Embedded) {
        for fault in faults.into_iter().filter(|fault| !fault.needs_disk()) {
            let mut chance = chance::Chance::new(seed, fault);
            remote::run(&servo, fault, times, &mut chance).await?;
        }
    }
    Ok(())
}
