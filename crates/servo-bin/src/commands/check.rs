//! `servo check`: whether the servos will work. No connector has checks yet.

use std::process::ExitCode;

use super::{assemble, operation};
use crate::cli::{Check, Globals};
use crate::failure::Failure;
use crate::output;

/// Refuses an invalid configuration, as every command does.
pub(super) fn run(globals: &Globals, arguments: &Check) -> Result<ExitCode, Failure> {
    let assembly = assemble(globals)?;
    for servo in assembly.servos() {
        operation::known_connectors(servo, &arguments.connectors)?;
    }
    output::line_on_stderr("the configuration is valid; checks are planned: no connector has any yet");
    Ok(ExitCode::SUCCESS)
}
