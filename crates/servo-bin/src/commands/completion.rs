//! `servo completion`: what a shell needs to complete what is typed.

use std::process::ExitCode;

use crate::cli::{Cli, Completion};
use crate::failure::Failure;
use crate::output;

/// Prints the script of a shell.
pub(super) fn run(arguments: &Completion) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::commands(), "servo", &mut script);
    output::to(&String::from_utf8_lossy(&script), arguments.output.as_deref())?;
    Ok(ExitCode::SUCCESS)
}
