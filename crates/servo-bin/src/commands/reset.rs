//! `servo reset`: allows changes again where the circuit was broken.

use std::process::ExitCode;

use serde::Serialize;
use serde_json::json;
use servo_core::journal::{Entry, Trip};
use servo_runtime::assembly::Assembled;
use servo_runtime::config::Source;
use servo_runtime::journal;

use super::{assemble, operation};
use crate::cli::{Format, Globals, Reset};
use crate::failure::Failure;
use crate::output;

/// What was done for one servo.
#[derive(Serialize)]
struct Done {
    name: String,
    /// Why no changes were made, and since when; `None` where they were.
    was: Option<Trip>,
}

/// Allows changes again to every servo, or to the one that was named.
pub(super) async fn run(globals: &Globals, arguments: &Reset) -> Result<ExitCode, Failure> {
    let (source, servos) = assemble(globals)?.into_parts();
    let mut failures = operation::Failures::default();
    let mut done = Vec::new();
    for servo in &servos {
        match one(&source, servo).await {
            Ok(was) => done.push(Done { name: servo.name().to_owned(), was }),
            Err(failure) => failures.tell(servo.name(), &failure, None),
        }
    }
    let text = match arguments.form.format {
        Format::Json => output::json::render(&json!({ "servos": done }))?,
        Format::Table => done.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    output::result(&text, &arguments.form)?;
    Ok(failures.code())
}

/// Allows changes again, and returns why they were not. While the servo runs nobody can know: it may know of a circuit
/// that is broken and not be able to write that down.
async fn one(source: &Source, servo: &Assembled) -> Result<Option<Trip>, Failure> {
    if !journal::was_used(servo.state_dir()) {
        let (_, ledger) = journal::read(servo.state_dir(), servo.name()).await?;
        if ledger.trip.is_none() {
            return Ok(None);
        }
    }
    operation::journaled(source, servo, async {
        let journal = servo.servo().bus().host().journal();
        let was = journal.ledger().trip;
        if was.is_some() {
            journal.write(Entry::Reset).await?;
        }
        Ok(was)
    })
    .await
}

fn line(done: &Done) -> String {
    match &done.was {
        None => format!("{}: nothing to reset; changes are allowed", done.name),
        Some(Trip { at, reason }) => {
            format!("{}: changes are allowed again; none were since {at:.0}: {reason}", done.name)
        }
    }
}
