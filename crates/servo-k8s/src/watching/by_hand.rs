//! What is known of a namespace, as a test tells it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::index::Entry;
use super::{Fault, Known, State, Watching, kinds};

impl Watching {
    /// Knows nothing, and waits for what there is of some resources.
    pub(super) fn by_hand(resources: &[&'static str]) -> Self {
        let states: BTreeMap<_, _> = resources.iter().map(|&resource| (resource, State::default())).collect();
        let known = Known {
            namespace: "shop".to_owned(),
            index: Mutex::default(),
            states: Mutex::new(states),
            version: watch::Sender::new(0),
        };
        Self { known: Arc::new(known), _tasks: JoinSet::new() }
    }

    /// Tells of an object.
    pub(super) fn put(&self, entry: Entry) {
        kinds::edit(&self.known, |index| index.put(entry));
        self.known.bump();
    }

    /// Tells that all there is of a resource was seen.
    pub(super) fn complete(&self, resource: &'static str) {
        kinds::note(&self.known, resource, None, Some(true));
        self.known.bump();
    }

    /// Tells that the API server answers a watch with a status.
    pub(super) fn refuse(&self, resource: &'static str, code: u16, message: &str) {
        self.stop(resource, kinds::fault(&refusal(code, message)));
    }

    fn stop(&self, resource: &'static str, fault: Fault) {
        kinds::note(&self.known, resource, Some(fault), None);
        self.known.bump();
    }
}

fn refusal(code: u16, message: &str) -> kube::runtime::watcher::Error {
    let status = kube::core::Status::failure(message, "Refused").with_code(code);
    kube::runtime::watcher::Error::InitialListFailed(kube::Error::Api(Box::new(status)))
}
