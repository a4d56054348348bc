//! The `servo` command line: arguments, commands, output and exit codes.
//!
//! A program with connectors of its own is ten lines: it names their crates with `use servo_x as _;`
//! and calls [`main`].

mod cli;
mod commands;
pub mod connectors;
mod failure;
mod output;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;

/// Runs the command line of the process, and returns its exit code: 0 done, 1 an operation failed, 2
/// wrong usage, 70 a fault of Servo's own, 78 an invalid configuration.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let look = output::Look::of(&cli.globals());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::line_on_stderr(&format!("error: cannot start the runtime: {error}"));
            return ExitCode::from(70);
        }
    };
    match runtime.block_on(commands::run(cli, &look)) {
        Ok(code) => code,
        Err(failure) => {
            output::failure(&failure, &look);
            ExitCode::from(failure.exit_code())
        }
    }
}
