//! `servo run`: every servo against its optimizer, and the report at the end.

use std::process::ExitCode;
use std::sync::Arc;

use servo_core::Class;
use servo_runtime::assembly::Assembled;
use servo_runtime::config::Source;
use servo_runtime::runner::{Ended, Fleet, Stop};
use tokio::signal::unix::{SignalKind, signal};

use super::{assemble, report};
use crate::cli::{Globals, Run};
use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::{self, Look};

/// Runs the servos until each has ended or a signal stops them, then prints the report.
pub(super) async fn run(globals: &Globals, arguments: &Run, look: &Look) -> Result<ExitCode, Failure> {
    let (source, servos) = assemble(globals)?.into_parts();
    let display = Arc::new(Display::new(look.screen.clone()));
    let fleet = Fleet {
        limit: arguments.limit.map(std::num::NonZeroUsize::get),
        stop: Stop::default(),
        watch: Arc::clone(&display) as _,
    };
    let stop = fleet.stop.clone();
    let ended = tokio::select! {
        ended = fleet.run(servos.clone()) => ended,
        code = stopped_twice(stop) => return code,
    };
    display.clear();
    let code = tell_failures(&source, &servos, &ended, look);
    let shown = report::render(&servos, arguments.form.format).await?;
    output::result(&shown, &arguments.form)?;
    Ok(code)
}

/// Waits for signals: the first asks the servos to end, a second one ends the process at once.
async fn stopped_twice(stop: Stop) -> Result<ExitCode, Failure> {
    let first = a_signal().await?;
    tracing::warn!("{first}: winding up; a second signal exits at once");
    stop.request(first);
    a_signal().await?;
    Ok(ExitCode::FAILURE)
}

async fn a_signal() -> Result<&'static str, Failure> {
    let listen = |kind| {
        signal(kind)
            .map_err(|error| servo_core::Error::internal("cannot wait for signals").with_source(error))
    };
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut user = listen(SignalKind::user_defined1())?;
    // A terminal that closes must not leave a trial in force.
    let mut hangup = listen(SignalKind::hangup())?;
    Ok(tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
        _ = user.recv() => "SIGUSR1",
        _ = hangup.recv() => "SIGHUP",
    })
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
