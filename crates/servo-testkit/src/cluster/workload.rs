//! Whether a workload has what it asks for, and what is in its way.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::Pod;
use kube::api::ListParams;

use super::namespace::Namespace;
use super::until;

/// How long a workload may take, on a machine with two processors that does other things as well.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often it is halved at most.
const HALVED: u32 = 3;

/// How often something was waited for in vain by this process. A node on which nothing begins any more fails every test, each
/// after all of its patience: half as much each time keeps the whole run from taking hours to say so.
static IN_VAIN: AtomicU32 = AtomicU32::new(0);

pub(super) async fn until_available(namespace: &Namespace, workload: &str) {
    let Some((kind, name)) = workload.split_once('/') else {
        panic!("`{workload}` is no workload such as `deployment/web`")
    };
    let _counted = Counted;
    let patience = PATIENCE / (1 << IN_VAIN.load(Ordering::Relaxed).min(HALVED));
    until(&format!("{workload} is available"), patience, async || {
        let state = match kind {
            "deployment" => deployment(namespace, name).await?,
            "statefulset" => stateful_set(namespace, name).await?,
            "pod" => pod(namespace, name).await?,
            _ => panic!("`{kind}` is none of deployment, statefulset and pod"),
        };
        let Some(state) = state else { return Ok(()) };
        let all = namespace.api::<Pod>().list(&ListParams::default()).await.map_err(said)?;
        let waiting: Vec<String> = all.items.iter().flat_map(waiting).collect();
        if let Some(missing) = waiting.iter().find(|it| it.contains("ErrImageNeverPull")) {
            panic!("{missing}: load that image into every node beforehand; nothing is pulled in these tests");
        }
        Err(format!("{state}; {}", waiting.join(", ")))
    })
    .await;
}

/// Counts a wait that was in vain: it ends with a panic.
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        if std::thread::panicking() {
            IN_VAIN.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn said(error: kube::Error) -> String {
    error.to_string()
}

/// What is missing of it; nothing where it is as it is to be.
async fn deployment(namespace: &Namespace, name: &str) -> Result<Option<String>, String> {
    let found = namespace.api::<Deployment>().get(name).await.map_err(said)?;
    let wanted = found.spec.and_then(|spec| spec.replicas).unwrap_or(1);
    let Some(status) = found.status else { return Ok(Some("it has no status yet".to_owned())) };
    let seen = status.observed_generation == found.metadata.generation;
    let counts =
        [status.replicas, status.updated_replicas, status.available_replicas].map(Option::unwrap_or_default);
    let [all, updated, available] = counts;
    let as_wanted = seen && counts.iter().all(|&count| count == wanted);
    Ok((!as_wanted)
        .then(|| format!("of {wanted} wanted: {all} there, {updated} of the newest, {available} available")))
}

async fn stateful_set(namespace: &Namespace, name: &str) -> Result<Option<String>, String> {
    let found = namespace.api::<StatefulSet>().get(name).await.map_err(said)?;
    let wanted = found.spec.and_then(|spec| spec.replicas).unwrap_or(1);
    let Some(status) = found.status else { return Ok(Some("it has no status yet".to_owned())) };
    let seen = status.observed_generation == found.metadata.generation;
    let available = status.available_replicas.unwrap_or_default();
    // One that was never changed counts no pod as changed.
    let newest = status.update_revision == status.current_revision
        || status.updated_replicas.unwrap_or_default() == wanted;
    let as_wanted = seen && newest && status.replicas == wanted && available == wanted;
    Ok((!as_wanted).then(|| format!("of {wanted} wanted: {} there, {available} available", status.replicas)))
}

async fn pod(namespace: &Namespace, name: &str) -> Result<Option<String>, String> {
    let status = namespace.api::<Pod>().get(name).await.map_err(said)?.status.unwrap_or_default();
    let conditions = status.conditions.unwrap_or_default();
    let is_ready = conditions.iter().any(|it| it.type_ == "Ready" && it.status == "True");
    let phase = status.phase.unwrap_or_default();
    Ok((!is_ready).then(|| format!("it is {phase} and not ready")))
}

/// What a pod and its containers wait for, such as `web-1/web: CrashLoopBackOff: back-off 10s (localhost/workload:1)`.
fn waiting(pod: &Pod) -> Vec<String> {
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    let Some(status) = &pod.status else { return Vec::new() };
    let mut all: Vec<String> = Vec::new();
    for condition in status.conditions.iter().flatten().filter(|it| it.status != "True") {
        let [reason, message] =
            [&condition.reason, &condition.message].map(|it| it.as_deref().unwrap_or_default());
        all.push(format!("{name} is not {}: {reason} {message}", condition.type_));
    }
    for container in status.container_statuses.iter().flatten() {
        let Some(waiting) = container.state.as_ref().and_then(|state| state.waiting.as_ref()) else {
            continue;
        };
        let [reason, message] =
            [&waiting.reason, &waiting.message].map(|it| it.as_deref().unwrap_or_default());
        all.push(format!("{name}/{}: {reason}: {message} ({})", container.name, container.image));
    }
    all
}
