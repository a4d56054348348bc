//! The namespaces of a cluster that somebody watches: each is watched once, whoever wants to know of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::Watching;
use crate::workload::Kind;
use servo_kube::Cluster;

/// The namespaces that are watched. Each ends with the last who wants to know of it.
#[derive(Default)]
pub(crate) struct Watched(Mutex<BTreeMap<Watch, Weak<Watching>>>);

/// A namespace, and the kinds of workloads that are watched in it.
type Watch = (String, BTreeSet<Kind>);

impl Watched {
    /// Gives what is known of the workloads of some kinds in a namespace, and begins to watch it where nobody does.
    pub(crate) fn of(cluster: &Arc<Cluster>, namespace: &str, kinds: &BTreeSet<Kind>) -> Arc<Watching> {
        let watched = cluster.commons().get_or_default::<Self>();
        let mut known = watched.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, watching| watching.strong_count() > 0);
        let key = (namespace.to_owned(), kinds.clone());
        if let Some(watching) = known.get(&key).and_then(Weak::upgrade) {
            return watching;
        }
        let watching = Watching::begin(cluster.client(), namespace, kinds);
        known.insert(key, Arc::downgrade(&watching));
        watching
    }
}
