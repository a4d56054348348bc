//! The watch of one kind of object.

use std::fmt::Debug;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::Api;
use kube::runtime::watcher as watch_of;
use kube::runtime::watcher::{self, Event as Seen};
use kube::{Client, Resource};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep};

use super::heard::heard;
use super::index::{Entry, Index};
use super::{Fault, Known};
use crate::workload::Workload;

/// What sets the replicas of workloads.
pub(super) const AUTOSCALERS: &str = "horizontalpodautoscalers";
/// The events of StatefulSets whose pods may not be made.
pub(super) const REFUSALS: &str = "events";

/// Says whether a servo works without knowing a resource, too: a cluster may have none of it, or not show it.
pub(super) fn is_optional(resource: &str) -> bool {
    [AUTOSCALERS, REFUSALS].contains(&resource)
}

/// How long is waited before it is tried again to see what a servo may not see, and can do without.
const LONG_PAUSE: Duration = Duration::from_mins(5);

/// A kind of object that is watched.
pub(super) trait Object:
    Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + 'static
{
    /// The name of the resource.
    const RESOURCE: &'static str;
    /// Which of them are watched, as a field selector; all of them where it is empty.
    const FIELDS: &'static str = "";

    /// Makes of it what is kept.
    fn entry(self) -> Entry;
}

impl Object for Deployment {
    const RESOURCE: &'static str = "deployments";

    fn entry(self) -> Entry {
        Entry::Workload(Arc::new(Workload::from(&self)))
    }
}

impl Object for StatefulSet {
    const RESOURCE: &'static str = "statefulsets";

    fn entry(self) -> Entry {
        Entry::Workload(Arc::new(Workload::from(&self)))
    }
}

impl Object for ReplicaSet {
    const RESOURCE: &'static str = "replicasets";

    fn entry(mut self) -> Entry {
        self.metadata.managed_fields = None;
        Entry::ReplicaSet(Arc::new(self))
    }
}

impl Object for Pod {
    const RESOURCE: &'static str = "pods";

    fn entry(mut self) -> Entry {
        // Most of what a pod weighs, and nobody asks for it.
        self.metadata.managed_fields = None;
        Entry::Pod(Arc::new(self))
    }
}

impl Object for HorizontalPodAutoscaler {
    const RESOURCE: &'static str = AUTOSCALERS;

    fn entry(mut self) -> Entry {
        self.metadata.managed_fields = None;
        Entry::Autoscaler(Arc::new(self))
    }
}

impl Object for Event {
    const RESOURCE: &'static str = REFUSALS;
    const FIELDS: &'static str = "involvedObject.kind=StatefulSet,reason=FailedCreate";

    fn entry(mut self) -> Entry {
        self.metadata.managed_fields = None;
        Entry::Refusal(Arc::new(self))
    }
}

/// Watches a kind for as long as somebody wants to know of it.
///
/// What says that the API server is there again is its answer to a watch, or a list that is complete. That a list begins
/// says nothing: nobody was asked yet; and nothing else may come where nothing changes. For the same reason the pauses
/// between tries are not those of kube's stream, which begin anew with each list: they begin anew when nothing has gone
/// wrong for two minutes.
pub(super) async fn watch<K: Object>(known: Arc<Known>, client: Client) {
    let noted = Arc::clone(&known);
    let client = heard(client, move || {
        if note(&noted, K::RESOURCE, None, false) {
            noted.bump();
        }
    });
    let api = Api::<K>::namespaced(client, &known.namespace);
    let mut config = watcher::Config::default();
    if !K::FIELDS.is_empty() {
        config = config.fields(K::FIELDS);
    }
    let mut events = watch_of(api, config).boxed();
    let mut pauses = watcher::DefaultBackoff::default();
    let mut listed = Vec::new();
    while let Some(event) = events.next().await {
        match event {
            Ok(Seen::Init) => {
                listed.clear();
                continue;
            }
            Ok(Seen::InitApply(object)) => {
                listed.push(object.entry());
                continue;
            }
            Ok(Seen::InitDone) => {
                edit(&known, |index| index.replace(K::RESOURCE, std::mem::take(&mut listed)));
                note(&known, K::RESOURCE, None, true);
            }
            Ok(Seen::Apply(object)) => edit(&known, |index| index.put(object.entry())),
            Ok(Seen::Delete(object)) => edit(&known, |index| index.remove(&object.entry())),
            Err(error) => {
                let mut pause = pauses.next().unwrap_or(LONG_PAUSE);
                if let Some(fault) = fault(&error) {
                    if fault.is_final && is_optional(K::RESOURCE) {
                        pause = LONG_PAUSE;
                    }
                    note(&known, K::RESOURCE, Some(fault), false);
                    known.bump();
                }
                sleep(pause).await;
                continue;
            }
        }
        known.bump();
    }
}

fn edit(known: &Known, change: impl FnOnce(&mut Index)) {
    change(&mut known.index.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Notes how far the watch is, and says whether that ends a fault. A fault lasts from when it was first noted,
/// and one that is final from when the server first said so.
fn note(known: &Known, resource: &'static str, fault: Option<Fault>, is_complete: bool) -> bool {
    let mut states = known.states.lock().unwrap_or_else(PoisonError::into_inner);
    let state = states.entry(resource).or_default();
    state.is_complete |= is_complete;
    match fault {
        None => {
            let was_faulty = state.fault.take().is_some();
            if was_faulty {
                tracing::info!("{resource} in namespace `{}` are watched again", known.namespace);
            }
            was_faulty
        }
        Some(fault) => {
            if state.fault.is_none() {
                tracing::warn!(
                    "cannot watch {resource} in namespace `{}`: {}",
                    known.namespace,
                    fault.message
                );
            }
            let same = state.fault.as_ref().filter(|(_, known)| known.is_final == fault.is_final);
            let since = same.map_or_else(Instant::now, |(since, _)| *since);
            state.fault = Some((since, fault));
            false
        }
    }
}

/// Says why a watch does not go on; `None` where it begins anew, as watches do once in a while.
pub(super) fn fault(error: &watcher::Error) -> Option<Fault> {
    let asked = match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => error,
        watcher::Error::WatchError(status) if status.code == 410 => return None,
        watcher::Error::WatchError(status) => {
            return Some(Fault {
                message: servo_kube::fault::one_line(&status.message),
                is_final: false,
                help: None,
            });
        }
        watcher::Error::NoResourceVersion => {
            return Some(Fault { message: error.to_string(), is_final: true, help: None });
        }
    };
    Some(match asked {
        kube::Error::Api(status) => Fault {
            message: servo_kube::fault::one_line(&status.message),
            is_final: [401, 403, 404].contains(&status.code),
            help: match status.code {
                401 => Some("renew what `users` in the kubeconfig has, or the token of the service account"),
                403 => Some("`servo kubernetes rbac` prints the permissions that this configuration needs"),
                _ => None,
            },
        },
        other => Fault { message: servo_kube::fault::cause(other), is_final: false, help: None },
    })
}
