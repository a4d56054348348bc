//! `servo init`: a configuration from nothing.

use std::process::ExitCode;

use crate::cli::{Globals, Init};
use crate::failure::Failure;

/// Not there yet.
pub(super) fn run(_globals: &Globals, _arguments: &Init) -> Result<ExitCode, Failure> {
    Err(Failure::usage("planned"))
}
