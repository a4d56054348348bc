//! A cluster, in the hands of who uses it.

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kube::Client;
use tokio::net::UnixStream;
use tokio::time::Instant;

use crate::client;
use crate::component::Component;
use crate::conversation::{Act, Answer, Ask, Progress, Request, Resident, Status, Told, hear, say};
use crate::error::{Error, Result};
use crate::keeper;
use crate::options::Options;
use crate::programs::Programs;
use crate::relay::Way;
use crate::site::Site;

/// How long a process that was started may take until it listens. One that waits for the end of another takes longest.
const PATIENCE: Duration = Duration::from_secs(40);
const LOOK: Duration = Duration::from_millis(20);

/// Where a cluster is, and what it is made of.
#[derive(Clone, Debug)]
pub struct Place {
    /// The root of the checkout whose programs it is made of.
    pub root: PathBuf,
    /// The binary `servo-cluster`.
    pub own: PathBuf,
    /// Its folder.
    pub site: Site,
}

/// A cluster that is held: it goes on at least as long as this lives.
#[derive(Debug)]
pub struct Cluster {
    site: Site,
    programs: Programs,
    keeper: UnixStream,
}

impl Cluster {
    /// Takes the cluster of a place, or starts one; `told` is told how far it is.
    ///
    /// # Errors
    ///
    /// A program is missing, a component does not come up, or a cluster with other options runs there.
    pub async fn up(place: &Place, options: &Options, told: &mut dyn FnMut(&Progress)) -> Result<Self> {
        let programs = Programs::of(&place.root, &place.own)?;
        let end = Instant::now() + PATIENCE;
        let mut starter = None;
        loop {
            if let Some(keeper) = connect(&place.site).await {
                let mut cluster = Self { site: place.site.clone(), programs: programs.clone(), keeper };
                if cluster.hold(options, told).await? {
                    return Ok(cluster);
                }
            }
            match &mut starter {
                None => starter = Some(start(place, options)?),
                Some(child) => has_not_ended(child)?,
            }
            if Instant::now() >= end {
                return Err(Error::failed(format!(
                    "nobody keeps a cluster in {} after {} s",
                    place.site.folder().display(),
                    PATIENCE.as_secs()
                )));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Takes the cluster of a place if one runs there.
    ///
    /// # Errors
    ///
    /// A program is missing, or the cluster does not say what it is.
    pub async fn running(place: &Place) -> Result<Option<Self>> {
        let Some(keeper) = connect(&place.site).await else { return Ok(None) };
        let programs = Programs::of(&place.root, &place.own)?;
        Ok(Some(Self { site: place.site.clone(), programs, keeper }))
    }

    /// Takes down the cluster of a place, and what one has left there; tells whether there was anything.
    ///
    /// # Errors
    ///
    /// Something of it cannot be removed.
    pub async fn down(site: &Site) -> Result<bool> {
        let Some(mut keeper) = connect(site).await else { return keeper::clean(site).await };
        say(&mut keeper, &Request::Down).await?;
        match hear::<Told>(&mut keeper).await? {
            Some(Told::Failed(why)) => Err(Error::failed(why)),
            Some(_) => {
                // It ends with the connection, and is the last of the cluster.
                while hear::<Told>(&mut keeper).await?.is_some() {}
                Ok(true)
            }
            // It was about to end already.
            None => keeper::clean(site).await.map(|_| true),
        }
    }

    /// Waits until the cluster is ready; false where it ended meanwhile because nobody held it.
    async fn hold(&mut self, options: &Options, told: &mut dyn FnMut(&Progress)) -> Result<bool> {
        say(&mut self.keeper, &Request::Hold(options.clone())).await?;
        loop {
            match hear::<Told>(&mut self.keeper).await? {
                Some(Told::Progress(progress)) => told(&progress),
                Some(Told::Ready) => return Ok(true),
                Some(Told::Failed(why)) => return Err(Error::failed(why)),
                Some(Told::Other(other)) => {
                    let other = serde_json::to_string(&other).unwrap_or_default();
                    return Err(Error::failed(format!(
                        "a cluster with other options runs in {}: {other}; take it down first (`cargo xtask \
                         cluster down`)",
                        self.site.folder().display()
                    )));
                }
                Some(Told::Status(_) | Told::Done) => {}
                None => return Ok(false),
            }
        }
    }

    /// Lets the cluster go on without this process.
    ///
    /// # Errors
    ///
    /// The cluster does not answer.
    pub async fn stay(mut self) -> Result<()> {
        say(&mut self.keeper, &Request::Stay).await?;
        hear::<Told>(&mut self.keeper).await?.map(|_| ()).ok_or_else(gone)
    }

    /// What it is.
    ///
    /// # Errors
    ///
    /// The cluster does not answer.
    pub async fn status(&mut self) -> Result<Status> {
        say(&mut self.keeper, &Request::Status).await?;
        match hear::<Told>(&mut self.keeper).await? {
            Some(Told::Status(status)) => Ok(status),
            _ => Err(gone()),
        }
    }

    /// Its folder.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// A client that may do everything.
    ///
    /// # Errors
    ///
    /// The cluster is not ready: its file is not there yet.
    pub async fn client(&self) -> Result<Client> {
        client::of(&self.site.kubeconfig()).await
    }

    /// Opens a way from a loopback port of this machine to an address inside: of a pod, a Service or a component.
    ///
    /// # Errors
    ///
    /// There is no free port.
    pub async fn way_to(&self, address: SocketAddr) -> Result<Way> {
        Way::open(self.site.inside(), address).await
    }

    /// Imports an image archive into the node.
    ///
    /// # Errors
    ///
    /// There is no such file, or it is no image.
    pub async fn load(&self, archive: &Path) -> Result<String> {
        let archive = archive.canonicalize().map_err(Error::at("read", archive))?;
        self.done(Ask::Load(archive)).await
    }

    /// Pauses a component: it takes connections and answers nothing.
    ///
    /// # Errors
    ///
    /// It does not run.
    pub async fn pause(&self, component: Component) -> Result<()> {
        self.done(Ask::Do(Act::Pause, component)).await.map(|_| ())
    }

    /// Lets a component go on that was paused.
    ///
    /// # Errors
    ///
    /// It does not run.
    pub async fn resume(&self, component: Component) -> Result<()> {
        self.done(Ask::Do(Act::Resume, component)).await.map(|_| ())
    }

    /// Ends a component by force.
    ///
    /// # Errors
    ///
    /// It does not run.
    pub async fn stop(&self, component: Component) -> Result<()> {
        self.done(Ask::Do(Act::Stop, component)).await.map(|_| ())
    }

    /// Starts a component that was stopped.
    ///
    /// # Errors
    ///
    /// It runs, or cannot be started.
    pub async fn start(&self, component: Component) -> Result<()> {
        self.done(Ask::Do(Act::Start, component)).await.map(|_| ())
    }

    /// Ends the containers of the node by force, and says how many.
    ///
    /// # Errors
    ///
    /// The container runtime does not answer.
    pub async fn end_containers(&self) -> Result<String> {
        self.done(Ask::EndContainers).await
    }

    /// Lists what runs inside and what it holds of memory, the greatest first.
    ///
    /// # Errors
    ///
    /// The cluster does not answer.
    pub async fn census(&self) -> Result<Vec<Resident>> {
        match self.ask(Ask::Census).await? {
            Answer::Census(all) => Ok(all),
            Answer::Failed(why) => Err(Error::failed(why)),
            Answer::Done(_) => Err(gone()),
        }
    }

    async fn done(&self, ask: Ask) -> Result<String> {
        match self.ask(ask).await? {
            Answer::Done(said) => Ok(said),
            Answer::Failed(why) => Err(Error::failed(why)),
            Answer::Census(_) => Err(gone()),
        }
    }

    async fn ask(&self, ask: Ask) -> Result<Answer> {
        let socket = self.site.inside();
        let mut stream = UnixStream::connect(&socket).await.map_err(Error::at("connect to", &socket))?;
        say(&mut stream, &ask).await?;
        hear(&mut stream).await?.ok_or_else(gone)
    }

    /// A command with the cluster's `kubectl` first in its search path, and `KUBECONFIG` set.
    pub fn command(&self, program: &str) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", self.programs.kubernetes().display());
        let kubectl = self.programs.kubernetes().join(program);
        let mut command = if kubectl.is_file() { Command::new(kubectl) } else { Command::new(program) };
        command.env("PATH", path).env("KUBECONFIG", self.site.kubeconfig());
        command
    }

    /// A command in the namespaces of the cluster, as the node's own processes see it.
    ///
    /// # Errors
    ///
    /// The cluster is not ready.
    pub async fn command_inside(&mut self, program: &str) -> Result<Command> {
        let init = self.status().await?.init.ok_or_else(|| Error::failed("the cluster is not ready"))?;
        let mut command = Command::new("nsenter");
        let target = format!("--target={init}");
        command.args([&target, "--net", "--mount", "--pid", "--cgroup", "--ipc", "--", program]);
        command.env("PATH", self.programs.search_path()).env("LD_LIBRARY_PATH", self.programs.libraries());
        command.env("KUBECONFIG", self.site.path("admin.kubeconfig"));
        Ok(command)
    }
}

fn gone() -> Error {
    Error::failed("the cluster has ended")
}

async fn connect(site: &Site) -> Option<UnixStream> {
    UnixStream::connect(site.control()).await.ok()
}

/// Starts the process that keeps a cluster. It outlives this one.
fn start(place: &Place, options: &Options) -> Result<Child> {
    let options = serde_json::to_string(options).map_err(|error| Error::failed(error.to_string()))?;
    let site = place.site.folder();
    let child = Command::new(&place.own)
        .arg("keep")
        .args([place.root.as_os_str(), site.as_os_str()])
        .arg(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    child.map_err(Error::at("start", &place.own))
}

/// Fails where the process that was started has ended, with what it said.
fn has_not_ended(child: &mut Child) -> Result<()> {
    let Ok(Some(status)) = child.try_wait() else { return Ok(()) };
    let mut said = String::new();
    if let Some(mut errors) = child.stderr.take() {
        let _ = errors.read_to_string(&mut said);
    }
    if status.success() {
        // It has waited in vain for another's cluster to end, which is there then.
        return Ok(());
    }
    Err(Error::failed(format!("the process that keeps the cluster ended with {status}: {}", said.trim())))
}
