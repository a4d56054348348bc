//! The pods of a workload, kept up to date by a watch for as long as something is measured.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::runtime::watcher::{self, Event};
use servo_core::{Class, Error, Result};
use servo_kube::Cluster;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::target::Target;

/// How long it may take to know which pods there are.
const PATIENCE: Duration = Duration::from_secs(30);

/// The pods that a selector finds. The watch ends with it.
pub(crate) struct Watching {
    known: Arc<Known>,
    changes: watch::Receiver<u64>,
    _tasks: JoinSet<()>,
}

/// What the watch writes.
struct Known {
    pods: Mutex<BTreeMap<String, Pod>>,
    /// Whether all were seen once, or why not.
    state: Mutex<State>,
    version: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    is_complete: bool,
    /// What keeps it from going on.
    fault: Option<Fault>,
}

struct Fault {
    error: Error,
    /// Whether trying again cannot help.
    is_final: bool,
}

impl Watching {
    /// Begins to watch, and waits until all pods were seen once.
    ///
    /// # Errors
    ///
    /// Class failed: it is not permitted; class connection: the API server does not answer in time; cancelled.
    pub(crate) async fn begin(
        cluster: &Arc<Cluster>,
        target: &Target,
        selector: &str,
        token: &CancellationToken,
    ) -> Result<Self> {
        let (version, mut changes) = watch::channel(0);
        let known = Arc::new(Known { pods: Mutex::default(), state: Mutex::default(), version });
        let mut tasks = JoinSet::new();
        let api = Api::<Pod>::namespaced(cluster.client().clone(), &target.namespace);
        let doing = format!("watch the pods of {target}");
        tasks.spawn(follow(Arc::clone(&known), Arc::clone(cluster), api, selector.to_owned(), doing));
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            changes.mark_unchanged();
            {
                let state = known.state.lock().unwrap_or_else(PoisonError::into_inner);
                match &state.fault {
                    _ if state.is_complete => break,
                    Some(fault) if fault.is_final => return Err(again(&fault.error)),
                    _ => {}
                }
            }
            tokio::select! {
                _ = changes.changed() => {}
                () = tokio::time::sleep_until(deadline) => {
                    let state = known.state.lock().unwrap_or_else(PoisonError::into_inner);
                    return Err(state.fault.as_ref().map_or_else(
                        || Error::new(Class::Connection, format!("the pods of {target} are not known after {} s", PATIENCE.as_secs())),
                        |fault| again(&fault.error),
                    ));
                }
                () = token.cancelled() => return Err(Error::cancelled("cancelled while asking for pods")),
            }
        }
        Ok(Self { known, changes, _tasks: tasks })
    }

    /// Gives the pods that there are.
    pub(crate) fn pods(&self) -> Vec<Pod> {
        self.known.pods.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Waits until something changes.
    pub(crate) async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Writes down what changes, until nobody wants to know.
async fn follow(known: Arc<Known>, cluster: Arc<Cluster>, api: Api<Pod>, selector: String, doing: String) {
    let mut events = watcher::watcher(api, watcher::Config::default().labels(&selector)).boxed();
    let mut pauses = watcher::DefaultBackoff::default();
    let mut listed = BTreeMap::new();
    while let Some(event) = events.next().await {
        let pause = match &event {
            Err(_) => pauses.next(),
            Ok(_) => None,
        };
        known.take(event, &mut listed, |error| fault(&cluster, &doing, error));
        known.version.send_modify(|version| *version += 1);
        if let Some(pause) = pause {
            tokio::time::sleep(pause).await;
        }
    }
}

impl Known {
    /// Takes what the watch says.
    fn take(
        &self,
        event: watcher::Result<Event<Pod>>,
        listed: &mut BTreeMap<String, Pod>,
        fault: impl FnOnce(&watcher::Error) -> Option<Fault>,
    ) {
        let name = |pod: &Pod| pod.metadata.name.clone().unwrap_or_default();
        let mut pods = self.pods.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Ok(Event::Init) => listed.clear(),
            Ok(Event::InitApply(pod)) => drop(listed.insert(name(&pod), pod)),
            Ok(Event::InitDone) => {
                *pods = std::mem::take(listed);
                *state = State { is_complete: true, fault: None };
            }
            Ok(Event::Apply(pod)) => drop(pods.insert(name(&pod), pod)),
            Ok(Event::Delete(pod)) => drop(pods.remove(&name(&pod))),
            Err(error) => state.fault = fault(&error),
        }
    }
}

/// Says why a watch does not go on; `None` where it begins anew, as watches do once in a while.
fn fault(cluster: &Cluster, doing: &str, error: &watcher::Error) -> Option<Fault> {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => {
            let is_final = servo_kube::fault::status(error).is_some_and(|it| [401, 403].contains(&it.code));
            Some(Fault { error: cluster.fault(doing, error), is_final })
        }
        watcher::Error::WatchError(status) if status.code == 410 => None,
        other => Some(Fault { error: Error::failed(format!("cannot {doing}: {other}")), is_final: false }),
    }
}

/// Tells of a fault once more.
fn again(error: &Error) -> Error {
    let told = Error::new(error.class(), error.message().to_owned());
    match error.help() {
        Some(help) => told.with_help(help.to_owned()),
        None => told,
    }
}
