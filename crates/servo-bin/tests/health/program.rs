//! The program: a folder and a clean environment to run it in, what it writes, and what it is asked and told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::PATIENCE;

/// A program that runs. It is killed when this is dropped.
pub(crate) struct Program {
    folder: tempfile::TempDir,
    child: Child,
    lines: Receiver<String>,
    heard: String,
}

impl Program {
    /// Runs it with these arguments and variables, in a folder whose `servo.yaml` is this text.
    pub(crate) fn start(configuration: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("servo.yaml"), configuration).unwrap();
        Self::start_in(folder, arguments, variables)
    }

    /// Runs it in this folder.
    pub(crate) fn start_in(
        folder: tempfile::TempDir,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servo"));
        command.args(arguments).current_dir(folder.path()).env_clear().envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stderr = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            let lines = BufReader::new(stderr).lines().map_while(Result::ok);
            lines.take_while(|line| sender.send(line.clone()).is_ok()).for_each(drop);
        });
        Self { folder, child, lines, heard: String::new() }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Waits for a line on standard error that has this part, and returns what is behind it.
    pub(crate) fn hear(&mut self, part: &str) -> String {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                panic!("no {part:?} in:\n{}", self.heard);
            };
            self.heard.extend([&*line, "\n"]);
            if let Some((_, behind)) = line.split_once(part) {
                return behind.to_owned();
            }
        }
    }

    /// Waits until it serves, and returns the address.
    pub(crate) fn address(&mut self) -> String {
        self.hear("serving /livez, /readyz and /metrics at http://")
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits for the end; returns the exit code, and all that was written to standard error.
    pub(crate) fn end(&mut self) -> (i32, String) {
        let mut heard = std::mem::take(&mut self.heard);
        // They end with the program.
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            heard.extend([&*line, "\n"]);
        }
        (self.child.wait().unwrap().code().unwrap_or(-1), heard)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks for a path; returns the status and the whole answer.
pub(crate) fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

/// Tries again until it is so, or for long enough.
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let pause = Duration::from_millis(50);
    for _ in 0..PATIENCE.as_millis() / pause.as_millis() {
        if is_so() {
            return;
        }
        mpsc::channel::<()>().1.recv_timeout(pause).unwrap_err();
    }
    panic!("not within {}s: {what}", PATIENCE.as_secs());
}
