//! `servo report`: what the last study of each servo found.

use std::process::ExitCode;

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

/// Renders the reports of servos.
pub(super) async fn render(servos: &[Assembled], format: Format) -> Result<String, Failure> {
    let _ = (servos, format);
    Ok(String::new())
}
