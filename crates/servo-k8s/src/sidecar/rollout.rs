//! Waiting until the pods of a workload are as its template says.

use std::collections::BTreeSet;
use std::time::Duration;

use servo_core::{Error, Result};
use servo_kube::Cluster;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::door::Door;
use super::target::Target;
use crate::outcome::{Expected, Outcome, is_ready, judge, late};
use crate::watching::{Waited, Watching, until};
use crate::workload::Reference;

/// How long the watches may take to say what there is.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked after a single pod.
const LOOK: Duration = Duration::from_secs(1);

/// What became of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rollout {
    /// All its pods are as the template says, and available.
    Complete,
    /// Nothing replaces its pods by itself, and why.
    HeldBack(String),
}

/// Waits until all pods of a workload are as its template says. `tell` hears how far it is, in percent.
///
/// # Errors
///
/// Class rejected or failed: they do not become so, or not in time; class connection: the API server is gone.
pub async fn rolled_out(
    cluster: &Cluster,
    target: &Target,
    time: Duration,
    mut tell: impl FnMut(f64, &str),
) -> Result<Rollout> {
    let deadline = Instant::now() + time;
    let Some(reference) = target.reference() else {
        return pod(cluster, target, deadline, &mut tell).await;
    };
    let watching = Watching::begin(cluster.client(), &target.namespace, &BTreeSet::from([reference.kind]));
    let token = CancellationToken::new();
    watching.ready(&token, PATIENCE.min(time)).await?;
    let snapshot = watching.snapshot(&reference);
    let Some(workload) = snapshot.workload.as_ref() else {
        return Err(Error::failed(format!("there is no {target}")));
    };
    if let Some(why) = held_back(workload.is_paused, workload.held_back.as_deref()) {
        return Ok(Rollout::HeldBack(why));
    }
    let mut expected = Expected::as_specified(workload, &snapshot);
    match outcome(&watching, &reference, &token, deadline, &mut expected, &mut tell).await {
        Waited::Done(done) => done.map(|()| Rollout::Complete),
        Waited::Fault(error) => Err(error),
        Waited::Deadline => {
            let verdict = late(&expected, &watching.snapshot(&reference), time);
            Err(Error::new(verdict.class, verdict.message))
        }
        Waited::Cancelled => Err(Error::cancelled(format!("cancelled while {target} was waited for"))),
    }
}

async fn outcome(
    watching: &Watching,
    reference: &Reference,
    token: &CancellationToken,
    deadline: Instant,
    expected: &mut Expected,
    tell: &mut impl FnMut(f64, &str),
) -> Waited<Result<()>> {
    until(watching, reference, token, deadline, |snapshot| match judge(expected, snapshot, Instant::now()) {
        Outcome::Ready => Some(Ok(())),
        Outcome::Failed(verdict) => Some(Err(Error::new(verdict.class, verdict.message))),
        Outcome::Waiting(text, percent) => {
            tell(percent, &text);
            None
        }
    })
    .await
}

fn held_back(is_paused: bool, held_back: Option<&str>) -> Option<String> {
    if is_paused {
        return Some("its rollouts are paused".to_owned());
    }
    held_back.map(|strategy| format!("it has {strategy}"))
}

/// Waits until a pod is ready.
async fn pod(
    cluster: &Cluster,
    target: &Target,
    deadline: Instant,
    tell: &mut impl FnMut(f64, &str),
) -> Result<Rollout> {
    let door = Door { cluster, target };
    loop {
        let subject = door.read().await?;
        let pod: k8s_openapi::api::core::v1::Pod = serde_json::to_value(&subject.object)
            .and_then(serde_json::from_value)
            .map_err(|error| Error::internal("a pod cannot be read").with_source(error))?;
        if is_ready(&pod) {
            return Ok(Rollout::Complete);
        }
        let phase = pod.status.as_ref().and_then(|status| status.phase.clone()).unwrap_or_default();
        if Instant::now() >= deadline || ["Failed", "Succeeded"].contains(&phase.as_str()) {
            return Err(Error::failed(format!("{target} is {phase} and not ready")));
        }
        tell(0.0, &format!("the pod is {phase} and not ready yet"));
        sleep(LOOK).await;
    }
}
