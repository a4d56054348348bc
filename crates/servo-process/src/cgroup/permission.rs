//! Whether groups can be made, what is missing where they cannot, and how that is got.

use std::fs;
use std::path::Path;

use rustix::fs::{Access, access};
use servo_core::{Error, Result};

use super::{LEAF, Parents, Version, Wanted};

/// Says whether groups can be made for the limits that are wanted. Nothing is changed.
///
/// # Errors
///
/// What is missing, and how it is got.
pub(crate) fn verify(parents: Option<&Parents>, wanted: Wanted) -> Result<()> {
    let limits = wanted.controllers().join(" and ");
    let Some(parents) = parents else {
        let message = format!("cannot limit {limits}: there are no control groups of these controllers");
        return Err(Error::failed(message).with_help(format!(
            "start servo where control groups are mounted, such as at /sys/fs/cgroup, or {WITHOUT}"
        )));
    };
    for (_, folder) in &parents.folders {
        if let Err(error) = access(folder, Access::WRITE_OK | Access::EXEC_OK) {
            return Err(denied(&limits, folder, &std::io::Error::from(error)));
        }
        // What runs in the group is begun by a process that goes back to where it was.
        let home = folder.join("cgroup.procs");
        if let Err(error) = access(&home, Access::WRITE_OK) {
            return Err(denied(&limits, &home, &std::io::Error::from(error)));
        }
    }
    if let (Version::Second, [(_, folder)]) = (parents.version, parents.folders.as_slice()) {
        offered(folder, wanted)?;
    }
    Ok(())
}

/// Sees to it that groups of version 2 will have the controllers that are wanted. Blocks on files.
///
/// # Errors
///
/// As [`verify`].
pub(crate) fn prepare(parents: &Parents, wanted: Wanted) -> Result<()> {
    verify(Some(parents), wanted)?;
    let (Version::Second, [(_, folder)]) = (parents.version, parents.folders.as_slice()) else {
        return Ok(());
    };
    let enabled = words(folder, "cgroup.subtree_control");
    let missing: Vec<String> = wanted
        .controllers()
        .into_iter()
        .filter(|name| !enabled.iter().any(|other| other == name))
        .map(|name| format!("+{name}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let enable = || fs::write(folder.join("cgroup.subtree_control"), missing.join(" "));
    let enabled = enable().or_else(|error| {
        if error.kind() != std::io::ErrorKind::ResourceBusy {
            return Err(error);
        }
        // The group holds processes. Where that is Servo alone, it moves on.
        let leaf = folder.join(LEAF);
        match fs::create_dir(&leaf) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
            _ => fs::write(leaf.join("cgroup.procs"), "0")?,
        }
        enable()
    });
    enabled.map_err(|error| denied(&wanted.controllers().join(" and "), folder, &error))
}

fn offered(folder: &Path, wanted: Wanted) -> Result<()> {
    let there = words(folder, "cgroup.controllers");
    let missing: Vec<&str> =
        wanted.controllers().into_iter().filter(|name| !there.iter().any(|other| other == name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("{} does not have the controllers {}", folder.display(), missing.join(" and "));
    Err(Error::failed(message)
        .with_help(format!("{DELEGATE}, name a group that has them with `cgroup:`, or {WITHOUT}")))
}

const DELEGATE: &str = "start servo in a group of its own, with \
                        `systemd-run --user --scope -p Delegate=yes servo run` or `Delegate=yes` in its unit";

const WITHOUT: &str = "remove `cpu` and `memory`";

fn denied(limits: &str, path: &Path, error: &std::io::Error) -> Error {
    let message = format!("cannot limit {limits}: {} cannot be changed", path.display());
    Error::failed(message)
        .with_source(std::io::Error::new(error.kind(), error.to_string()))
        .with_help(format!("{DELEGATE}, start it as root, or {WITHOUT}"))
}

fn words(folder: &Path, file: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
    text.split_ascii_whitespace().map(str::to_owned).collect()
}
