//! `with`: a cluster for as long as a program runs.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

use super::start;
use crate::cluster::{Cluster, Place};
use crate::error::{Error, Result};
use crate::options::Options;

/// What is run, and on what.
#[derive(Debug, Args)]
pub(super) struct With {
    #[command(flatten)]
    options: Options,
    /// Let it go on when the program has ended
    #[arg(long)]
    keep: bool,
    /// The program and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

impl With {
    pub(super) async fn run(self, place: &Place) -> Result<ExitCode> {
        let (program, arguments) = self.command.split_first().ok_or_else(|| Error::failed("run what?"))?;
        let cluster = start(place, &self.options).await?;
        let mut command = cluster.command(program);
        command.args(arguments);
        let child = Command::from(command).spawn().map_err(Error::at("start", Path::new(program)))?;
        let code = outcome(child).await?;
        if self.keep {
            eprintln!(
                "the cluster goes on: `cargo xtask cluster --folder {} down` takes it down",
                place.site.folder().display()
            );
            cluster.stay().await?;
        } else {
            Cluster::down(&place.site).await?;
        }
        Ok(code)
    }
}

/// Waits for a program. It is told to end as this process is; a terminal has told it by itself that it is interrupted.
async fn outcome(mut child: Child) -> Result<ExitCode> {
    let mut terminated = signal(SignalKind::terminate()).map_err(Error::io("cannot wait"))?;
    let mut interrupted = signal(SignalKind::interrupt()).map_err(Error::io("cannot wait"))?;
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    loop {
        tokio::select! {
            ended = child.wait() => {
                let code = ended.map_err(Error::io("cannot wait"))?.code();
                return Ok(code.map_or(ExitCode::FAILURE, |code| ExitCode::from(u8::try_from(code).unwrap_or(1))));
            }
            _ = terminated.recv() => {
                // One that has ended meanwhile needs no telling.
                let _ = pid.map(|pid| kill_process(pid, Signal::TERM));
            }
            _ = interrupted.recv() => {}
        }
    }
}
