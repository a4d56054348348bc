//! Where the hierarchies of control groups are mounted, and which group a process is in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folders of the groups that a process is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mounts {
    /// Controllers that have a hierarchy of version 1, with the folder of the group there.
    pub(crate) first: Vec<(String, PathBuf)>,
    /// The folder of the group in the hierarchy of version 2.
    pub(crate) second: Option<PathBuf>,
}

/// One mount of a hierarchy.
struct Mount<'a> {
    /// Which group is seen at the mount point.
    root: String,
    point: String,
    is_second: bool,
    controllers: Vec<&'a str>,
}

impl Mounts {
    /// Reads `/proc/self/cgroup` and `/proc/self/mountinfo` (cgroups(7), proc(5)). With `group` the folders are those of
    /// that group instead of the process' own.
    pub(crate) fn parse(cgroup: &str, mountinfo: &str, group: Option<&str>) -> Self {
        let mounts: Vec<Mount<'_>> = mountinfo.lines().filter_map(mount).collect();
        let mut found = Self::default();
        for line in cgroup.lines() {
            let mut fields = line.splitn(3, ':');
            let (Some(number), Some(controllers), Some(own)) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let path = group.unwrap_or(own);
            if number == "0" && controllers.is_empty() {
                let mount = mounts.iter().find(|mount| mount.is_second);
                found.second = mount.and_then(|mount| mount.folder(path));
                continue;
            }
            for controller in controllers.split(',').filter(|name| !name.starts_with("name=")) {
                let has = |mount: &&Mount<'_>| !mount.is_second && mount.controllers.contains(&controller);
                let folder = mounts.iter().find(has).and_then(|mount| mount.folder(path));
                found.first.extend(folder.map(|folder| (controller.to_owned(), folder)));
            }
        }
        found.first.sort();
        found
    }

    /// Reads those of this process.
    ///
    /// # Errors
    ///
    /// What the system does not tell.
    pub(crate) fn read(group: Option<&str>) -> io::Result<Self> {
        let cgroup = fs::read_to_string("/proc/self/cgroup")?;
        let mountinfo = fs::read_to_string("/proc/self/mountinfo")?;
        Ok(Self::parse(&cgroup, &mountinfo, group))
    }
}

impl Mount<'_> {
    /// Gives the folder of a group; `None` where the mount does not show it.
    fn folder(&self, group: &str) -> Option<PathBuf> {
        let inside = Path::new(group).strip_prefix(&self.root).ok()?;
        let is_outside = inside.components().any(|part| matches!(part, std::path::Component::ParentDir));
        let folder = Path::new(&self.point).join(inside);
        (!is_outside).then(|| folder.components().collect())
    }
}

fn mount(line: &str) -> Option<Mount<'_>> {
    let (place, filesystem) = line.split_once(" - ")?;
    let mut place = place.split(' ').skip(3);
    let (root, point) = (unescaped(place.next()?), unescaped(place.next()?));
    let mut filesystem = filesystem.split(' ');
    let is_second = match filesystem.next()? {
        "cgroup" => false,
        "cgroup2" => true,
        _ => return None,
    };
    let controllers = filesystem.nth(1).unwrap_or_default().split(',').collect();
    Some(Mount { root, point, is_second, controllers })
}

/// Puts back what the kernel writes as `\040` and the like: blanks, tabs, line ends and the backslash.
fn unescaped(text: &str) -> String {
    let mut plain = text.to_owned();
    for (written, meant) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        plain = plain.replace(written, meant);
    }
    plain
}
