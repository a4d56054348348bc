//! What the emulated world remembers, in a file of its own: what is deployed, its clock, and how often it was asked.
//!
//! The file is the world. Every operation reads it first, and what changes it replaces it as a whole: a new file is
//! written beside it, synced, and renamed over it, so that a crash leaves the old world or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use servo_core::model;
use servo_core::{Error, Result};

use crate::assignment::Assignment;
use crate::clock;

/// The newest form of the file that is understood.
const VERSION: u64 = 1;

/// The state of an emulated world.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WorldState {
    /// The emulated time.
    pub(crate) clock: Timestamp,
    /// Counts deployments; the baseline is 0.
    pub(crate) deployment: u64,
    /// Counts measurements.
    pub(crate) measurement: u64,
    /// The values of the settings that are deployed.
    pub(crate) values: Assignment,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u64,
    clock: Timestamp,
    deployment: u64,
    measurement: u64,
    state: model::State,
}

/// The version alone, which is read first: what a newer form has besides is not known.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

impl WorldState {
    /// Begins a world in which the baseline is deployed.
    pub(crate) fn begin(values: Assignment) -> Self {
        Self { clock: clock::BEGIN, deployment: 0, measurement: 0, values }
    }

    /// Reads the file; `None` where there is none yet.
    ///
    /// # Errors
    ///
    /// A file that cannot be read; class configuration where it is not a world, or one of a newer form.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let message = format!("cannot read the state of the emulator, {}", path.display());
                return Err(Error::failed(message).with_source(error));
            }
        };
        let damaged = |error: serde_json::Error| {
            let message = format!("{} is not the state of an emulator", path.display());
            unusable(message, path).with_source(error)
        };
        let Version { version } = serde_json::from_str(&text).map_err(damaged)?;
        if version > VERSION {
            let message = format!(
                "{} was written by a newer servo: it has version {version}, this one knows {VERSION}",
                path.display()
            );
            let help = format!("use a newer servo, or remove {} to begin with the baseline", path.display());
            return Err(Error::configuration(message).at("state_file").with_help(help));
        }
        let wire: Wire = serde_json::from_str(&text).map_err(damaged)?;
        let Wire { version: _, clock, deployment, measurement, state } = wire;
        Ok(Some(Self { clock, deployment, measurement, values: state.into() }))
    }

    /// Checks that the world has a value for each setting of the baseline, and no others.
    ///
    /// # Errors
    ///
    /// Class configuration: the file is of another application.
    pub(crate) fn check(&self, baseline: &Assignment, path: &Path) -> Result<()> {
        let (missing, unknown) = (baseline.difference(&self.values), self.values.difference(baseline));
        let fault = match (missing.as_slice(), unknown.as_slice()) {
            ([], []) => return Ok(()),
            ([], _) => format!("it has {}, which the configuration does not", unknown.join(", ")),
            (_, []) => format!("it lacks {}, which the configuration has", missing.join(", ")),
            _ => format!("it has {} where the configuration has {}", unknown.join(", "), missing.join(", ")),
        };
        Err(unusable(format!("{} is the state of another application: {fault}", path.display()), path))
    }

    /// Writes the file. When this returns, the file is as it says also after a crash of the machine.
    ///
    /// # Errors
    ///
    /// The file cannot be written; then it is as it was.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let wire = Wire {
            version: VERSION,
            clock: self.clock,
            deployment: self.deployment,
            measurement: self.measurement,
            state: (&self.values).into(),
        };
        let text = serde_json::to_string_pretty(&wire).map_err(io::Error::from);
        text.and_then(|text| replace(path, text.as_bytes())).map_err(|error| {
            let message = format!("cannot write the state of the emulator, {}", path.display());
            Error::failed(message)
                .with_help("make room and make the folder writable, or name another file with `state_file:`")
                .with_source(error)
        })
    }
}

fn unusable(message: String, path: &Path) -> Error {
    let help = format!(
        "remove {} to begin with the baseline, or name another file with `state_file:`",
        path.display()
    );
    Error::configuration(message).at("state_file").with_help(help)
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    let new = beside(path);
    let written = create(&new).and_then(|mut file| {
        file.write_all(content)?;
        file.write_all(b"\n")?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&new, path)) {
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    sync_folder(folder)
}

/// A name for the new file in the same folder, which no other process uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

/// Makes the new name itself survive a crash.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
