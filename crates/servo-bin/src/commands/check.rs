//! `servo check`: whether the servos will work.

use std::process::ExitCode;

use servo_runtime::assembly::Assembled;

use super::assemble;
use super::checking::{self, Wanted};
use crate::cli::{Check, CheckFormat, Globals};
use crate::failure::Failure;
use crate::output::{self, Look, checks, json, junit};

/// Runs the checks, and shows what they found.
pub(super) async fn run(globals: &Globals, arguments: &Check, look: &Look) -> Result<ExitCode, Failure> {
    let assembly = assemble(globals)?;
    let wanted = Wanted::typed(arguments);
    let servos: Vec<&Assembled> = assembly.servos().iter().collect();
    let examined = checking::all(assembly.source(), &servos, &wanted, look).await?;
    let text = match arguments.format {
        CheckFormat::Table if servos.iter().all(|servo| wanted.is_quiet(servo)) => String::new(),
        CheckFormat::Table => checks::table(&examined, servos.iter().any(|servo| wanted.is_verbose(servo))),
        CheckFormat::Json => json::render(&checks::json(&examined))?,
        CheckFormat::Junit => junit::render(&examined),
    };
    output::to(&text, arguments.output.as_deref())?;
    Ok(checking::code(&examined))
}
