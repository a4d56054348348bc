//! The program while it runs: what it logs, and the signals that it is sent.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::environment::{Environment, Ran};

/// How long the program may take to say something, or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program that runs.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    stdout: JoinHandle<String>,
    heard: String,
}

impl Running {
    /// Starts the program with these arguments.
    pub(crate) fn start(environment: &Environment, arguments: &[&str]) -> Self {
        let mut command = environment.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, lines, stdout, heard: String::new() }
    }

    /// Waits for a line on standard error that has this part.
    pub(crate) fn hear(&mut self, part: &str) {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                panic!("no {part:?} in:\n{}", self.heard);
            };
            let is_it = line.contains(part);
            self.heard += &(line + "\n");
            if is_it {
                return;
            }
        }
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> Ran {
        let status: ExitStatus = self.child.wait().unwrap();
        self.heard.extend(self.lines.iter().map(|line| line + "\n"));
        let stdout = self.stdout.join().unwrap();
        Ran { code: status.code().unwrap_or(-1), stdout, stderr: self.heard }
    }
}

/// Lets a moment pass, for another process, which no paused clock reaches.
pub(crate) fn a_moment() {
    mpsc::channel::<()>().1.recv_timeout(Duration::from_millis(50)).unwrap_err();
}
