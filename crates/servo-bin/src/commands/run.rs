//! `servo run`: every servo against its optimizer, and the report at the end.

mod beside;
mod listen;
mod signals;

use std::process::ExitCode;
use std::sync::Arc;

use servo_core::Class;
use servo_runtime::assembly::{Assembled, Options};
use servo_runtime::config::Source;
use servo_runtime::gate::Rate;
use servo_runtime::runner::{Ended, Fleet, Reload, Stop};

use self::beside::Beside;
use signals::Signals;

use super::{assemble_with, options, report, surroundings};
use crate::cli::{Globals, Run};
use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::{self, Look};

/// Runs the servos until each has ended or a signal stops them, then prints the report.
pub(super) async fn run(globals: &Globals, arguments: &Run, look: &Look) -> Result<ExitCode, Failure> {
    let Run { exit_on_fatal, no_poll, new_study: begins_anew, .. } = *arguments;
    let (log, redactor) = (look.log.clone(), look.screen.redactor().clone());
    let change_rate = Arc::new(Rate::new(arguments.change_rate));
    let options =
        Options { exit_on_fatal, no_poll, begins_anew, change_rate, log, redactor, ..options(globals)? };
    let address = arguments.listen.as_deref().map(listen::parse).transpose()?;
    let (source, servos) = assemble_with(globals, &options)?.into_parts();
    let (stop, reload) = (Stop::default(), Reload::default());
    // Before anybody is told that the program is there.
    let signals = Signals::listen()?;
    let display = Arc::new(Display::new(look.screen.clone()));
    let supervisor = surroundings::supervisor(&options.layers.environment);
    let beside = Beside::begin(address, supervisor, &servos, &stop, &options.redactor).await?;
    let fleet = Fleet {
        limit: arguments.limit.map(std::num::NonZeroUsize::get),
        stop: stop.clone(),
        watch: beside.watch_with(Arc::clone(&display) as _),
    };
    let ended = tokio::select! {
        ended = fleet.run_with(servos.clone(), &reload) => ended,
        () = signals::heed(signals, &stop, &reload, beside.notifier(), look.is_terminal) => {
            return Ok(ExitCode::FAILURE);
        }
    };
    beside.end();
    display.clear();
    let code = tell_failures(&source, &servos, &ended, look);
    let shown = report::render(&servos, arguments.form.format).await?;
    output::result(&shown, &arguments.form)?;
    Ok(code)
}

/// Writes why servos failed, each at its place in the configuration where it names one. The exit code is
/// that of the worst: a fault of Servo's own, then the configuration, then operations.
fn tell_failures(source: &Source, servos: &[Assembled], ended: &[Ended], look: &Look) -> ExitCode {
    let mut worst = 0;
    for (servo, ended) in servos.iter().zip(ended) {
        let Err(error) = &ended.result else { continue };
        worst = match (worst, error.class()) {
            (70, _) | (_, Class::Internal) => 70,
            (78, _) | (_, Class::Configuration) => 78,
            _ => 1,
        };
        if let Some(diagnostics) = servo.explain(source, error) {
            output::failure(&diagnostics.into(), look);
        } else {
            let name = servo.name();
            let help = error.help().map(|help| format!("\n  help: {help}")).unwrap_or_default();
            output::line_on_stderr(&format!("error: servo `{name}`: {}{help}", error.chain()));
        }
    }
    ExitCode::from(worst)
}
