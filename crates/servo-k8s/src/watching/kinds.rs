//! The watch of one kind of object.

use std::fmt::Debug;
use std::sync::{Arc, PoisonError};

use futures::StreamExt as _;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Pod;
use kube::api::Api;
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt as _, watcher as watch_of};
use kube::{Client, Resource};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::index::{Entry, Index};
use super::{Fault, Known};
use crate::workload::Workload;

/// The resource without which a servo works, too.
pub(super) const AUTOSCALERS: &str = "horizontalpodautoscalers";

/// A kind of object that is watched.
pub(super) trait Object:
    Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + 'static
{
    /// The name of the resource.
    const RESOURCE: &'static str;

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

/// Watches a kind for as long as somebody wants to know of it.
pub(super) async fn watch<K: Object>(known: Arc<Known>, client: Client) {
    let api = Api::<K>::namespaced(client, &known.namespace);
    let mut events = watch_of(api, watcher::Config::default()).default_backoff().boxed();
    let mut listed = Vec::new();
    while let Some(event) = events.next().await {
        let mut is_complete = None;
        match event {
            Ok(Event::Init) => listed.clear(),
            Ok(Event::InitApply(object)) => {
                listed.push(object.entry());
                continue;
            }
            Ok(Event::InitDone) => {
                edit(&known, |index| index.replace(K::RESOURCE, std::mem::take(&mut listed)));
                is_complete = Some(true);
            }
            Ok(Event::Apply(object)) => edit(&known, |index| index.put(object.entry())),
            Ok(Event::Delete(object)) => edit(&known, |index| index.remove(&object.entry())),
            Err(error) => {
                note(&known, K::RESOURCE, Some(fault(&error)), None);
                known.bump();
                continue;
            }
        }
        note(&known, K::RESOURCE, None, is_complete);
        known.bump();
    }
}

/// Changes what is known.
pub(super) fn edit(known: &Known, change: impl FnOnce(&mut Index)) {
    change(&mut known.index.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Notes how far the watch is. A fault lasts from when it was first noted.
pub(super) fn note(known: &Known, resource: &'static str, fault: Option<Fault>, is_complete: Option<bool>) {
    let mut states = known.states.lock().unwrap_or_else(PoisonError::into_inner);
    let state = states.entry(resource).or_default();
    state.is_complete |= is_complete.unwrap_or(false);
    match fault {
        None => {
            if state.fault.take().is_some() {
                tracing::info!("{resource} in namespace `{}` are watched again", known.namespace);
            }
        }
        Some(fault) => {
            if state.fault.is_none() {
                tracing::warn!(
                    "cannot watch {resource} in namespace `{}`: {}",
                    known.namespace,
                    fault.message
                );
            }
            let since = state.fault.as_ref().map_or_else(Instant::now, |(since, _)| *since);
            state.fault = Some((since, fault));
        }
    }
}

/// Says why a watch does not go on.
pub(super) fn fault(error: &watcher::Error) -> Fault {
    let asked = match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => error,
        watcher::Error::WatchError(status) => {
            return Fault { message: status.message.clone(), is_final: false, help: None };
        }
        watcher::Error::NoResourceVersion => {
            return Fault { message: error.to_string(), is_final: true, help: None };
        }
    };
    match asked {
        kube::Error::Api(status) => Fault {
            message: crate::fault::one_line(&status.message),
            is_final: [401, 403, 404].contains(&status.code),
            help: match status.code {
                401 => Some("renew what `users` in the kubeconfig has, or the token of the service account"),
                403 => Some("`servo kubernetes rbac` prints the permissions that this configuration needs"),
                _ => None,
            },
        },
        other => Fault { message: crate::fault::one_line(&other.to_string()), is_final: false, help: None },
    }
}
