//! A program that is only begun: whoever begins it waits for it and ends it.
//!
//! This is what a supervisor is begun with, and what it begins: it has to outlive whoever asked for it.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A program that is only begun.
#[derive(Debug)]
pub struct Bare<'a> {
    /// The file that is executed.
    pub file: &'a Path,
    /// What it is called, and its arguments.
    pub words: &'a [String],
    /// The folder in which it runs.
    pub folder: &'a Path,
    /// Its environment, all of it.
    pub environment: &'a BTreeMap<String, String>,
    /// The numbers of the user and the group that it runs as, without other groups; `None` leaves them as they are.
    pub identity: Option<(u32, u32)>,
    /// Its standard input; `None` is an empty one.
    pub stdin: Option<OwnedFd>,
    /// Its standard output and standard error; `None` leaves it those of this process.
    pub output: Option<OwnedFd>,
}

impl Bare<'_> {
    /// Begins the program in a process group of its own, and returns its number. Blocks until it is executed.
    ///
    /// # Errors
    ///
    /// Why it cannot be executed.
    pub fn begin(self) -> io::Result<i32> {
        let mut command = Command::new(self.file);
        if let Some((name, arguments)) = self.words.split_first() {
            command.arg0(name).args(arguments);
        }
        command.current_dir(self.folder).env_clear().envs(self.environment).process_group(0);
        if let Some((uid, gid)) = self.identity {
            command.uid(uid).gid(gid);
        }
        command.stdin(self.stdin.map_or_else(Stdio::null, Stdio::from));
        if let Some(output) = self.output {
            command.stdout(output.try_clone()?).stderr(output);
        }
        let child = command.spawn()?;
        // The child is not waited for here: its number stays taken until somebody does.
        i32::try_from(child.id()).map_err(io::Error::other)
    }
}
