//! What runs inside a cluster's namespaces: the first process, and the one that starts and watches the components.

mod addons;
pub(crate) mod fake;
mod ground;
mod images;
mod node;
mod running;

use std::io::Write as _;
use std::process::Command;
use std::sync::Arc;

use rustix::process::{WaitOptions, wait};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::client;
use crate::component::Component;
use crate::conversation::{Answer, Ask, Progress, Told, hear, say};
use crate::error::{Error, Result};
use crate::options::Options;
use crate::programs::Programs;
use crate::relay;
use crate::site::Site;
use running::Running;

/// The first process of a process namespace: it buries whoever nobody else waits for, and ends with what it started.
///
/// # Errors
///
/// The program that starts the components cannot be started, or has ended.
pub(crate) fn first(arguments: &[String]) -> Result<()> {
    let own = std::env::current_exe().map_err(Error::io("cannot find this program"))?;
    let child = Command::new(own).arg("inside").args(arguments).spawn();
    let child = child.map_err(Error::io("cannot start what starts the components"))?.id();
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid.as_raw_nonzero().get().unsigned_abs() == child => {
                return Err(Error::failed(format!("what starts the components has ended: {status:?}")));
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(Error::failed(format!("cannot wait for processes: {error}"))),
        }
    }
}

/// Starts everything, says on standard output how far it is, and answers what is asked, until the process is ended.
pub(crate) async fn run(site: Site, programs: Programs, options: Options) -> Result<()> {
    let begin = Instant::now();
    let done = async {
        let running = starting(&site, &programs, &options, begin).await?;
        let socket = site.inside();
        let listener = UnixListener::bind(&socket).map_err(Error::at("listen on", &socket))?;
        // Whoever hears of it connects at once.
        tell(&Told::Ready);
        serve(Arc::new(running), listener).await
    };
    if let Err(error) = done.await {
        tell(&Told::Failed(error.to_string()));
    }
    Ok(())
}

/// Brings the components up, those first that others need.
async fn starting(site: &Site, programs: &Programs, options: &Options, begin: Instant) -> Result<Running> {
    let step = |step: &str| {
        let seconds = begin.elapsed().as_secs_f64();
        tell(&Told::Progress(Progress { step: step.to_owned(), seconds }));
    };
    ground::lay(site, programs).await?;
    step("namespaces and network are set up");
    let running = Running::new(site.clone(), programs.clone(), options.clone());
    running.start(Component::Etcd).await?;
    running.start(Component::Containerd).await?;
    running.until(Component::Etcd, || node::listens(crate::network::ETCD)).await?;
    step("etcd answers");
    running.start(Component::KubeApiserver).await?;
    running.until(Component::Containerd, || async { node::containerd_answers(programs).await }).await?;
    step("containerd answers");
    images::own(site, programs).await?;
    step("images are imported");
    let client = client::of(&site.path("admin.kubeconfig")).await?;
    running.until(Component::KubeApiserver, || client::is_ready(&client)).await?;
    step("the API server is ready");
    for component in
        [Component::KubeControllerManager, Component::KubeScheduler, Component::Kubelet, Component::KubeProxy]
    {
        running.start(component).await?;
    }
    running.until(Component::KubeControllerManager, || client::has_default_account(&client)).await?;
    step("the control plane works");
    running.until(Component::Kubelet, || client::node_is_ready(&client)).await?;
    step("the node is ready");
    addons::start(&running, &client, options, &step).await?;
    Ok(running)
}

/// Writes a line for the process that keeps the cluster.
fn tell(told: &Told) {
    if let Ok(line) = serde_json::to_string(told) {
        // Where nobody reads it any more the cluster is about to end.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}

/// Answers on the socket, and looks after the components.
async fn serve(running: Arc<Running>, listener: UnixListener) -> Result<()> {
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    let running = Arc::clone(&running);
                    conversations.spawn(async move {
                        let _ = answer(stream, &running).await;
                    });
                }
            }
            Some(_) = conversations.join_next() => {}
            error = running.watch() => return Err(error),
        }
    }
}

async fn answer(mut stream: UnixStream, running: &Running) -> Result<()> {
    while let Some(ask) = hear::<Ask>(&mut stream).await? {
        let done = match ask {
            Ask::Relay(to) => return relay::arrive(stream, to).await,
            Ask::Census => running::census().map(Answer::Census),
            Ask::Do(act, component) => {
                running.act(act, component).await.map(|()| Answer::Done(String::new()))
            }
            Ask::EndContainers => node::end_containers(running.programs()).await.map(Answer::Done),
            Ask::Load(archive) => images::import(running.programs(), &archive).await.map(Answer::Done),
        };
        say(&mut stream, &done.unwrap_or_else(|error| Answer::Failed(error.to_string()))).await?;
    }
    Ok(())
}
