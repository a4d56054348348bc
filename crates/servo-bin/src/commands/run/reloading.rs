//! Applies a configuration file that has changed, while servos run.

use std::convert::Infallible;

use servo_core::Error;
use servo_runtime::assembly::{Assembly, Configured, Options};
use servo_runtime::runner::{Ended, Handle, Reload, Stop};
use tokio::sync::Notify;

use super::beside::Beside;
use super::watching::Watching;
use crate::cli::Globals;
use crate::commands::assemble_with;
use crate::failure::Failure;
use crate::output::{self, Look};

/// What reloading needs, and what it has brought about.
pub(super) struct Reloading<'a> {
    pub(super) globals: &'a Globals,
    /// Those of the start: the same environment and the same command line count.
    pub(super) options: &'a Options,
    pub(super) look: &'a Look,
    pub(super) beside: &'a Beside,
    pub(super) stop: &'a Stop,
    pub(super) reload: &'a Reload,
    pub(super) handle: Handle,
    /// What is in force.
    pub(super) configured: Configured,
    /// How servos ended in whose place nothing could be started.
    pub(super) unstarted: Vec<Ended>,
}

impl Reloading<'_> {
    /// Reloads whenever somebody wants it, and when the file that is watched has changed.
    pub(super) async fn serve(&mut self, wanted: &Notify, mut watching: Option<Watching>) -> Infallible {
        loop {
            tokio::select! {
                () = wanted.notified() => {}
                () = changed(&mut watching) => {
                    tracing::info!("{} has changed", self.globals.config_file.display());
                }
            }
            if self.stop.reason().is_some() {
                continue;
            }
            self.beside.notifier().reloading();
            // Those that stay as they are read their credentials again, and try again what waits.
            self.reload.request();
            if let Some(watching) = &mut watching {
                watching.settle().await;
            }
            let is_successful = match self.assemble().await {
                Ok(assembly) => {
                    self.apply(assembly).await;
                    true
                }
                Err(failure) => {
                    self.refuse(&failure);
                    false
                }
            };
            self.beside.reloaded(is_successful);
        }
    }

    /// Reads the file as it is now. That blocks, and takes a while where it has many servos.
    async fn assemble(&self) -> Result<Assembly, Failure> {
        // That a new study was asked for was asked at the start: a reload throws none away.
        let options = Options { begins_anew: false, ..self.options.clone() };
        let globals = self.globals.clone();
        let assembled = tokio::task::spawn_blocking(move || assemble_with(&globals, &options)).await;
        assembled.map_err(|error| Error::internal("cannot read the configuration").with_source(error))?
    }

    /// Says what is wrong with the file, all of it.
    fn refuse(&self, failure: &Failure) {
        self.look.screen.above(|| output::failure(failure, self.look));
        let file = self.globals.config_file.display();
        let why = match failure {
            Failure::Usage { message, .. } => message.clone(),
            // On one line, as a log wants it; the drawing is for whoever looks.
            Failure::Configuration(wrong) => wrong.render_plain().lines().collect::<Vec<_>>().join("; "),
            Failure::Error(error) => error.chain(),
        };
        tracing::error!("{file} is not applied, the configuration before it stays in force: {why}");
    }

    async fn apply(&mut self, assembly: Assembly) {
        let file = self.globals.config_file.display();
        let (changes, next) = self.configured.compare(assembly);
        for held in &changes.held {
            tracing::warn!("{held}");
        }
        if changes.is_empty() {
            self.configured = next;
            tracing::info!("{file} is in force, nothing is to be done: {changes}");
            return;
        }
        tracing::info!("applying {file}: {changes}");
        self.configured = next;
        let removed = changes.removed.clone();
        for servo in &changes.added {
            self.beside.add(servo.name());
        }
        self.unstarted.extend(self.handle.apply(changes).await);
        for name in &removed {
            self.beside.remove(name);
        }
        tracing::info!("{file} is in force");
    }
}

/// Waits until the file has changed, for ever where it is not watched.
async fn changed(watching: &mut Option<Watching>) {
    match watching {
        Some(watching) => watching.changed().await,
        None => std::future::pending().await,
    }
}
