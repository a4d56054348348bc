//! `servo validate`: everything that is wrong with a configuration file.

use std::process::ExitCode;

use crate::cli::{Globals, Validate};
use crate::failure::Failure;

/// Not there yet.
pub(super) fn run(_globals: &Globals, _arguments: &Validate) -> Result<ExitCode, Failure> {
    Err(Failure::usage("planned"))
}
