//! Control groups: where they can be made, how a program is limited by them, and what they say of it.
//!
//! Both versions are spoken, as the kernel's documentation has them (`admin-guide/cgroup-v1/`, `admin-guide/cgroup-v2.rst`).
//! Where a controller has a hierarchy of version 1, that is taken, since it is in none of version 2 then.

mod groups;
mod mounts;
mod permission;
mod usage;

use std::path::{Path, PathBuf};

pub(crate) use groups::{Folder, Groups, Version, return_to};
pub(crate) use mounts::Mounts;
pub(crate) use permission::{prepare, verify};
pub(crate) use usage::Usage;

/// The group into which Servo moves itself where its own is to have groups with limits beside it: one of version 2 that
/// has such groups may hold no processes itself.
pub(crate) const LEAF: &str = "servo.self";

/// Which limits are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) cpu: bool,
    pub(crate) memory: bool,
}

impl Wanted {
    /// Says whether there is any.
    pub(crate) const fn any(self) -> bool {
        self.cpu || self.memory
    }

    /// Gives the controllers that set these limits.
    pub(crate) fn controllers(self) -> Vec<&'static str> {
        let cpu = self.cpu.then_some("cpu");
        let memory = self.memory.then_some("memory");
        cpu.into_iter().chain(memory).collect()
    }
}

/// The folders in which groups are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parents {
    pub(crate) version: Version,
    /// Controllers with the folder; of version 2 there is one, for all of them.
    pub(crate) folders: Vec<(Vec<String>, PathBuf)>,
}

impl Parents {
    /// Chooses the folders for the limits that are wanted, and for what is only looked at; `None` where there are none.
    pub(crate) fn choose(mounts: &Mounts, wanted: Wanted) -> Option<Self> {
        let needed = wanted.controllers();
        let first: Vec<&(String, PathBuf)> = mounts
            .first
            .iter()
            .filter(|(name, _)| needed.contains(&name.as_str()) || matches!(&**name, "cpuacct" | "memory"))
            .collect();
        let has = |controller: &&str| first.iter().any(|(name, _)| name == controller);
        if !first.is_empty() && needed.iter().all(has) {
            let mut folders: Vec<(Vec<String>, PathBuf)> = Vec::new();
            for (controller, folder) in first {
                // Several controllers may have one hierarchy, as `cpu,cpuacct` often do.
                match folders.iter_mut().find(|(_, known)| known == folder) {
                    Some((controllers, _)) => controllers.push(controller.clone()),
                    None => folders.push((vec![controller.clone()], folder.clone())),
                }
            }
            return Some(Self { version: Version::First, folders });
        }
        let own = mounts.second.clone()?;
        let is_leaf = own.file_name().is_some_and(|name| name == LEAF);
        let folder = own.parent().filter(|_| is_leaf).map_or(own.clone(), Path::to_owned);
        let controllers = needed.into_iter().map(str::to_owned).collect();
        Some(Self { version: Version::Second, folders: vec![(controllers, folder)] })
    }

    /// Names the groups of one instance in these folders.
    pub(crate) fn groups(&self, name: &str) -> Groups {
        let folders = self.folders.iter().map(|(controllers, parent)| Folder {
            controllers: controllers.clone(),
            folder: parent.join(name),
        });
        Groups { version: self.version, folders: folders.collect() }
    }
}

#[cfg(test)]
mod tests;
