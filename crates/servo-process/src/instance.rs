//! One run of the program, as Servo sees it: a supervisor that was begun, what it tells, and what is printed.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use regex_lite::Regex;
use servo_core::{Error, Result};
use servo_exec::{Bare, Lines, Tail, start_time};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf, pipe};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::cgroup::Groups;
use crate::order::{End, LONGEST_LINE, Order, Report, Started};
use crate::plan::{Launch, Values};
use crate::supervisor;

/// How much of what is printed last is kept, in bytes.
const TAIL_BYTES: usize = 4096;

/// How many lines of it a message has, and of how many characters: together no more than is kept.
const TAIL_LINES: (usize, usize) = (20, 200);

/// How long is read what is printed after the end.
const AFTER_END: Duration = Duration::from_millis(500);

/// How long beyond the grace a supervisor may take to end what it supervises.
const BEYOND_GRACE: Duration = Duration::from_secs(8);

/// What is known of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Status {
    pub(crate) started: Option<Started>,
    pub(crate) refused: Option<String>,
    pub(crate) end: Option<End>,
    /// Whether its supervisor is gone, and with it everything that it supervised, unless it was killed itself.
    pub(crate) is_gone: bool,
}

impl Status {
    /// Says whether the program runs no more, or never did.
    pub(crate) fn is_over(&self) -> bool {
        self.is_gone || self.end.is_some() || self.refused.is_some()
    }

    /// Says whether the supervisor was killed: then the program may go on without anybody.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_gone && self.end.is_none() && self.refused.is_none()
    }
}

/// One run of the program.
pub(crate) struct Instance {
    values: Mutex<Values>,
    pub(crate) ports: BTreeMap<String, u16>,
    pub(crate) launch: Launch,
    pub(crate) grace: Duration,
    /// The key under which it is written down.
    pub(crate) key: String,
    /// The process of the supervisor, and when it began, in clock ticks since the machine did.
    pub(crate) supervisor: (i32, u64),
    groups: Option<Groups>,
    status: watch::Receiver<Status>,
    is_announced: watch::Receiver<bool>,
    tail: Arc<Mutex<Tail>>,
    /// What keeps the supervisor; once it is dropped, the program is ended.
    control: Mutex<Option<OwnedWriteHalf>>,
}

/// What an instance is made of besides its order.
pub(crate) struct Particulars {
    pub(crate) values: Values,
    pub(crate) ports: BTreeMap<String, u16>,
    pub(crate) launch: Launch,
    pub(crate) key: String,
}

impl Instance {
    /// Begins a supervisor and gives it its order. What it tells is heard by a task of `tasks`.
    ///
    /// # Errors
    ///
    /// Class failed: the system has no process or no pipe left for it.
    pub(crate) async fn begin(
        tasks: &Mutex<JoinSet<()>>,
        executable: &Path,
        order: &Order,
        particulars: Particulars,
        ready_line: Option<Regex>,
    ) -> Result<Self> {
        let failed = |error: io::Error| {
            Error::failed(format!("cannot start the supervisor of `{}`", order.words.join(" ")))
                .with_source(error)
        };
        let (own, theirs) = UnixStream::pair().map_err(failed)?;
        let theirs = theirs.into_std().map_err(failed)?;
        // The supervisor reads and writes as it pleases.
        theirs.set_nonblocking(false).map_err(failed)?;
        let (printed, output) = io::pipe().map_err(failed)?;
        let printed = pipe::Receiver::from_owned_fd(OwnedFd::from(printed)).map_err(failed)?;
        let bare = Bare {
            file: executable,
            words: &[supervisor::NAME.to_owned()],
            folder: Path::new("/"),
            environment: &BTreeMap::new(),
            identity: None,
            stdin: Some(OwnedFd::from(theirs)),
            output: Some(OwnedFd::from(output)),
        };
        let pid = bare.begin().map_err(failed)?;
        let supervisor = (pid, start_time(pid).unwrap_or_default());
        let (reader, mut writer) = own.into_split();
        let (sender, status) = watch::channel(Status::default());
        let (readiness, is_announced) = watch::channel(false);
        let tail = Arc::new(Mutex::new(Tail::new(TAIL_BYTES)));
        let listener = Listener { pid, status: sender, tail: Arc::clone(&tail), ready_line, readiness };
        {
            let mut tasks = tasks.lock().unwrap_or_else(PoisonError::into_inner);
            while tasks.try_join_next().is_some() {}
            tasks.spawn(listener.listen(reader, printed));
        }
        let mut line = serde_json::to_vec(order).map_err(io::Error::from).map_err(failed)?;
        line.push(b'\n');
        // Where it is gone already, its status says so.
        let _ = writer.write_all(&line).await;
        let Particulars { values, ports, launch, key } = particulars;
        Ok(Self {
            values: Mutex::new(values),
            ports,
            launch,
            grace: Duration::from_millis(order.grace_milliseconds),
            key,
            supervisor,
            groups: order.groups.clone(),
            status,
            is_announced,
            tail,
            control: Mutex::new(Some(writer)),
        })
    }

    /// Gives the values that are in force.
    pub(crate) fn values(&self) -> Values {
        self.values.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the values that are in force, where it runs on with others.
    pub(crate) fn revalue(&self, values: Values) {
        *self.values.lock().unwrap_or_else(PoisonError::into_inner) = values;
    }

    /// Gives what is known of it now.
    pub(crate) fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Gives the groups that it is in.
    pub(crate) fn groups(&self) -> Option<&Groups> {
        let is_in_groups = self.status.borrow().started.is_some_and(|started| started.is_in_groups);
        self.groups.as_ref().filter(|_| is_in_groups)
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, holds: impl FnMut(&Status) -> bool) -> Status {
        let mut status = self.status.clone();
        match status.wait_for(holds).await {
            Ok(status) => status.clone(),
            // Nobody listens any more: what is known is all there is.
            Err(_) => Status { is_gone: true, ..self.status() },
        }
    }

    /// Waits until a line was printed by which it says that it is ready.
    pub(crate) async fn announced(&self) {
        let mut seen = self.is_announced.clone();
        if seen.wait_for(|is_announced| *is_announced).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Tells the supervisor to end the program, and waits until everything is gone; returns false where that takes too
    /// long. The supervisor goes on with it, whether or not anybody waits.
    pub(crate) async fn stop(&self) -> bool {
        drop(self.control.lock().unwrap_or_else(PoisonError::into_inner).take());
        let gone = self.until(|status| status.is_gone);
        tokio::time::timeout(self.grace + BEYOND_GRACE, gone).await.is_ok()
    }

    /// Says what was printed last, as the end of a message.
    pub(crate) fn printed(&self) -> String {
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = tail.last_lines(TAIL_LINES.0, TAIL_LINES.1);
        if lines.is_empty() { String::new() } else { format!("; it printed last: {}", lines.join(" | ")) }
    }

    /// Says how the program is called in messages.
    pub(crate) fn shown(&self) -> String {
        shown(&self.launch.command)
    }
}

/// Writes a command on one line, cut where it is long.
pub(crate) fn shown(command: &[String]) -> String {
    const LONGEST: usize = 120;
    let line = command.join(" ").replace(['\n', '\r', '\t'], " ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("`{}…`", &line[..at]),
        None => format!("`{line}`"),
    }
}

/// Hears what a supervisor tells and what its program prints.
struct Listener {
    pid: i32,
    status: watch::Sender<Status>,
    tail: Arc<Mutex<Tail>>,
    ready_line: Option<Regex>,
    readiness: watch::Sender<bool>,
}

impl Listener {
    async fn listen(mut self, reader: OwnedReadHalf, printed: pipe::Receiver) {
        let (tail, ready_line) = (Arc::clone(&self.tail), self.ready_line.take());
        let readiness = self.readiness.clone();
        let printing = read(printed, &tail, ready_line.as_ref(), &readiness);
        tokio::pin!(printing);
        {
            let hearing = self.hear(reader);
            tokio::pin!(hearing);
            // Both end with the supervisor, the one before the other or the other way round.
            tokio::select! {
                // What it printed before its end is still on the way.
                () = &mut hearing => drop(tokio::time::timeout(AFTER_END, printing).await),
                () = &mut printing => hearing.await,
            }
        }
        let pid = rustix::process::Pid::from_raw(self.pid);
        // It has closed everything, so that it ends now if it has not yet. Without this it stays as a number.
        let waited = tokio::task::spawn_blocking(move || {
            rustix::process::waitpid(pid, rustix::process::WaitOptions::empty())
        });
        let _ = waited.await;
        self.status.send_modify(|status| status.is_gone = true);
    }

    async fn hear(&self, reader: OwnedReadHalf) {
        let mut reader = BufReader::new(reader.take(LONGEST_LINE));
        let mut line = String::new();
        while reader.read_line(&mut line).await.is_ok_and(|count| count > 0) {
            match serde_json::from_str(&line) {
                Ok(report) => self.status.send_modify(|status| match report {
                    Report::Started(started) => status.started = Some(started),
                    Report::Refused(reason) => status.refused = Some(reason),
                    Report::Ended(end) => status.end = Some(end),
                }),
                Err(error) => tracing::debug!("a supervisor told what is not understood: {error}"),
            }
            line.clear();
        }
    }
}

/// Reads what is printed, keeps the last of it, and looks for the line that says that the program is ready.
async fn read(
    mut printed: pipe::Receiver,
    tail: &Mutex<Tail>,
    ready_line: Option<&Regex>,
    readiness: &watch::Sender<bool>,
) {
    let mut buffer = vec![0; 16 * 1024];
    let mut lines = Lines::default();
    while let Ok(count) = printed.read(&mut buffer).await
        && count > 0
    {
        tail.lock().unwrap_or_else(PoisonError::into_inner).push(&buffer[..count]);
        if let Some(ready_line) = ready_line.filter(|_| !*readiness.borrow()) {
            lines.push(&buffer[..count], |line| {
                if ready_line.is_match(line) {
                    readiness.send_replace(true);
                }
            });
        }
        // One that prints without end must not keep others from their turn.
        tokio::task::yield_now().await;
    }
}
