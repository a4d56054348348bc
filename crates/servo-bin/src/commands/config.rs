//! `servo config`: the configuration that is in force.

use std::process::ExitCode;

use crate::cli::{Config, Globals};
use crate::failure::Failure;

/// Not there yet.
pub(super) fn run(_globals: &Globals, _arguments: &Config) -> Result<ExitCode, Failure> {
    Err(Failure::usage("planned"))
}
