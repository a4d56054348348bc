//! Pods of a StatefulSet that keep it from going back.
//!
//! Its controller replaces no pod while one of the revision before is not ready, whatever the template says by then
//! (Kubernetes, "StatefulSets", Forced rollback): somebody has to take that pod away.

use servo_core::{Error, Result};
use tokio::time::Instant;

use super::Change;
use crate::view::View;
use crate::watching::Waited;
use crate::workload::Kind;

/// How long the controller may take to see what was written.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

impl Change<'_> {
    /// Deletes the pods of a StatefulSet that a change of Servo's before this one has left not ready.
    pub(super) async fn clear_the_way(&self, written: &View) -> Result<()> {
        let workload = &self.site.target.workload;
        if workload.kind != Kind::StatefulSet {
            return Ok(());
        }
        let generation = written.workload.generation();
        let deadline = self.deadline.min(Instant::now() + PATIENCE);
        let stuck = self.site.until(self.cx, deadline, |snapshot| {
            let seen = snapshot.workload.as_ref().filter(|it| it.observed_generation >= generation)?;
            // Pods that were ready before serve until it is their turn.
            let is_stuck = |pod: &&std::sync::Arc<k8s_openapi::api::core::v1::Pod>| {
                let is_old = !snapshot.newest.iter().any(|newest| newest.metadata.uid == pod.metadata.uid);
                is_old && !crate::outcome::is_ready(pod) && pod.metadata.deletion_timestamp.is_none()
            };
            let pods = snapshot.pods.iter().filter(is_stuck).cloned().collect::<Vec<_>>();
            (seen.revision.is_some()).then_some(pods)
        });
        let stuck = match stuck.await {
            Waited::Done(stuck) => stuck,
            // Whether the controller sees it is looked at again by whoever waits for the outcome.
            Waited::Deadline | Waited::Fault(_) => return Ok(()),
            Waited::Cancelled => {
                return Err(Error::cancelled(format!("cancelled while {workload} was changed")));
            }
        };
        for pod in stuck {
            let name = pod.metadata.name.clone().unwrap_or_default();
            tracing::info!("pod `{name}` is not ready and keeps {workload} from going on: it is deleted");
            match self.hold.writer().delete(&pod).await {
                Ok(()) => {}
                Err(kube::Error::Api(status)) if [404, 409].contains(&status.code) => {}
                Err(error) => return Err(self.site.cluster().fault(&format!("delete pod `{name}`"), &error)),
            }
        }
        Ok(())
    }
}
