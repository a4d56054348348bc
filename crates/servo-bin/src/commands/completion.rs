//! `servo completion`: what a shell needs to complete commands.

use std::process::ExitCode;

use crate::cli::Completion;
use crate::failure::Failure;

/// Not there yet.
pub(super) fn run(_arguments: &Completion) -> Result<ExitCode, Failure> {
    Err(Failure::usage("planned"))
}
