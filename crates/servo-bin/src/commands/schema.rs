//! `servo schema`: the form of the configuration, for editors and people.

use std::process::ExitCode;

use crate::cli::Schema;
use crate::failure::Failure;

/// Not there yet.
pub(super) fn run(_arguments: &Schema) -> Result<ExitCode, Failure> {
    Err(Failure::usage("planned"))
}
