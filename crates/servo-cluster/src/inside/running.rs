//! The components that run: started, paused, stopped and watched.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::component::{Call, Component};
use crate::conversation::{Act, Resident};
use crate::error::{Error, Result};
use crate::options::Options;
use crate::programs::Programs;
use crate::site::Site;

/// How long a component may take until it answers, on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long it may take to find out: who asks a component that has ended may wait for ever.
const ANSWER: Duration = Duration::from_secs(5);
/// How often a component is looked at that is not ready yet.
const LOOK: Duration = Duration::from_millis(50);
/// How often it is looked whether one has ended.
const WATCH: Duration = Duration::from_millis(500);

/// The components that run.
pub(super) struct Running {
    site: Site,
    programs: Programs,
    options: Options,
    children: Mutex<BTreeMap<Component, Child>>,
}

impl Running {
    pub(super) fn new(site: Site, programs: Programs, options: Options) -> Self {
        Self { site, programs, options, children: Mutex::default() }
    }

    pub(super) fn site(&self) -> &Site {
        &self.site
    }

    pub(super) fn programs(&self) -> &Programs {
        &self.programs
    }

    /// Starts a component, whose output is appended to its log.
    pub(super) async fn start(&self, component: Component) -> Result<()> {
        let mut children = self.children.lock().await;
        if children.contains_key(&component) {
            return Err(Error::failed(format!("{} runs already", component.name())));
        }
        let Call { program, arguments } = component.call(&self.site, &self.programs, &self.options);
        let path = self.site.log(component.name());
        let log = path.parent().map_or(Ok(()), fs::create_dir_all);
        let log = log.and_then(|()| File::options().create(true).append(true).open(&path));
        let log = log.map_err(Error::at("write", &path))?;
        let errors = log.try_clone().map_err(Error::at("write", &path))?;
        let child = Command::new(&program)
            .args(arguments)
            .env_clear()
            .env("PATH", self.programs.search_path())
            .env("LD_LIBRARY_PATH", self.programs.libraries())
            .env("HOME", self.site.folder())
            .current_dir(self.site.folder())
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(Error::at("start", &program))?;
        children.insert(component, child);
        Ok(())
    }

    /// Waits until a component does what is asked.
    ///
    /// # Errors
    ///
    /// It has ended, or does not in time; the error has the last lines of its log.
    pub(super) async fn until<F: Future<Output = bool>>(
        &self,
        component: Component,
        mut is_so: impl FnMut() -> F,
    ) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            if timeout(ANSWER, is_so()).await.unwrap_or(false) {
                return Ok(());
            }
            if let Some(how) = self.ended(component).await {
                return Err(self.lost(component, &how));
            }
            if Instant::now() >= end {
                let seconds = PATIENCE.as_secs();
                return Err(self.lost(component, &format!("is not ready after {seconds} s")));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Does something with a component.
    pub(super) async fn act(&self, act: Act, component: Component) -> Result<()> {
        if act == Act::Start {
            return self.start(component).await;
        }
        let mut children = self.children.lock().await;
        let Some(child) = children.get_mut(&component) else {
            return Err(Error::failed(format!("{} does not run", component.name())));
        };
        let signal = match act {
            Act::Pause => Signal::STOP,
            Act::Resume => Signal::CONT,
            Act::Stop | Act::Start => Signal::KILL,
        };
        let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let Some(pid) = pid else { return Err(Error::failed(format!("{} has ended", component.name()))) };
        let wrong = |error| Error::failed(format!("cannot signal {}: {error}", component.name()));
        kill_process(pid, signal).map_err(wrong)?;
        if act == Act::Stop {
            child.wait().await.map_err(Error::io("cannot wait for a component"))?;
            children.remove(&component);
        }
        drop(children);
        if act == Act::Pause { self.until(component, async || stands_still(pid)).await } else { Ok(()) }
    }

    /// Waits until a component has ended that nobody stopped.
    pub(super) async fn watch(&self) -> Error {
        loop {
            tokio::time::sleep(WATCH).await;
            let all: Vec<Component> = self.children.lock().await.keys().copied().collect();
            for component in all {
                if let Some(how) = self.ended(component).await {
                    return self.lost(component, &how);
                }
            }
        }
    }

    async fn ended(&self, component: Component) -> Option<String> {
        let mut children = self.children.lock().await;
        let status = children.get_mut(&component)?.try_wait().ok()??;
        Some(format!("ended with {status}"))
    }

    fn lost(&self, component: Component, how: &str) -> Error {
        let name = component.name();
        Error::failed(format!("{name} {how}; it said last:\n{}", self.site.tail(name)))
    }
}

/// Whether every thread of a process is stopped. Where there are more threads than processors, those that have not been
/// told of a signal yet go on for a while, and answer.
fn stands_still(pid: Pid) -> bool {
    let folder = format!("/proc/{}/task", pid.as_raw_nonzero());
    let Ok(threads) = fs::read_dir(folder) else { return false };
    threads.flatten().all(|thread| {
        // A thread that has ended meanwhile does nothing either.
        fs::read_to_string(thread.path().join("stat")).map_or(true, |text| state(&text) == Some('T'))
    })
}

/// The state of a thread as its `stat` has it: `proc_pid_stat(5)`. It follows the name, which may hold anything.
fn state(stat: &str) -> Option<char> {
    stat.rsplit_once(')')?.1.trim_start().chars().next()
}

/// Lists the processes inside, the greatest first.
pub(super) fn census() -> Result<Vec<Resident>> {
    let mut all = Vec::new();
    for entry in fs::read_dir("/proc").map_err(Error::io("cannot read /proc"))?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process that ends while it is looked at is not there.
        let (Ok(name), Ok(memory)) = (
            fs::read_to_string(entry.path().join("comm")),
            fs::read_to_string(entry.path().join("smaps_rollup")),
        ) else {
            continue;
        };
        let kib = memory.lines().find_map(|line| line.strip_prefix("Pss:"));
        let kib = kib.and_then(|text| text.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or_default();
        all.push(Resident { name: name.trim().to_owned(), pid, kib });
    }
    all.sort_by_key(|resident| std::cmp::Reverse(resident.kib));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_a_thread_is_read_behind_its_name() {
        assert_eq!(state("41 (kube-apiserver) T 1 41 41 0 -1"), Some('T'));
        assert_eq!(state("41 (a) T (b) S 1 41 41 0 -1"), Some('S'));
        assert_eq!(state("41"), None);
    }

    #[tokio::test]
    async fn a_process_stands_still_once_it_is_stopped() {
        let mut child = Command::new("sleep").arg("60").kill_on_drop(true).spawn().unwrap();
        let pid = Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap();
        assert!(!stands_still(pid));
        kill_process(pid, Signal::STOP).unwrap();
        let still = timeout(PATIENCE, async {
            while !stands_still(pid) {
                tokio::task::yield_now().await;
            }
        });
        still.await.unwrap();
        child.kill().await.unwrap();
        assert!(!stands_still(pid));
    }
}
