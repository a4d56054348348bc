//! What was wrong before, and is no sign of anything: restarts, those of Servo's own doing among them, and pods that had ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;

/// The restarts of containers that are no sign of anything, by the uid of the pod and the name of the container, and the
/// pods that had ended before.
#[derive(Clone, Debug, Default)]
pub(crate) struct Restarts {
    counts: BTreeMap<(String, String), i32>,
    ended: BTreeSet<String>,
}

impl Restarts {
    /// Counts what there is as come before. Pods that come later have no past.
    pub(crate) fn of(pods: &[Arc<Pod>]) -> Self {
        let mut restarts = Self::default();
        for pod in pods {
            // Evicted pods of a Deployment stay for long, so that somebody can look at them.
            if has_failed(pod) {
                restarts.ended.insert(uid(pod));
            }
            for (container, count) in counts(pod) {
                restarts.counts.insert((uid(pod), container), count);
            }
        }
        restarts
    }

    /// Allows one more restart of a container.
    pub(crate) fn expect(&mut self, pod: &Pod, container: &str) {
        let now = counts(pod).into_iter().find(|(name, _)| name == container).map_or(0, |(_, count)| count);
        self.counts.insert((uid(pod), container.to_owned()), now + 1);
    }

    /// Says whether a pod had ended before.
    pub(super) fn had_ended(&self, pod: &Pod) -> bool {
        self.ended.contains(&uid(pod))
    }

    /// Gives how often a container may have restarted.
    pub(super) fn allowed(&self, pod: &Pod, container: &str) -> i32 {
        self.counts.get(&(uid(pod), container.to_owned())).copied().unwrap_or_default()
    }
}

fn uid(pod: &Pod) -> String {
    pod.metadata.uid.clone().unwrap_or_default()
}

fn has_failed(pod: &Pod) -> bool {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()) == Some("Failed")
}

fn counts(pod: &Pod) -> Vec<(String, i32)> {
    let Some(status) = pod.status.as_ref() else { return Vec::new() };
    let all = status.init_container_statuses.iter().chain(&status.container_statuses).flatten();
    all.map(|status| (status.name.clone(), status.restart_count)).collect()
}
