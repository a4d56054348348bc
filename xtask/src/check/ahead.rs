//! The programs that tests start, built beside the steps that come before the tests: a compiler of Rust leaves a core
//! idle often, and those of Go take it at the lowest priority.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::servers;

/// A build that runs beside the gate. Its output is in `target/servers/ahead.log`; it is ended with the gate.
#[derive(Default)]
pub(super) struct Ahead(Option<Child>);

impl Ahead {
    /// Begins it. Where that is not possible the steps do the same work in their turn.
    pub(super) fn begin(&mut self, root: &Path) {
        if self.0.is_none() {
            self.0 = start(root);
        }
    }

    /// Waits for its end. Whether it has done all is found by the steps.
    pub(super) fn wait(&mut self) {
        if let Some(mut child) = self.0.take() {
            println!("waiting for what was begun before: target/servers/ahead.log");
            let _ = child.wait();
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            // Its group: the compilers are children of its children.
            let group = format!("-{}", child.id());
            let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
            let _ = child.wait();
        }
    }
}

fn start(root: &Path) -> Option<Child> {
    let folder = servers::folder(root);
    servers::make(&folder).ok()?;
    let log = File::create(folder.join("ahead.log")).ok()?;
    let errors = log.try_clone().ok()?;
    let mut command = Command::new("nice");
    command.args(["-n", "19"]).arg(std::env::current_exe().ok()?).arg("programs").current_dir(root);
    command.stdin(Stdio::null()).stdout(log).stderr(errors).process_group(0).spawn().ok()
}
