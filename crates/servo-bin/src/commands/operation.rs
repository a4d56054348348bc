//! A single operation from the command line: attach, do it, detach, whatever comes of it.

use std::collections::BTreeSet;
use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;

use servo_core::event::{Bus, Scope};
use servo_core::progress;
use servo_core::{Error, Result};
use servo_runtime::assembly::{Assembled, Assembly};
use servo_runtime::config::Source;

use crate::failure::Failure;
use crate::output::progress::Display;
use crate::output::{self, Look};

/// Takes the one servo that an operation is meant for.
///
/// # Errors
///
/// Usage, where there are several and none was named.
pub(super) fn single(assembly: Assembly) -> Result<(Source, Assembled), Failure> {
    let names: Vec<String> = assembly.servos().iter().map(|servo| servo.name().to_owned()).collect();
    let (source, mut servos) = assembly.into_parts();
    match servos.pop() {
        Some(servo) if servos.is_empty() => Ok((source, servo)),
        _ => {
            let message = format!("{} has {} servos: one must be selected", source.name, names.len());
            Err(Failure::usage(message).with_help(format!("add --name with one of {}", names.join(", "))))
        }
    }
}

/// Attaches a servo's connectors, runs an operation on its bus, and detaches them. Interrupting cancels
/// the operation. An error about the configuration is shown at its place in the file.
pub(super) async fn on<T, F>(
    source: &Source,
    servo: &Assembled,
    display: Option<&Display>,
    work: impl FnOnce(Arc<Bus>, Scope) -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T>>,
{
    despite(source, servo, display, |bus, scope, attached| async move {
        attached?;
        work(bus, scope).await
    })
    .await
}

/// Does what [`on`] does, also where the connectors could not be attached, which the work is told.
pub(super) async fn despite<T, F>(
    source: &Source,
    servo: &Assembled,
    display: Option<&Display>,
    work: impl FnOnce(Arc<Bus>, Scope, Result<()>) -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T>>,
{
    let (sink, reports) = progress::channel();
    let scope = Scope { progress: sink, ..Scope::default() };
    let token = scope.token.clone();
    let bus = Arc::clone(servo.servo().bus());
    let outcome = async {
        let attached = servo.servo().attach().await;
        let work = work(Arc::clone(&bus), scope, attached);
        tokio::pin!(work);
        let shown = show(servo.name(), reports, display);
        tokio::pin!(shown);
        loop {
            tokio::select! {
                result = &mut work => return result,
                () = &mut shown => {}
                _ = tokio::signal::ctrl_c(), if !token.is_cancelled() => token.cancel(),
            }
        }
    };
    let outcome = outcome.await;
    if let Some(display) = display {
        display.clear();
    }
    if let Err(error) = servo.servo().detach().await {
        tracing::warn!("while detaching: {}", error.chain());
    }
    outcome.map_err(|error| explained(source, servo, error))
}

/// Takes a servo's journal into use for as long as some work takes, which is refused while another process uses it.
pub(super) async fn journaled<T>(
    source: &Source,
    servo: &Assembled,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let journal = servo.servo().bus().host().journal();
    journal.open().await.map_err(|error| explained(source, servo, error))?;
    let outcome = work.await;
    journal.close().await;
    outcome
}

/// The failures of single servos, which keep no other servo from its turn.
#[derive(Debug, Default)]
pub(super) struct Failures {
    worst: u8,
}

impl Failures {
    /// Writes a failure to standard error, as that of a servo.
    pub(super) fn tell(&mut self, servo: &str, failure: &Failure, look: Option<&Look>) {
        output::failure_of(servo, failure, look);
        self.count(failure.exit_code());
    }

    /// Counts a failure that was told otherwise.
    pub(super) fn count(&mut self, code: u8) {
        // A fault of Servo's own outweighs the configuration, and that an operation.
        let weight = |code| [0, 1, 2, 78, 70].iter().position(|it| *it == code);
        if weight(code) > weight(self.worst) {
            self.worst = code;
        }
    }

    /// Returns the exit code that tells the worst of them.
    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(self.worst)
    }
}

/// Puts an error at its place in the configuration, where it names one.
fn explained(source: &Source, servo: &Assembled, error: Error) -> Failure {
    match servo.explain(source, &error) {
        Some(diagnostics) => diagnostics.into(),
        None => error.into(),
    }
}

/// Shows progress for as long as there is any; pends for ever then, since the work decides the end.
async fn show(subject: &str, mut reports: progress::Reports, display: Option<&Display>) {
    while let Some(progress) = reports.next().await {
        if let Some(display) = display {
            display.show(subject, progress.percent, &progress.message);
        }
    }
    std::future::pending::<()>().await;
}

/// Refuses names that no connector of the servo has.
pub(super) fn known_connectors(servo: &Assembled, names: &[String]) -> Result<(), Failure> {
    let members = servo.servo().bus().members();
    let known: BTreeSet<&str> = members.iter().map(|member| &**member.name()).collect();
    match names.iter().find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let there = known.into_iter().collect::<Vec<_>>().join(", ");
            Err(Failure::usage(format!("no connector found named '{name}'"))
                .with_help(format!("servo `{}` has: {there}", servo.name())))
        }
    }
}
