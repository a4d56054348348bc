//! The control groups of a container, read on this machine: what the kernel really enforces and counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;

use super::node::Node;

/// More is no limit: version 1 writes the greatest number of pages.
const ENDLESS: u64 = 1 << 60;

/// The control groups of a container, of either version.
#[derive(Clone, Debug)]
pub struct ContainerGroup {
    cpu: PathBuf,
    usage: PathBuf,
    memory: PathBuf,
}

/// Finds those of a container that runs.
///
/// # Panics
///
/// It does not run, or has none.
pub(super) fn find(node: &Node, pod: &Pod, container: &str) -> ContainerGroup {
    let uid = pod.metadata.uid.as_deref().expect("a pod that was made has a UID");
    let statuses = pod.status.iter().flat_map(|status| status.container_statuses.iter().flatten());
    let id =
        statuses.filter(|status| status.name == container).find_map(|status| status.container_id.as_deref());
    let id = id.and_then(|id| id.split_once("://")).map(|(_, id)| id);
    let Some(id) = id else { panic!("the container {container} has not begun: {:?}", pod.status) };
    let folder = |controller: &str| {
        let root = node.control_group(controller).unwrap_or_else(|error| panic!("{error}")).join("kubepods");
        let found =
            ["", "burstable", "besteffort"].map(|class| root.join(class).join(format!("pod{uid}")).join(id));
        let found = found.into_iter().find(|folder| folder.is_dir());
        found.unwrap_or_else(|| panic!("no group of pod{uid}/{id} is below {}", root.display()))
    };
    ContainerGroup { cpu: folder("cpu"), usage: folder("cpuacct"), memory: folder("memory") }
}

impl ContainerGroup {
    /// What it may have of the processors, in thousandths of one; none where that is not limited.
    ///
    /// # Panics
    ///
    /// The container has ended.
    pub fn cpu_limit(&self) -> Option<u64> {
        let both = read(&self.cpu.join("cpu.max"));
        quota(&both.unwrap_or_else(|| {
            ["cpu.cfs_quota_us", "cpu.cfs_period_us"].map(|name| need(&self.cpu.join(name))).join(" ")
        }))
    }

    /// What it has had of them.
    ///
    /// # Panics
    ///
    /// The container has ended.
    pub fn cpu_used(&self) -> Duration {
        match read(&self.usage.join("cpuacct.usage")) {
            Some(nanoseconds) => Duration::from_nanos(number(&nanoseconds)),
            None => Duration::from_micros(field(&need(&self.usage.join("cpu.stat")), "usage_usec")),
        }
    }

    /// In how many periods it was held back.
    ///
    /// # Panics
    ///
    /// The container has ended.
    pub fn throttled(&self) -> u64 {
        field(&need(&self.cpu.join("cpu.stat")), "nr_throttled")
    }

    /// What it may have of memory, in bytes; none where that is not limited.
    ///
    /// # Panics
    ///
    /// The container has ended.
    pub fn memory_limit(&self) -> Option<u64> {
        let text = read(&self.memory.join("memory.max"));
        let text = text.unwrap_or_else(|| need(&self.memory.join("memory.limit_in_bytes")));
        text.trim().parse().ok().filter(|&bytes| bytes < ENDLESS)
    }
}

fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

fn need(path: &Path) -> String {
    read(path).unwrap_or_else(|| panic!("{} is not there: has the container ended?", path.display()))
}

fn number(text: &str) -> u64 {
    text.trim().parse().unwrap_or_else(|_| panic!("`{text}` is no number of a control group"))
}

/// A line such as `nr_throttled 7`.
fn field(text: &str, name: &str) -> u64 {
    let found = text.lines().filter_map(|line| line.split_once(' ')).find(|(key, _)| *key == name);
    number(found.unwrap_or_else(|| panic!("there is no `{name}` in {text:?}")).1)
}

/// Microseconds of each period, and the period: `20000 100000`. No limit is `max` or `-1`.
fn quota(text: &str) -> Option<u64> {
    let (quota, period) = text.trim().split_once(char::is_whitespace)?;
    let quota: u64 = quota.trim().parse().ok()?;
    Some(quota * 1000 / number(period))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(files: &[(&str, &str)]) -> (tempfile::TempDir, ContainerGroup) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let [cpu, usage, memory] = [(); 3].map(|()| folder.path().to_owned());
        (folder, ContainerGroup { cpu, usage, memory })
    }

    #[test]
    fn version_1_is_read() {
        let (_folder, group) = group(&[
            ("cpu.cfs_quota_us", "20000\n"),
            ("cpu.cfs_period_us", "100000\n"),
            ("cpuacct.usage", "1500000000\n"),
            ("cpu.stat", "nr_periods 10\nnr_throttled 7\nthrottled_time 5\n"),
            ("memory.limit_in_bytes", "9223372036854771712\n"),
        ]);
        assert_eq!((group.cpu_limit(), group.throttled(), group.memory_limit()), (Some(200), 7, None));
        assert_eq!(group.cpu_used(), Duration::from_millis(1500));
    }

    #[test]
    fn version_2_is_read() {
        let (_folder, group) = group(&[
            ("cpu.max", "max 100000\n"),
            ("cpu.stat", "usage_usec 1500000\nnr_throttled 0\n"),
            ("memory.max", "33554432\n"),
        ]);
        assert_eq!((group.cpu_limit(), group.throttled(), group.memory_limit()), (None, 0, Some(32 << 20)));
        assert_eq!(group.cpu_used(), Duration::from_millis(1500));
    }
}
