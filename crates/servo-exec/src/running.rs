//! A program that runs: its output is read while it is waited for, and nothing of it outlives whoever holds it.

use std::io;
use std::process::{ExitStatus, Stdio};

use servo_core::duration::Duration;
use servo_core::{Error, Result};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, timeout};

use crate::account::Account;
use crate::ended::{Ended, Why};
use crate::find::find;
use crate::group::{Group, Stopped, stop};
use crate::limits::Limits;
use crate::lines::Stream;
use crate::pipe::Pipe;
use crate::process::Process;
use crate::program::Program;

/// How long the output of a program is read after its end, where somebody else still holds it.
const DRAIN: std::time::Duration = std::time::Duration::from_secs(1);

/// A program that runs. Dropping it kills its process group.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    group: Group,
    process: Process,
    began: Instant,
    input: Option<(ChildStdin, Vec<u8>)>,
    stdout: Pipe<ChildStdout>,
    stderr: Pipe<ChildStderr>,
    status: Option<ExitStatus>,
    is_waited_for: bool,
    is_gone: bool,
}

/// Starts a program in a process group of its own.
///
/// # Errors
///
/// Class configuration: there is no such program, folder or user, or it may not be run. Class failed: the system has no
/// process or memory left for it.
pub async fn start(program: &Program, limits: &Limits) -> Result<Running> {
    let name = program.shown();
    let folder = program.working_folder();
    if !tokio::fs::metadata(folder).await.is_ok_and(|found| found.is_dir()) {
        return Err(Error::configuration(format!(
            "there is no folder {} to run `{name}` in",
            folder.display()
        ))
        .with_help("make it, or correct the working folder"));
    }
    let file = find(program.name(), program.path(), folder).await?;
    // A relative path would be looked for from the new working folder.
    let file = if file.is_relative() { tokio::fs::canonicalize(&file).await.unwrap_or(file) } else { file };
    let mut command = Command::new(file);
    command.arg0(program.name()).args(program.words.iter().skip(1));
    command.current_dir(folder).env_clear().envs(&program.environment);
    if let Some(user) = &program.user {
        let account = Account::of_machine(user).await?;
        account.check()?;
        command.env("HOME", &account.home).env("USER", &account.name).env("LOGNAME", &account.name);
        if account.is_another() {
            command.uid(account.uid).gid(account.gid);
        }
    }
    command.process_group(0).kill_on_drop(true);
    command.stdin(if program.stdin.is_empty() { Stdio::null() } else { Stdio::piped() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| not_started(&name, error))?;
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
    let (Some(pid), Some(group)) = (pid, pid.and_then(Group::of)) else {
        return Err(Error::internal(format!("`{name}` was started without a number")));
    };
    let stdout_bytes = limits.stdout_bytes.map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    let stdout = Pipe::new(Stream::Stdout, child.stdout.take(), limits.tail_bytes.max(stdout_bytes));
    let stderr = Pipe::new(Stream::Stderr, child.stderr.take(), limits.tail_bytes);
    Ok(Running {
        name,
        group,
        // One that has ended already is still there to be asked for.
        process: Process::of(pid).unwrap_or(Process { pid, start_time_ticks: 0 }),
        began: Instant::now(),
        input: child.stdin.take().map(|stdin| (stdin, program.stdin.clone())),
        child,
        stdout,
        stderr,
        status: None,
        is_waited_for: true,
        is_gone: false,
    })
}

fn not_started(name: &str, error: io::Error) -> Error {
    let help = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "the program, its folders and its interpreter must be executable for the user it runs as"
        }
        io::ErrorKind::NotFound => {
            "the interpreter in its first line (`#!`), or the loader it needs, is not there"
        }
        io::ErrorKind::ArgumentListTooLong => "its arguments and environment are too long for the system",
        _ if error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) => {
            "begin a script with the interpreter, such as `#!/bin/sh`, or name it before the script"
        }
        _ => return Error::failed(format!("cannot start `{name}`")).with_source(error),
    };
    Error::configuration(format!("cannot start `{name}`")).with_source(error).with_help(help)
}

impl Running {
    /// Returns what it is known by after a restart of Servo.
    pub const fn process(&self) -> Process {
        self.process
    }

    /// Returns its process group.
    pub const fn group(&self) -> Group {
        self.group
    }

    /// Returns true once it has been seen to end.
    pub const fn has_ended(&self) -> bool {
        self.status.is_some() || !self.is_waited_for
    }

    /// Returns how many bytes it has printed to standard output.
    pub const fn stdout_bytes(&self) -> u64 {
        self.stdout.tail.total()
    }

    /// Waits for the next thing that happens: something printed, something read by it, or its end. Nothing is lost where it
    /// is dropped. Returns at once where nothing more can happen.
    pub async fn step(&mut self, on_line: &mut (dyn FnMut(Stream, &str) + Send)) {
        if self.is_over() {
            return;
        }
        let Self { child, input, stdout, stderr, .. } = self;
        tokio::select! {
            count = stdout.ready() => stdout.take(count, on_line),
            count = stderr.ready() => stderr.take(count, on_line),
            written = feed(input) => match (written, &mut self.input) {
                (Some(count), Some((_, rest))) if count < rest.len() => drop(rest.drain(..count)),
                // It has all of it, or does not read it: that is its own affair.
                _ => self.input = None,
            },
            status = child.wait(), if self.is_waited_for => {
                self.status = status.ok();
                self.is_waited_for = false;
                self.input = None;
            }
        }
    }

    /// Returns true where nothing more can happen.
    fn is_over(&self) -> bool {
        !self.is_waited_for && !self.stdout.is_open() && !self.stderr.is_open()
    }

    /// Waits until the program has ended. Nothing is lost where it is dropped.
    pub async fn exited(&mut self, on_line: &mut (dyn FnMut(Stream, &str) + Send)) {
        while self.is_waited_for {
            self.step(on_line).await;
        }
    }

    /// Reads what is left of the output, for a second at most: a daemon that left its group may hold it for ever.
    async fn drain(&mut self, on_line: &mut (dyn FnMut(Stream, &str) + Send)) {
        let reading = async {
            while !self.is_over() {
                self.step(on_line).await;
            }
        };
        let _ = timeout(DRAIN, reading).await;
        self.stdout.close(on_line);
        self.stderr.close(on_line);
    }

    /// Ends its process group: SIGTERM, then SIGKILL after `grace`. What it prints meanwhile is read.
    pub async fn stop(&mut self, grace: Duration, on_line: &mut (dyn FnMut(Stream, &str) + Send)) -> Stopped {
        let stopping = stop(self.group, grace);
        tokio::pin!(stopping);
        let stopped = loop {
            tokio::select! {
                stopped = &mut stopping => break stopped,
                () = self.step(on_line), if !self.is_over() => {}
            }
        };
        self.is_gone = true;
        stopped
    }

    /// Ends what is left of its group once it has ended or is to end, and says how that came about.
    pub async fn end(
        mut self,
        why: Why,
        grace: Duration,
        on_line: &mut (dyn FnMut(Stream, &str) + Send),
    ) -> Ended {
        if why == Why::Exited {
            self.drain(on_line).await;
        }
        let left_behind = why == Why::Exited && self.group.is_alive();
        let survived = self.stop(grace, on_line).await == Stopped::Survived;
        self.drain(on_line).await;
        let empty = || crate::tail::Tail::new(0);
        Ended {
            name: std::mem::take(&mut self.name),
            why,
            status: self.status,
            stdout: std::mem::replace(&mut self.stdout.tail, empty()),
            stderr: std::mem::replace(&mut self.stderr.tail, empty()),
            duration: Duration::from_millis(
                u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            ),
            left_behind,
            survived,
        }
    }
}

/// Writes some of the input, and says how much; `None` where nobody reads it.
async fn feed(input: &mut Option<(ChildStdin, Vec<u8>)>) -> Option<usize> {
    match input {
        Some((stdin, rest)) => stdin.write(rest).await.ok().filter(|count| *count > 0),
        None => std::future::pending().await,
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The number of a group of which nothing is left may be somebody else's.
        if !self.is_gone && (self.is_waited_for || self.group.is_alive()) {
            self.group.kill();
        }
    }
}
