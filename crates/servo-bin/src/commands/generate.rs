//! `servo generate`: a configuration file with examples.

use std::process::ExitCode;

use crate::cli::{Generate, Globals};
use crate::failure::Failure;

/// Not there yet.
pub(super) fn run(_globals: &Globals, _arguments: &Generate) -> Result<ExitCode, Failure> {
    Err(Failure::usage("planned"))
}
