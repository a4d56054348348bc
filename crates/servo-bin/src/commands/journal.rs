//! `servo journal`: what servos have written down about their changes.

use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::json;
use servo_core::Error;
use servo_runtime::assembly::Assembled;
use servo_runtime::journal::{self, Inspection};

use super::{assemble, operation};
use crate::cli::{Format, Globals, Journal};
use crate::failure::Failure;
use crate::output;
use crate::output::journal::Shown;

/// Shows the journal of every servo, or of the one that was named, also while they run.
pub(super) async fn run(globals: &Globals, arguments: &Journal) -> Result<ExitCode, Failure> {
    let (_, servos) = assemble(globals)?.into_parts();
    let mut failures = operation::Failures::default();
    let mut shown = Vec::new();
    for servo in &servos {
        match one(servo, arguments.limit).await {
            Ok((journal, problem)) => {
                shown.push(journal);
                if let Some(problem) = problem {
                    failures.tell(servo.name(), &problem.into(), None);
                }
            }
            Err(failure) => failures.tell(servo.name(), &failure, None),
        }
    }
    let text = match arguments.form.format {
        Format::Json => output::json::render(&json!({ "servos": shown }))?,
        Format::Table => output::journal::render(&shown, Timestamp::now()),
    };
    output::result(&text, &arguments.form)?;
    Ok(failures.code())
}

/// Gives what can be read of a servo's journal, and what is wrong with it.
async fn one(servo: &Assembled, limit: usize) -> Result<(Shown, Option<Error>), Failure> {
    let Inspection { mut records, ledger, problem } =
        journal::inspect(servo.state_dir(), servo.name()).await?;
    if limit > 0 {
        records.drain(..records.len().saturating_sub(limit));
    }
    let (name, file) = (servo.name().to_owned(), servo.state_dir().join(journal::FILE));
    let is_damaged = problem.is_some();
    Ok((Shown { name, file, is_damaged, ledger, records }, problem))
}
