//! `servo report`: what the last study of each servo found.

use std::process::ExitCode;

use serde_json::json;
use servo_optimizer::report as study;
use servo_runtime::assembly::Assembled;

use super::assemble;
use crate::cli::{Format, Globals, Report};
use crate::failure::Failure;
use crate::output;

/// Shows the reports of every servo, or of the one that was named.
pub(super) async fn run(globals: &Globals, arguments: &Report) -> Result<ExitCode, Failure> {
    let (_, servos) = assemble(globals)?.into_parts();
    let text = render(&servos, arguments.form.format).await?;
    output::result(&text, &arguments.form)?;
    Ok(ExitCode::SUCCESS)
}

/// Renders the reports of servos. For a person, those that have studied nothing yet and those whose history a remote
/// optimizer keeps are named as such; a script finds only those that have a report.
pub(super) async fn render(servos: &[Assembled], format: Format) -> Result<String, Failure> {
    let mut reports = Vec::new();
    let (mut without, mut elsewhere) = (Vec::new(), Vec::new());
    for servo in servos {
        if servo.is_remote() {
            elsewhere.push(servo.name());
            continue;
        }
        match study::read(servo.state_dir(), servo.name()).await? {
            Some(report) => reports.push(report),
            None => without.push(servo.name()),
        }
    }
    match format {
        Format::Json => output::json::render(&json!({ "servos": reports })),
        Format::Table => Ok(output::report::render(&reports, &without, &elsewhere)),
    }
}
