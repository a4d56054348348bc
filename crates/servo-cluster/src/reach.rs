//! What may be done with a cluster that runs: each call connects anew, so that this holds nothing and may be cloned.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use kube::Client;
use tokio::net::UnixStream;

use crate::component::Component;
use crate::conversation::{Act, Answer, Ask, Request, Resident, Status, Told, hear, say};
use crate::error::{Error, Result};
use crate::programs::Programs;
use crate::relay::Way;
use crate::site::Site;
use crate::{cgroups, client};

/// The way to a cluster that somebody holds. It does not keep the cluster from ending.
#[derive(Clone, Debug)]
pub struct Reach {
    site: Site,
    programs: Programs,
}

impl Reach {
    pub(crate) fn new(site: Site, programs: Programs) -> Self {
        Self { site, programs }
    }

    /// What it is.
    ///
    /// # Errors
    ///
    /// The cluster does not answer.
    pub async fn status(&self) -> Result<Status> {
        let mut keeper = connect(&self.site).await.ok_or_else(gone)?;
        say(&mut keeper, &Request::Status).await?;
        match hear::<Told>(&mut keeper).await? {
            Some(Told::Status(status)) => Ok(status),
            _ => Err(gone()),
        }
    }

    /// Its folder.
    pub fn site(&self) -> &Site {
        &self.site
    }

    pub(crate) fn programs(&self) -> &Programs {
        &self.programs
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
        self.way_from(0, address).await
    }

    /// Opens a way from a loopback port that is given.
    ///
    /// # Errors
    ///
    /// Somebody listens there.
    pub async fn way_from(&self, port: u16, address: SocketAddr) -> Result<Way> {
        Way::open(port, self.site.inside(), address).await
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

    /// The folder of the cluster's control groups that a controller such as `cpu` or `memory` has, as this machine sees
    /// it. What the kubelet makes is below it.
    ///
    /// # Errors
    ///
    /// This machine has no such controller.
    pub fn control_group(&self, controller: &str) -> Result<PathBuf> {
        cgroups::folder(&self.site.group(), controller)
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
    pub async fn command_inside(&self, program: &str) -> Result<Command> {
        let init = self.status().await?.init.ok_or_else(|| Error::failed("the cluster is not ready"))?;
        let mut command = Command::new("nsenter");
        let target = format!("--target={init}");
        command.args([&target, "--net", "--mount", "--pid", "--cgroup", "--ipc", "--", program]);
        command.env("PATH", self.programs.search_path()).env("LD_LIBRARY_PATH", self.programs.libraries());
        command.env("KUBECONFIG", self.site.path("admin.kubeconfig"));
        Ok(command)
    }
}

pub(crate) fn gone() -> Error {
    Error::failed("the cluster has ended")
}

pub(crate) async fn connect(site: &Site) -> Option<UnixStream> {
    UnixStream::connect(site.control()).await.ok()
}
