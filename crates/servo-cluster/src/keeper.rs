//! The process that keeps a cluster: it starts it, hands it out, and takes it down when nobody holds it any more.
//!
//! Whoever uses a cluster holds a connection to this process. A holder that ends in whatever way lets go of it. This
//! process outlives them all, so that a cluster is taken down, too, when a test is killed; where this process is killed
//! itself, the kernel ends everything inside, and the next one removes what is left.

mod leftovers;
mod state;

use std::fs::{self, File};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::net::{UnixListener, UnixStream};
use tokio::process::{Child, ChildStdout, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::cgroups;
use crate::conversation::{Request, Told, hear, say};
use crate::error::{Error, Result};
use crate::network::API;
use crate::options::Options;
use crate::programs::Programs;
use crate::relay::Way;
use crate::site::Site;
pub(crate) use leftovers::clean;
use leftovers::{Lock, remove};
use state::State;

/// How long a cluster goes on that nobody holds: `cargo test` starts the next program within it.
const LINGER: Duration = Duration::from_secs(5);
/// How often it is looked whether somebody holds it.
const LOOK: Duration = Duration::from_millis(200);

/// A cluster in the hands of this process.
struct Keeper {
    site: Site,
    state: watch::Sender<State>,
    /// Counts those who hold the cluster by their clones of it.
    held: Arc<()>,
    child: Child,
    /// Kept open: clients of this machine come through it.
    api: Way,
}

/// Keeps a cluster until nobody holds it, somebody asks for its end, or it has failed.
///
/// # Errors
///
/// Another process keeps one in the same folder, or it cannot be set up at all.
pub(crate) async fn run(
    site: Site,
    root: &std::path::Path,
    programs: &Programs,
    options: Options,
) -> Result<()> {
    // The terminal's signals are for whoever holds the cluster.
    let _ = rustix::process::setsid();
    let lock = Lock::take(&site).await?;
    remove(&site).await?;
    fs::create_dir_all(site.folder()).map_err(Error::at("make", site.folder()))?;
    let control = site.control();
    let listener = UnixListener::bind(&control).map_err(Error::at("listen on", &control))?;
    let kept = keep(&site, root, programs, options, listener).await;
    // Whoever asked for the end is answered when there is nothing left.
    let gone = remove(&site).await;
    lock.release();
    if let Some(asked) = kept? {
        let _ = asked.send(gone.as_ref().err().map(ToString::to_string));
        // The answer is written by another task of this process.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    gone
}

type Asked = oneshot::Sender<Option<String>>;

async fn keep(
    site: &Site,
    root: &std::path::Path,
    programs: &Programs,
    options: Options,
    listener: UnixListener,
) -> Result<Option<Asked>> {
    cgroups::make(&site.group())?;
    let api = Way::open(0, site.inside(), API).await?;
    let (mut child, lines) = spawn(site, root, programs, &options)?;
    let (state, _) = watch::channel(State::new(options, api.address()));
    let (ask_end, mut end_asked) = mpsc::channel(8);
    let mut keeper = Keeper { site: site.clone(), state, held: Arc::new(()), child, api };
    let mut conversations = JoinSet::new();
    let asked = keeper.until_the_end(listener, lines, &mut conversations, ask_end, &mut end_asked).await;
    child = keeper.child;
    // Whoever waits for a cluster that has failed is told before the connection ends.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let _ = child.start_kill();
    let _ = child.wait().await;
    // Dropped, a conversation would end before its answer: it lives as long as the process.
    conversations.detach_all();
    Ok(asked)
}

impl Keeper {
    async fn until_the_end(
        &mut self,
        listener: UnixListener,
        mut lines: Lines<BufReader<ChildStdout>>,
        conversations: &mut JoinSet<()>,
        ask_end: mpsc::Sender<Asked>,
        end_asked: &mut mpsc::Receiver<Asked>,
    ) -> Option<Asked> {
        let (Ok(mut terminated), Ok(mut interrupted)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            return None;
        };
        let mut unheld_since = Instant::now();
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                line = lines.next_line() => {
                    if !self.told(line.ok().flatten()) {
                        return None;
                    }
                }
                accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                    let (state, held) = (self.state.clone(), Arc::clone(&self.held));
                    conversations.spawn(converse(stream, state, held, ask_end.clone()));
                },
                Some(_) = conversations.join_next() => {}
                asked = end_asked.recv() => return asked,
                _ = terminated.recv() => return None,
                _ = interrupted.recv() => return None,
                _ = look.tick() => {
                    // The conversations that only ask have a clone as well, for the moment that they take.
                    if Arc::strong_count(&self.held) > 1 || self.state.borrow().stays {
                        unheld_since = Instant::now();
                    } else if unheld_since.elapsed() >= LINGER {
                        return None;
                    }
                }
            }
        }
    }

    /// Takes in what the process inside says; false where it has ended or failed.
    fn told(&mut self, line: Option<String>) -> bool {
        let told = line.and_then(|line| serde_json::from_str::<Told>(&line).ok());
        let ended = || "the process inside the cluster has ended".to_owned();
        let failed = match told {
            Some(Told::Progress(progress)) => {
                self.state.send_modify(|state| state.progress.push(progress));
                None
            }
            Some(Told::Ready) => self.ready().err().map(|error| error.to_string()),
            Some(Told::Failed(why)) => Some(why),
            Some(_) => None,
            None => Some(format!("{}: {}", ended(), self.site.tail("inside"))),
        };
        if let Some(why) = failed {
            self.state.send_modify(|state| state.outcome = Some(Err(why)));
            return false;
        }
        true
    }

    fn ready(&mut self) -> Result<()> {
        let read = |name: &str| {
            let path = self.site.pki(name);
            fs::read_to_string(&path).map_err(Error::at("read", &path))
        };
        let admin = crate::authority::Issued { certificate: read("admin.crt")?, key: read("admin.key")? };
        let text = crate::kubeconfig::text(self.api.address(), &read("ca.crt")?, &admin);
        Site::write(&self.site.kubeconfig(), text.as_bytes())?;
        let init = self.child.id().and_then(first_child);
        self.state.send_modify(|state| {
            state.init = init;
            state.outcome = Some(Ok(()));
        });
        Ok(())
    }
}

/// The number of a process' first child.
fn first_child(pid: u32) -> Option<i32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

/// Starts the process inside: in the cluster's control groups, with namespaces of its own, and ended by the kernel where
/// this process ends.
fn spawn(
    site: &Site,
    root: &std::path::Path,
    programs: &Programs,
    options: &Options,
) -> Result<(Child, Lines<BufReader<ChildStdout>>)> {
    let log = site.log("inside");
    Site::write(&log, b"")?;
    let errors = File::create(&log).map_err(Error::at("write", &log))?;
    let options = serde_json::to_string(options).map_err(|error| Error::failed(error.to_string()))?;
    let mut child = Command::new(programs.own())
        .arg("join")
        .arg(site.group())
        .args([root.as_os_str(), site.folder().as_os_str()])
        .arg(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(errors)
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::at("start", programs.own()))?;
    let output = child.stdout.take().ok_or_else(|| Error::failed("the process inside has no output"))?;
    Ok((child, BufReader::new(output).lines()))
}

/// Speaks with one who uses the cluster.
async fn converse(
    mut stream: UnixStream,
    state: watch::Sender<State>,
    held: Arc<()>,
    ask_end: mpsc::Sender<Asked>,
) {
    let _ = conversation(&mut stream, &state, &ask_end).await;
    drop(held);
}

async fn conversation(
    stream: &mut UnixStream,
    state: &watch::Sender<State>,
    ask_end: &mpsc::Sender<Asked>,
) -> Result<()> {
    while let Some(request) = hear::<Request>(stream).await? {
        match request {
            Request::Hold(options) => {
                let own = state.borrow().options.clone();
                if options != own {
                    return say(stream, &Told::Other(own)).await;
                }
                state::follow(state.subscribe(), stream).await?;
            }
            Request::Stay => {
                state.send_modify(|state| state.stays = true);
                say(stream, &Told::Done).await?;
            }
            Request::Status => {
                let status = state.borrow().status();
                say(stream, &Told::Status(status)).await?;
            }
            Request::Down => {
                let (asked, gone) = oneshot::channel();
                if ask_end.send(asked).await.is_ok() {
                    let told = match gone.await {
                        Ok(Some(why)) => Told::Failed(why),
                        _ => Told::Done,
                    };
                    say(stream, &told).await?;
                }
            }
        }
    }
    Ok(())
}
