//! The control groups that hold a cluster: one of its name at the root of each hierarchy of this machine.
//!
//! Whoever is in them belongs to the cluster, whatever became of the processes that started it. That is how what was
//! left is found.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::Instant;

use crate::error::{Error, Result};

/// A hierarchy of control groups, as it is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hierarchy {
    pub(crate) mount: PathBuf,
    /// The options of a hierarchy of version 1, such as `cpu`; none for version 2.
    pub(crate) controllers: Option<String>,
}

/// Reads `/proc/mounts`.
pub(crate) fn hierarchies() -> Result<Vec<Hierarchy>> {
    let mounts = Path::new("/proc/mounts");
    let found = read(&fs::read_to_string(mounts).map_err(Error::at("read", mounts))?);
    if found.is_empty() {
        return Err(Error::failed("no hierarchy of control groups is mounted below /sys/fs/cgroup"));
    }
    Ok(found)
}

fn read(mounts: &str) -> Vec<Hierarchy> {
    let flags = ["rw", "ro", "relatime", "nosuid", "nodev", "noexec", "nsdelegate", "memory_recursiveprot"];
    let mut found = Vec::new();
    for line in mounts.lines() {
        let mut words = line.split(' ').skip(1);
        let (Some(mount), Some(kind), Some(options)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let controllers = match kind {
            "cgroup" => {
                Some(options.split(',').filter(|it| !flags.contains(it)).collect::<Vec<_>>().join(","))
            }
            "cgroup2" => None,
            _ => continue,
        };
        found.push(Hierarchy { mount: mount.into(), controllers });
    }
    found
}

/// The group's folder in the hierarchy that has a controller.
pub(crate) fn folder(group: &str, controller: &str) -> Result<PathBuf> {
    let all = hierarchies()?;
    let mount = with(&all, controller);
    let mount =
        mount.ok_or_else(|| Error::failed(format!("no hierarchy has the controller `{controller}`")))?;
    Ok(mount.join(group))
}

/// The hierarchy of version 1 that has a controller by name; that of version 2 has the rest.
fn with<'a>(all: &'a [Hierarchy], controller: &str) -> Option<&'a Path> {
    let named = |it: &&Hierarchy| {
        it.controllers.as_ref().is_some_and(|names| names.split(',').any(|name| name == controller))
    };
    let found = all.iter().find(named).or_else(|| all.iter().find(|it| it.controllers.is_none()));
    found.map(|it| it.mount.as_path())
}

/// Makes the group in every hierarchy.
pub(crate) fn make(group: &str) -> Result<()> {
    for Hierarchy { mount, controllers } in hierarchies()? {
        let folder = mount.join(group);
        fs::create_dir_all(&folder).map_err(Error::at("make", &folder))?;
        if controllers.is_some_and(|all| all.split(',').any(|it| it == "cpuset")) {
            // A new group of this controller has no processors and takes no process until it is told some.
            for file in ["cpuset.cpus", "cpuset.mems"] {
                let from = mount.join(file);
                let value = fs::read(&from).map_err(Error::at("read", &from))?;
                let to = folder.join(file);
                fs::write(&to, value).map_err(Error::at("write", &to))?;
            }
        }
    }
    Ok(())
}

/// Moves this process into the group.
pub(crate) fn join(group: &str) -> Result<()> {
    for hierarchy in hierarchies()? {
        let file = hierarchy.mount.join(group).join("cgroup.procs");
        fs::write(&file, std::process::id().to_string()).map_err(Error::at("join", &file))?;
    }
    Ok(())
}

/// Tells whether there is such a group.
pub(crate) fn exist(group: &str) -> bool {
    hierarchies().is_ok_and(|all| all.iter().any(|it| it.mount.join(group).exists()))
}

/// Ends every process in the group by force, and removes the group.
pub(crate) async fn remove(group: &str, patience: Duration) -> Result<()> {
    let end = Instant::now() + patience;
    let all = hierarchies()?;
    loop {
        let mut left = None;
        for hierarchy in &all {
            let folder = hierarchy.mount.join(group);
            if folder.exists() {
                clear(&folder);
            }
            if folder.exists() {
                left = Some(folder);
            }
        }
        let Some(left) = left else { return Ok(()) };
        if Instant::now() >= end {
            return Err(Error::failed(format!("the control group {} cannot be removed", left.display())));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Goes through one folder once, the deepest first. What cannot be done now is tried again.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            clear(&entry.path());
        }
    }
    let members = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
    for pid in members.lines().filter_map(|line| Pid::from_raw(line.parse().ok()?)) {
        let _ = kill_process(pid, Signal::KILL);
    }
    let _ = fs::remove_dir(folder);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hierarchies_of_both_versions_are_told_apart() {
        let found = read(
            "proc /proc proc rw 0 0\ncgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\n\
             cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0\n\
             cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime,nsdelegate 0 0\n",
        );
        let of = |mount: &str, controllers: Option<&str>| Hierarchy {
            mount: mount.into(),
            controllers: controllers.map(str::to_owned),
        };
        assert_eq!(
            found,
            [
                of("/sys/fs/cgroup/cpu,cpuacct", Some("cpu,cpuacct")),
                of("/sys/fs/cgroup/systemd", Some("name=systemd")),
                of("/sys/fs/cgroup/unified", None)
            ]
        );
    }

    #[test]
    fn a_controller_is_where_it_is_named_or_in_version_2() {
        let of = |mount: &str, controllers: Option<&str>| Hierarchy {
            mount: mount.into(),
            controllers: controllers.map(str::to_owned),
        };
        let mixed = [of("/cpu", Some("cpu,cpuacct")), of("/unified", None)];
        assert_eq!(with(&mixed, "cpuacct"), Some(Path::new("/cpu")));
        assert_eq!(with(&mixed, "memory"), Some(Path::new("/unified")));
        assert_eq!(with(&mixed[..1], "memory"), None);
    }
}
