//! What is known of a namespace of a cluster, kept up to date by watches. All servos of a process share it.

mod heard;
mod index;
mod kinds;
mod owned;
mod shared;
mod until;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::Client;
use servo_core::{Class, Error, Result};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::snapshot::Snapshot;
use crate::workload::{Kind, Reference};

use index::Index;
use kinds::Object;

pub(crate) use shared::Watched;
pub(crate) use until::{Waited, until};

/// How long what was permitted before may be refused until that is believed: an API server that has just begun refuses
/// everything until it has read the roles that there are.
const DOUBT: Duration = Duration::from_secs(30);

/// What is known of a namespace. Its watches end with it.
pub(crate) struct Watching {
    known: Arc<Known>,
    client: Client,
    tasks: Mutex<JoinSet<()>>,
}

/// What watches write, and everybody reads.
pub(crate) struct Known {
    namespace: String,
    index: Mutex<Index>,
    /// How far the watch of each resource is, by the name of the resource.
    states: Mutex<BTreeMap<&'static str, State>>,
    version: watch::Sender<u64>,
}

/// How far a watch is.
#[derive(Debug, Default)]
struct State {
    /// Whether all that there is was seen once.
    is_complete: bool,
    /// Why it does not go on, and since when.
    fault: Option<(Instant, Fault)>,
}

/// Why a watch does not go on.
#[derive(Clone, Debug)]
struct Fault {
    message: String,
    /// Whether trying again cannot help: no permission, no such resource.
    is_final: bool,
    /// What helps.
    help: Option<&'static str>,
}

impl Watching {
    /// Begins to watch a namespace: the workloads of some kinds, and what belongs to them.
    pub(crate) fn begin(client: &Client, namespace: &str, kinds: &BTreeSet<Kind>) -> Arc<Self> {
        let known = Arc::new(Known {
            namespace: namespace.to_owned(),
            index: Mutex::default(),
            states: Mutex::default(),
            version: watch::Sender::new(0),
        });
        let mut tasks = JoinSet::new();
        if kinds.contains(&Kind::Deployment) {
            begin::<Deployment>(&mut tasks, &known, client);
            begin::<ReplicaSet>(&mut tasks, &known, client);
        }
        if kinds.contains(&Kind::StatefulSet) {
            begin::<StatefulSet>(&mut tasks, &known, client);
        }
        begin::<Pod>(&mut tasks, &known, client);
        begin::<HorizontalPodAutoscaler>(&mut tasks, &known, client);
        Arc::new(Self { known, client: client.clone(), tasks: Mutex::new(tasks) })
    }

    /// Begins to watch the events that say why pods of StatefulSets may not be made, unless that was begun before. Whoever
    /// changes no StatefulSet need not know, and may not be permitted to.
    pub(crate) fn watch_refusals(&self) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let states = self.known.states.lock().unwrap_or_else(PoisonError::into_inner);
        let is_begun = states.contains_key(kinds::REFUSALS);
        drop(states);
        if !is_begun {
            begin::<Event>(&mut tasks, &self.known, &self.client);
        }
    }

    /// Gives what is known of a workload now.
    pub(crate) fn snapshot(&self, workload: &Reference) -> Snapshot {
        self.known.index.lock().unwrap_or_else(PoisonError::into_inner).snapshot(workload)
    }

    /// Says when something has changed.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.known.version.subscribe()
    }

    /// Gives why the namespace is not watched, and since when, where that is so.
    pub(crate) fn fault(&self) -> Option<(Instant, Error)> {
        let states = self.known.states.lock().unwrap_or_else(PoisonError::into_inner);
        let faulty = states.iter().filter(|(resource, _)| !kinds::is_optional(resource));
        let stopped = faulty.filter_map(|(resource, state)| Some((resource, state, state.fault.as_ref()?)));
        let (resource, state, (since, fault)) = stopped.min_by_key(|(_, _, (since, _))| *since)?;
        let is_doubtful = state.is_complete && since.elapsed() < DOUBT;
        Some((*since, self.told(resource, fault, is_doubtful)))
    }

    /// Waits until everything there is was seen once.
    ///
    /// # Errors
    ///
    /// Class failed: something may not be watched; class connection: the API server does not answer in time; cancelled.
    pub(crate) async fn ready(&self, token: &CancellationToken, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        let mut changes = self.changes();
        loop {
            changes.mark_unchanged();
            match self.progress() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => return Err(error),
            }
            tokio::select! {
                woken = changes.changed() => if woken.is_err() {
                    return Err(Error::internal("the watches have ended"));
                },
                () = tokio::time::sleep_until(deadline) => {
                    let fault = self.fault().map(|(_, error)| error);
                    return Err(fault.unwrap_or_else(|| Error::new(
                        Class::Connection,
                        format!("what there is in namespace `{}` is not known after {} s", self.known.namespace, patience.as_secs()),
                    )));
                }
                () = token.cancelled() => return Err(Error::cancelled("cancelled while asking what there is")),
            }
        }
    }

    /// Says whether everything was seen once.
    fn progress(&self) -> Result<bool> {
        let states = self.known.states.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_complete = true;
        for (resource, state) in states.iter() {
            let refusal = state.fault.as_ref().filter(|(_, fault)| fault.is_final && !state.is_complete);
            match refusal {
                Some(_) if kinds::is_optional(resource) => {}
                Some((_, fault)) => return Err(self.told(resource, fault, false)),
                // What they say is of use whenever it comes.
                None if *resource == kinds::REFUSALS => {}
                None => is_complete &= state.is_complete,
            }
        }
        Ok(is_complete)
    }

    fn told(&self, resource: &str, fault: &Fault, is_doubtful: bool) -> Error {
        let message =
            format!("cannot watch {resource} in namespace `{}`: {}", self.known.namespace, fault.message);
        let class = if fault.is_final && !is_doubtful { Class::Failed } else { Class::Connection };
        let error = Error::new(class, message);
        match fault.help {
            Some(help) => error.with_help(help),
            None => error,
        }
    }
}

impl Known {
    fn bump(&self) {
        self.version.send_modify(|version| *version += 1);
    }
}

fn begin<K: Object>(tasks: &mut JoinSet<()>, known: &Arc<Known>, client: &Client) {
    known.states.lock().unwrap_or_else(PoisonError::into_inner).insert(K::RESOURCE, State::default());
    tasks.spawn(kinds::watch::<K>(Arc::clone(known), client.clone()));
}

#[cfg(test)]
mod tests;
