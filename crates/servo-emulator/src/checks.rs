//! The checks of the emulator: whether what is emulated can be read, kept, and run as it is deployed.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rustix::fs::{Access, access};
use servo_core::check::{self, Checking, Checks};
use servo_core::event::On;
use servo_core::event::standard::Check;
use servo_core::{Context, Error, Result};

use crate::connector::{Emulator, blocking};
use crate::lock;
use crate::rejection::Reason;

#[async_trait]
impl On<Check> for Emulator {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let mut checks = Checks::new();
        checks.critical("Emulated service is known", || self.known(cx)).id("service").description(
            "The components are written, or the table of a surface can be read and has the baseline.",
        );
        checks
            .critical("State file can be read", || self.readable(cx))
            .id("state_file")
            .description("What was left of the service fits what is written of it, or nothing was left.");
        checks
            .common("State file can be written", || {
                let file = self.file(cx);
                blocking(move || writable(&file))
            })
            .id("state_file_writable");
        checks
            .warning("Nobody else changes the service", || self.unshared(cx))
            .id("state_file_free")
            .description("Another servo that has the same state file changes what this one measures.");
        checks
            .common("What is deployed runs", || self.runs(cx))
            .id("deployed")
            .description("The pods of what is deployed fit the nodes, and bear the load.");
        checks.run(cx, input).await
    }
}

impl Emulator {
    async fn known(&self, cx: &Context) -> Result<String> {
        let subject = self.subject(cx).await?;
        let names: Vec<&str> = subject.components().iter().map(|component| component.name.as_str()).collect();
        Ok(names.join(", "))
    }

    async fn readable(&self, cx: &Context) -> Result<String> {
        let world = self.open(cx).await?;
        let there =
            if world.file().exists() { "" } else { " (not there yet: the service is at its baseline)" };
        Ok(format!("{}{there}", world.file().display()))
    }

    async fn unshared(&self, cx: &Context) -> Result<()> {
        // This servo's own hold is no news to it.
        if self.is_held() {
            return Ok(());
        }
        let file = self.file(cx);
        match blocking(move || lock::taken(&file)).await? {
            None => Ok(()),
            Some(holder) => Err(Error::failed(format!("it is in use by {holder}"))
                .with_help("that is as it should be where this servo runs already; otherwise give each servo a `state_file` of its own")),
        }
    }

    async fn runs(&self, cx: &Context) -> Result<()> {
        let world = self.open(cx).await?;
        let runs = world.subject.schedule(&world.state.deployed.values).and_then(|()| world.run());
        runs.map_err(|error| match way_out(&error) {
            Some(help) if error.help().is_none() => error.with_help(help),
            _ => error,
        })
    }
}

/// Says how what is deployed could run. It is at its baseline until somebody adjusts it.
fn way_out(error: &Error) -> Option<&'static str> {
    Some(match Reason::of(error.reason()?)? {
        Reason::Unschedulable => {
            "give `nodes` more or larger machines, or the service smaller or fewer pods: with `value` of its settings, or \
             with `servo adjust` where it is not at its baseline any more"
        }
        Reason::Unstable => {
            "give the service more memory or more pods: with `value` of its settings, or with `servo adjust` where it is \
             not at its baseline any more"
        }
        Reason::Unmeasured => {
            "give the settings a `value` that the table has a row of, or deploy one with `servo adjust`"
        }
    })
}

/// Asks the system whether a file could be replaced. Nothing is made or written.
fn writable(file: &Path) -> Result<String> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("."), Path::to_owned);
    let there = folder.ancestors().find(|path| !path.as_os_str().is_empty() && path.exists());
    let there = there.unwrap_or_else(|| Path::new("."));
    if file.is_dir() || !there.is_dir() {
        let wrong = if file.is_dir() { file } else { there };
        let what = if file.is_dir() { "is a folder" } else { "is not a folder" };
        return Err(Error::failed(format!("{} {what}", wrong.display()))
            .with_help("name another file with `state_file:`"));
    }
    access(there, Access::WRITE_OK | Access::EXEC_OK).map_err(|error| {
        Error::failed(format!("cannot write into {}", there.display()))
            .with_source(std::io::Error::from(error))
            .with_help("make the folder writable, or name another file with `state_file:`")
    })?;
    Ok(file.display().to_string())
}
