//! The program at a terminal, as it is when somebody sits there.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::environment::Environment;

/// How long the program may take to say something.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long nothing is read where nothing is to be read.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// A program at a terminal: what is typed there is its standard input, and standard error is shown there.
pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    shown: Receiver<String>,
    seen: String,
    /// Keeps the terminal open while it is there.
    open: Sender<()>,
    reading: JoinHandle<()>,
}

impl Terminal {
    /// Starts the program with these arguments and variables.
    pub(crate) fn start(environment: &Environment, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        // The program must not hold the end of it that is closed when somebody closes a terminal.
        let own = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&own).unwrap();
        unlockpt(&own).unwrap();
        let name = ptsname(&own, Vec::new()).unwrap();
        let open =
            || OpenOptions::new().read(true).write(true).open(OsStr::from_bytes(name.as_bytes())).unwrap();
        let mut command = environment.command(arguments);
        command.envs(variables.iter().copied());
        command.stdin(open()).stderr(open()).stdout(Stdio::null());
        let child = command.spawn().unwrap();
        // The command holds the other end open, and the terminal ends when nobody does.
        drop(command);
        // Reading must not keep the terminal open that is to be closed.
        rustix::io::ioctl_fionbio(&own, true).unwrap();
        let mut screen = File::from(own);
        let keyboard = screen.try_clone().unwrap();
        let (sender, shown) = mpsc::channel();
        let (open, closing) = mpsc::channel::<()>();
        let reading = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            loop {
                match screen.read(&mut bytes) {
                    Ok(length @ 1..) => {
                        if sender.send(String::from_utf8_lossy(&bytes[..length]).into_owned()).is_err() {
                            break;
                        }
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        let waited = closing.recv_timeout(BETWEEN_LOOKS);
                        if waited == Err(RecvTimeoutError::Disconnected) {
                            break;
                        }
                    }
                    // Linux fails with EIO at the end.
                    _ => break,
                }
            }
        });
        Self { child, keyboard, shown, seen: String::new(), open, reading }
    }

    /// Waits until this is on the screen, behind what was waited for before.
    pub(crate) fn see(&mut self, part: &str) -> String {
        let mut behind = String::new();
        loop {
            if let Some((before, rest)) = behind.split_once(part) {
                let (before, rest) = (before.to_owned(), rest.to_owned());
                self.seen = rest;
                return before;
            }
            if behind.is_empty() && !self.seen.is_empty() {
                behind = std::mem::take(&mut self.seen);
                continue;
            }
            let Ok(more) = self.shown.recv_timeout(PATIENCE) else { panic!("no {part:?} on\n{behind}") };
            behind += &more;
        }
    }

    /// Types a line.
    pub(crate) fn type_line(&mut self, line: &str) {
        writeln!(self.keyboard, "{line}").unwrap();
    }

    /// Sends a signal, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Closes the terminal and tells the program, as a shell does; returns its exit code.
    pub(crate) fn hang_up(self) -> i32 {
        let Self { mut child, keyboard, open, reading, .. } = self;
        drop(open);
        reading.join().unwrap();
        drop(keyboard);
        let pid = child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
        child.wait().unwrap().code().unwrap_or(-1)
    }

    /// Waits for the end; returns the exit code and the rest of what was shown.
    pub(crate) fn end(mut self) -> (i32, String) {
        let mut rest = std::mem::take(&mut self.seen);
        while let Ok(more) = self.shown.recv_timeout(PATIENCE) {
            rest += &more;
        }
        (self.child.wait().unwrap().code().unwrap_or(-1), rest)
    }
}
