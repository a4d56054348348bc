//! What is left of programs that were started: processes, control groups and ports.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

use crate::Result;
use crate::site::Site;

/// Where the service and Prometheus listen.
const PORTS: [u16; 2] = [8480, 9480];
/// How often it is looked again.
const AGAIN: Duration = Duration::from_millis(250);

/// Fails where anything is left.
pub(crate) fn nothing(site: &Site) -> Result<()> {
    let mut programs = site.programs().to_vec();
    programs.push(site.servo());
    if let Some((pid, program)) = processes(&programs).into_iter().next() {
        return Err(format!("process {pid} of {} is left", program.display()));
    }
    if let Some(group) = groups().into_iter().next() {
        return Err(format!("the control group {} is left", group.display()));
    }
    // As a program that listens anew after its connections have ended would: with `SO_REUSEADDR`, which std sets.
    match PORTS.into_iter().find(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err()) {
        Some(port) => Err(format!("somebody listens at port {port}")),
        None => Ok(()),
    }
}

/// Waits until nothing is left.
pub(crate) async fn nothing_within(site: &Site, time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    loop {
        match nothing(site) {
            Ok(()) => return Ok(()),
            Err(error) if Instant::now() >= end => return Err(format!("after {} s {error}", time.as_secs())),
            Err(_) => sleep(AGAIN).await,
        }
    }
}

/// Kills a program; false where it does not run.
pub(crate) fn kill(program: &Path) -> bool {
    let found = processes(&[program.to_owned()]);
    let killed = found.into_iter().filter_map(|(pid, _)| Pid::from_raw(pid));
    killed.filter(|&pid| kill_process(pid, Signal::KILL).is_ok()).count() > 0
}

/// Finds the processes of programs by their executables.
fn processes(programs: &[PathBuf]) -> Vec<(i32, PathBuf)> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let of = |entry: std::fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let program = std::fs::read_link(entry.path().join("exe")).ok()?;
        programs.contains(&program).then_some((pid, program))
    };
    entries.flatten().filter_map(of).collect()
}

/// Finds the control groups that a servo has made.
fn groups() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        for entry in entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            if entry.file_name().to_string_lossy().starts_with("servo-") {
                found.push(entry.path());
            }
            folders.push(entry.path());
        }
    }
    found
}
