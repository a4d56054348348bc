//! `servo check`: whether the servos will work.

use std::process::ExitCode;

use crate::cli::{Check, Globals};
use crate::failure::Failure;

/// Not there yet.
pub(super) async fn run(_globals: &Globals, _arguments: &Check) -> Result<ExitCode, Failure> {
    Err(Failure::usage("planned"))
}
