//! `servo list`: the servos of the configuration.

use std::process::ExitCode;

use crate::cli::{Globals, List};
use crate::failure::Failure;

/// Not there yet.
pub(super) fn run(_globals: &Globals, _arguments: &List) -> Result<ExitCode, Failure> {
    Err(Failure::usage("planned"))
}
