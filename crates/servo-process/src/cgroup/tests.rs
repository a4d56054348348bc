//! Tests of control groups: where they are, by what the kernel writes, and what is written into folders laid out like them.

use std::fs;
use std::path::Path;

use super::*;
use crate::plan::Limits;

const HYBRID: &str = "\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";

const UNIFIED: &str = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

const BOTH: Wanted = Wanted { cpu: true, memory: true };

fn limits() -> Limits {
    Limits { cpu_cores: Some(1.5), memory_bytes: Some(1 << 28) }
}

#[test]
fn controllers_with_a_hierarchy_of_their_own_are_used_there() {
    let own = "4:memory:/jobs/1\n2:cpu,cpuacct:/\n1:name=systemd:/\n0::/\n";
    let parents = Parents::choose(&Mounts::parse(own, HYBRID, None), BOTH).unwrap();
    assert_eq!(parents.version, Version::First);
    let groups = parents.groups("servo-web");
    assert_eq!(groups.folders.len(), 2);
    assert_eq!(groups.folder_of("cpu"), Some(Path::new("/sys/fs/cgroup/cpu,cpuacct/servo-web")));
    assert_eq!(groups.folder_of("cpuacct"), groups.folder_of("cpu"));
    assert_eq!(groups.folder_of("memory"), Some(Path::new("/sys/fs/cgroup/memory/jobs/1/servo-web")));
    let written: Vec<(String, String)> = groups
        .writes(limits())
        .into_iter()
        .map(|write| (write.file.file_name().unwrap().to_str().unwrap().to_owned(), write.text))
        .collect();
    let expected = [
        ("cpu.cfs_period_us", "100000"),
        ("cpu.cfs_quota_us", "150000"),
        ("memory.limit_in_bytes", "268435456"),
        ("memory.memsw.limit_in_bytes", "268435456"),
    ];
    assert_eq!(written, expected.map(|(file, text)| (file.to_owned(), text.to_owned())));
}

#[test]
fn the_unified_hierarchy_has_one_group_for_everything() {
    let own = "0::/user.slice/user-1000.slice/run-1.scope\n";
    let parents = Parents::choose(&Mounts::parse(own, UNIFIED, None), BOTH).unwrap();
    let groups = parents.groups("servo-web");
    let folder = Path::new("/sys/fs/cgroup/user.slice/user-1000.slice/run-1.scope/servo-web");
    assert_eq!(groups.folder_of("cpu"), Some(folder));
    assert_eq!(groups.folder_of("memory"), Some(folder));
    let texts: Vec<String> = groups.writes(limits()).into_iter().map(|write| write.text).collect();
    assert_eq!(texts, ["150000 100000", "268435456", "0"]);
}

#[test]
fn a_servo_that_moved_into_a_leaf_makes_groups_beside_it() {
    let own = format!("0::/run.scope/{LEAF}\n");
    let parents = Parents::choose(&Mounts::parse(&own, UNIFIED, None), BOTH).unwrap();
    assert_eq!(parents.folders[0].1, Path::new("/sys/fs/cgroup/run.scope"));
}

#[test]
fn a_group_that_is_named_is_used_in_every_hierarchy() {
    let own = "4:memory:/jobs/1\n2:cpu,cpuacct:/\n0::/\n";
    let parents = Parents::choose(&Mounts::parse(own, HYBRID, Some("/servo")), BOTH).unwrap();
    let folders: Vec<&Path> = parents.folders.iter().map(|(_, folder)| folder.as_path()).collect();
    assert_eq!(
        folders,
        [Path::new("/sys/fs/cgroup/cpu,cpuacct/servo"), Path::new("/sys/fs/cgroup/memory/servo")]
    );
}

#[test]
fn a_mount_that_shows_a_part_of_a_hierarchy_is_understood() {
    let mountinfo = "1 2 0:3 /docker/a\\040b /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
    let inside = Mounts::parse("4:memory:/docker/a b/c\n", mountinfo, None);
    assert_eq!(inside.first, [("memory".to_owned(), "/sys/fs/cgroup/memory/c".into())]);
    assert_eq!(Mounts::parse("4:memory:/elsewhere\n", mountinfo, None), Mounts::default());
    assert_eq!(Mounts::parse("0::/../..\n", UNIFIED, None).second, None);
}

#[test]
fn without_any_group_the_message_says_what_to_do() {
    let error = verify(Parents::choose(&Mounts::default(), BOTH).as_ref(), BOTH).unwrap_err();
    assert!(error.message().contains("cpu and memory"), "{error}");
    assert!(error.help().unwrap().contains("remove `cpu` and `memory`"));
}

/// A folder laid out like a delegated group of version 2.
fn delegated(controllers: &str) -> (tempfile::TempDir, Parents) {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in
        [("cgroup.controllers", controllers), ("cgroup.subtree_control", ""), ("cgroup.procs", "")]
    {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let mounts = Mounts { second: Some(folder.path().to_owned()), ..Mounts::default() };
    let parents = Parents::choose(&mounts, BOTH).unwrap();
    (folder, parents)
}

#[test]
fn a_delegated_group_is_told_which_controllers_its_groups_have() {
    let (folder, parents) = delegated("cpuset cpu io memory pids");
    prepare(&parents, BOTH).unwrap();
    let enabled = fs::read_to_string(folder.path().join("cgroup.subtree_control")).unwrap();
    assert_eq!(enabled, "+cpu +memory");
}

#[test]
fn a_controller_that_was_not_delegated_is_named_with_the_way_to_get_it() {
    let (_folder, parents) = delegated("memory pids");
    let error = verify(Some(&parents), BOTH).unwrap_err();
    assert!(error.message().ends_with("does not have the controllers cpu"), "{error}");
    assert!(error.help().unwrap().contains("systemd-run --user --scope -p Delegate=yes servo run"));
    verify(Some(&parents), Wanted { cpu: false, memory: true }).unwrap();
}

#[test]
fn limits_are_written_and_usage_is_read_back() {
    let (folder, parents) = delegated("cpu memory");
    let groups = parents.groups("servo-web");
    fs::create_dir(folder.path().join("servo-web")).unwrap();
    let inside = folder.path().join("servo-web");
    for (file, text) in [
        ("cpu.max", "max 100000\n"),
        ("memory.max", "max\n"),
        ("cpu.stat", "usage_usec 2500000\nuser_usec 1\nnr_periods 40\nnr_throttled 10\nthrottled_usec 9\n"),
        ("memory.stat", "anon 1048576\nfile 999\nshmem 1024\n"),
        ("memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\n"),
        ("memory.peak", "2097152\n"),
    ] {
        fs::write(inside.join(file), text).unwrap();
    }
    groups.make(limits()).unwrap();
    assert_eq!(fs::read_to_string(inside.join("memory.max")).unwrap(), "268435456\n".replace('\n', ""));
    let expected = Usage {
        cpu_seconds: Some(2.5),
        memory_bytes: Some(1_049_600),
        memory_peak_bytes: Some(2_097_152),
        oom_kills: Some(2),
        periods: Some(40),
        throttled_periods: Some(10),
    };
    assert_eq!(groups.usage(), expected);
}

#[test]
fn this_machine_is_looked_at_without_an_error() {
    let mounts = Mounts::read(None).unwrap();
    let _ = verify(Parents::choose(&mounts, BOTH).as_ref(), BOTH);
}
