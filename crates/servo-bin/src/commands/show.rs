//! `servo show`: connectors, components, events and metrics.

use std::process::ExitCode;

use crate::cli::{Globals, Shown};
use crate::failure::Failure;

/// Not there yet.
pub(super) async fn run(_globals: &Globals, _arguments: &Shown) -> Result<ExitCode, Failure> {
    Err(Failure::usage("planned"))
}
