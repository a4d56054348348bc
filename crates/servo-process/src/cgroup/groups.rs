//! The groups of one instance: made, limited, entered and removed.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Mounts;
use crate::plan::Limits;
use crate::proc;

/// The length of time in which a quota of CPU can be used up, in microseconds: the kernel's own.
const PERIOD_US: u64 = 100_000;

/// The least quota that the kernel takes, in microseconds.
const LEAST_QUOTA_US: u64 = 1000;

/// Which version of control groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Version {
    /// A hierarchy for each controller.
    First,
    /// One hierarchy for all.
    Second,
}

/// The groups of one instance, one in each hierarchy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Groups {
    pub(crate) version: Version,
    pub(crate) folders: Vec<Folder>,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Folder {
    /// The controllers that it has, of those that are used.
    pub(crate) controllers: Vec<String>,
    pub(crate) folder: PathBuf,
}

/// A file of a group and what is written into it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) file: PathBuf,
    pub(crate) text: String,
    /// Whether kernels without the file do, such as those that do not count swap.
    pub(crate) is_optional: bool,
}

impl Groups {
    /// Gives the folder that has a controller. Of version 2 all are in one.
    pub(crate) fn folder_of(&self, controller: &str) -> Option<&Path> {
        let has = |folder: &&Folder| folder.controllers.iter().any(|name| name == controller);
        match self.version {
            Version::First => self.folders.iter().find(has),
            Version::Second => self.folders.first(),
        }
        .map(|folder| folder.folder.as_path())
    }

    /// Says what is to be written for limits to hold.
    pub(crate) fn writes(&self, limits: Limits) -> Vec<Write> {
        let mut writes = Vec::new();
        let mut write = |controller: &str, file: &str, text: String, is_optional: bool| {
            let folder = self.folder_of(controller);
            writes.extend(folder.map(|folder| Write { file: folder.join(file), text, is_optional }));
        };
        if let Some(cores) = limits.cpu_cores {
            let quota_us = quota_us(cores);
            match self.version {
                Version::First => {
                    write("cpu", "cpu.cfs_period_us", PERIOD_US.to_string(), false);
                    write("cpu", "cpu.cfs_quota_us", quota_us.to_string(), false);
                }
                Version::Second => write("cpu", "cpu.max", format!("{quota_us} {PERIOD_US}"), false),
            }
        }
        if let Some(bytes) = limits.memory_bytes {
            match self.version {
                // Without the second limit the program would be swapped out instead.
                Version::First => {
                    write("memory", "memory.limit_in_bytes", bytes.to_string(), false);
                    write("memory", "memory.memsw.limit_in_bytes", bytes.to_string(), true);
                }
                Version::Second => {
                    write("memory", "memory.max", bytes.to_string(), false);
                    write("memory", "memory.swap.max", "0".to_owned(), true);
                }
            }
        }
        writes
    }

    /// Makes the groups.
    ///
    /// # Errors
    ///
    /// One that cannot be made, or limits that cannot be set. Those that were made stay: [remove](Self::remove) them.
    pub(crate) fn make(&self, limits: Limits) -> io::Result<()> {
        for Folder { folder, .. } in &self.folders {
            match fs::create_dir(folder) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => made.map_err(|error| named("make the control group", folder, &error))?,
            }
        }
        self.limit(limits)
    }

    /// Sets limits, whether they are wider than those before or narrower.
    ///
    /// # Errors
    ///
    /// A limit that cannot be set, such as one of memory that is in use.
    pub(crate) fn limit(&self, limits: Limits) -> io::Result<()> {
        let writes = self.writes(limits);
        // The limit of memory is at most that of memory with swap, so one order is right upwards and the other
        // downwards.
        all(writes.iter()).or_else(|error| all(writes.iter().rev()).map_err(|_| error))
    }

    /// Moves the calling process into the groups, with all its threads.
    ///
    /// # Errors
    ///
    /// The system does not let it.
    pub(crate) fn enter(&self) -> io::Result<()> {
        self.folders.iter().try_for_each(|folder| enter(&folder.folder))
    }

    /// Gives the processes in the groups.
    pub(crate) fn processes(&self) -> Vec<i32> {
        let mut pids: Vec<i32> = Vec::new();
        for Folder { folder, .. } in &self.folders {
            let text = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
            pids.extend(text.lines().filter_map(|line| line.trim().parse::<i32>().ok()));
        }
        pids.sort_unstable();
        pids.dedup();
        pids
    }

    /// Kills what is in the groups, at once where the kernel can (`cgroup.kill`, since Linux 5.14), except the caller.
    pub(crate) fn kill(&self) {
        let own = i32::try_from(std::process::id()).unwrap_or_default();
        let pids = self.processes();
        if let (Version::Second, Some(folder)) = (self.version, self.folders.first())
            && !pids.contains(&own)
            && fs::write(folder.folder.join("cgroup.kill"), "1").is_ok()
        {
            return;
        }
        for pid in pids.into_iter().filter(|pid| *pid != own) {
            proc::kill(pid, rustix::process::Signal::KILL);
        }
    }

    /// Removes the groups; returns false where one is still in use. Those that are gone already are no error.
    pub(crate) fn remove(&self) -> bool {
        let is_gone = |folder: &Folder| match fs::remove_dir(&folder.folder) {
            Ok(()) => true,
            Err(error) => error.kind() == ErrorKind::NotFound,
        };
        // Each is tried, whatever became of the others.
        self.folders.iter().filter(|folder| !is_gone(folder)).count() == 0
    }
}

/// Moves the calling process out of groups, back to where it was.
///
/// # Errors
///
/// The system does not let it.
pub(crate) fn return_to(home: &Mounts, groups: &Groups) -> io::Result<()> {
    let of = |controller: &String| home.first.iter().find(|(name, _)| name == controller);
    groups.folders.iter().try_for_each(|folder| {
        let place = match groups.version {
            Version::First => folder.controllers.first().and_then(of).map(|(_, place)| place),
            Version::Second => home.second.as_ref(),
        };
        place.map_or(Ok(()), |place| enter(place))
    })
}

fn enter(folder: &Path) -> io::Result<()> {
    let file = folder.join("cgroup.procs");
    fs::write(&file, "0").map_err(|error| named("move into the control group", folder, &error))
}

fn all<'a>(mut writes: impl Iterator<Item = &'a Write>) -> io::Result<()> {
    writes.try_for_each(|write| match fs::OpenOptions::new().write(true).open(&write.file) {
        Err(error) if write.is_optional && error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(named("open", &write.file, &error)),
        Ok(mut file) => io::Write::write_all(&mut file, write.text.as_bytes())
            .map_err(|error| named(&format!("write {} into", write.text), &write.file, &error)),
    })
}

fn named(what: &str, path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {what} {}: {error}", path.display()))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a quota is positive and small")]
fn quota_us(cores: f64) -> u64 {
    ((cores * PERIOD_US as f64).round() as u64).max(LEAST_QUOTA_US)
}
