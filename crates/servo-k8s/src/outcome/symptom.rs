//! What is wrong with a pod.

use std::collections::BTreeSet;
use std::time::Duration;

use k8s_openapi::api::core::v1::{ContainerStateTerminated, ContainerStatus, Pod, PodCondition};

use super::Restarts;

/// How often a container that goes before the others may be begun again.
const INIT_TRIES: i32 = 3;

/// What is wrong, the worst first: where pods have several, it is the first that speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Symptom {
    /// A container ended, or restarted.
    Crash,
    /// The pod was ended by its node for want of something.
    Evicted,
    /// The image cannot be had.
    Image,
    /// A container cannot be made or begun.
    Start,
    /// The controller may not make pods.
    Refused,
    /// No node has room.
    Unschedulable,
    /// Its node is gone.
    Node,
    /// A pod that was ready is not, in the time in which it is to settle.
    Unsettled,
    /// The pod is not ready (yet).
    Unready,
}

impl Symptom {
    /// Gives how long it has to last before it counts; `None` where it may go on until the time of the change is over.
    pub(crate) const fn grace(self) -> Option<Duration> {
        match self {
            Self::Crash | Self::Evicted | Self::Unsettled => Some(Duration::ZERO),
            // The registry or the kubelet's caches may have had a bad moment.
            // A quota may be short until the rollout takes a pod of before away; a webhook may have had a bad moment.
            Self::Image | Self::Start | Self::Refused => Some(Duration::from_secs(5)),
            // Whoever makes room by itself, such as a descheduler, is quick.
            Self::Unschedulable => Some(Duration::from_secs(10)),
            // The pod is replaced elsewhere, after minutes.
            Self::Node | Self::Unready => None,
        }
    }

    /// Says whether it may pass as pods of before end: while some do, it does not count.
    pub(crate) const fn wants_room(self) -> bool {
        matches!(self, Self::Refused | Self::Unschedulable)
    }
}

/// A symptom of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) symptom: Symptom,
    pub(crate) pod: String,
    pub(crate) container: Option<String>,
    /// What the cluster says of it.
    pub(crate) said: String,
}

/// Says what is wrong with a pod.
pub(crate) fn of(pod: &Pod, restarts: &Restarts, settled: Option<&BTreeSet<String>>) -> Vec<Found> {
    let Some(status) = pod.status.as_ref().filter(|_| !restarts.had_ended(pod)) else { return Vec::new() };
    let name = pod.metadata.name.clone().unwrap_or_default();
    let of_pod = |symptom, said: String| Found { symptom, pod: name.clone(), container: None, said };
    if let Some(disruption) = condition(pod, "DisruptionTarget", "True") {
        let said = disruption.message.clone().unwrap_or_default();
        match disruption.reason.as_deref() {
            Some("TerminationByKubelet") => return vec![of_pod(Symptom::Evicted, said)],
            Some("DeletionByTaintManager") => return vec![of_pod(Symptom::Node, said)],
            _ => {}
        }
    }
    // Whoever ends it has a reason that is not its own.
    if pod.metadata.deletion_timestamp.is_some() {
        return Vec::new();
    }
    if status.phase.as_deref() == Some("Failed") {
        let reason = status.reason.clone().unwrap_or_else(|| "Failed".to_owned());
        let said = format!("{reason}: {}", status.message.as_deref().unwrap_or_default());
        return vec![of_pod(of_failed(&reason), said)];
    }
    if is_lost(pod) {
        let said = status.message.clone().unwrap_or_else(|| "its node does not answer".to_owned());
        return vec![of_pod(Symptom::Node, said)];
    }
    let mut found = Vec::new();
    if let Some(condition) = condition(pod, "PodScheduled", "False")
        && condition.reason.as_deref() == Some("Unschedulable")
    {
        found.push(of_pod(Symptom::Unschedulable, condition.message.clone().unwrap_or_default()));
    }
    for container in status.init_container_statuses.iter().chain(&status.container_statuses).flatten() {
        found.extend(of_container(pod, container, restarts).map(|(symptom, said)| Found {
            symptom,
            pod: name.clone(),
            container: Some(container.name.clone()),
            said,
        }));
    }
    if found.is_empty() && !is_ready(pod) {
        let was_ready =
            pod.metadata.uid.as_ref().is_some_and(|uid| settled.is_some_and(|it| it.contains(uid)));
        let symptom = if was_ready { Symptom::Unsettled } else { Symptom::Unready };
        let condition = status.conditions.iter().flatten().find(|it| it.type_ == "Ready");
        let reason = condition.and_then(|it| it.reason.clone()).unwrap_or_else(|| "NotReady".to_owned());
        let message = condition.and_then(|it| it.message.clone()).unwrap_or_default();
        let containers = status.container_statuses.iter().flatten();
        found.push(Found {
            container: containers.filter(|it| !it.ready).map(|it| it.name.clone()).next(),
            ..of_pod(symptom, format!("(reason {reason}) {message}"))
        });
    }
    found
}

/// Says what has ended a pod, by the word that its node has for it.
fn of_failed(reason: &str) -> Symptom {
    match reason {
        "NodeLost" | "NodeShutdown" | "Terminated" | "NodeAffinity" | "UnexpectedAdmissionError" => {
            Symptom::Node
        }
        // The node has not taken what the scheduler gave it: `OutOfcpu`, `OutOfmemory`.
        _ if reason.starts_with("OutOf") => Symptom::Unschedulable,
        _ => Symptom::Evicted,
    }
}

/// Says whether nobody hears of a pod any more: in its node's stead, Kubernetes calls the pod not ready, and leaves its
/// containers as they were last known.
fn is_lost(pod: &Pod) -> bool {
    let status = pod.status.as_ref();
    let phase = status.and_then(|it| it.phase.as_deref());
    let reason = status.and_then(|it| it.reason.as_deref());
    let ready = status.and_then(|it| it.conditions.iter().flatten().find(|it| it.type_ == "Ready"));
    let is_gated = ready.is_some_and(|it| it.reason.as_deref() == Some("ReadinessGatesNotReady"));
    phase == Some("Unknown")
        || reason == Some("NodeLost")
        || ready.is_some_and(|it| it.status != "True")
            && !is_gated
            && condition(pod, "ContainersReady", "True").is_some()
}

/// Says whether a pod is ready.
pub(crate) fn is_ready(pod: &Pod) -> bool {
    condition(pod, "Ready", "True").is_some()
}

/// Lists the containers of a pod that have ended, those that wait until they may begin again included.
pub(crate) fn down(pod: &Pod) -> impl Iterator<Item = &str> {
    let containers = pod.status.iter().flat_map(|it| it.container_statuses.iter().flatten());
    let is_down = |container: &&ContainerStatus| {
        let state = container.state.as_ref();
        let waiting = state.and_then(|state| state.waiting.as_ref());
        state.is_some_and(|state| state.terminated.is_some())
            || waiting.is_some_and(|waiting| waiting.reason.as_deref() == Some("CrashLoopBackOff"))
    };
    containers.filter(is_down).map(|container| container.name.as_str())
}

fn condition<'a>(pod: &'a Pod, kind: &str, status: &str) -> Option<&'a PodCondition> {
    let conditions = pod.status.as_ref()?.conditions.as_deref()?;
    conditions.iter().find(|condition| condition.type_ == kind && condition.status == status)
}

fn of_container(pod: &Pod, container: &ContainerStatus, restarts: &Restarts) -> Option<(Symptom, String)> {
    let state = container.state.as_ref();
    let ended = state.and_then(|state| state.terminated.as_ref());
    let waiting = state.and_then(|state| state.waiting.as_ref());
    let last = container.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    let allowed = restarts.allowed(pod, &container.name);
    let how = || ended.or(last).map(|ended| how(pod, &container.name, ended)).unwrap_or_default();
    let named = |what: String| format!("{} {what}", container.name);
    if goes_before(pod, &container.name) {
        // It often waits for something by failing until it is there.
        let is_done = ended.is_some_and(|ended| ended.exit_code == 0);
        if !is_done && container.restart_count >= allowed + INIT_TRIES {
            let said = named(format!(
                "has to end well before the others begin, and was begun {} times",
                container.restart_count + 1
            ));
            return Some((Symptom::Start, format!("{said}{}", how())));
        }
    } else if container.restart_count > allowed || (ended.is_some() && container.restart_count >= allowed) {
        let times = container.restart_count.max(1);
        return Some((Symptom::Crash, named(format!("x{times}{}", how()))));
    }
    let waiting = waiting?;
    let reason = waiting.reason.as_deref().unwrap_or_default();
    let said = format!("{}: {reason}: {}", container.name, waiting.message.as_deref().unwrap_or_default());
    match reason {
        "ImagePullBackOff"
        | "ErrImagePull"
        | "InvalidImageName"
        | "ErrImageNeverPull"
        | "ImageInspectError"
        | "RegistryUnavailable" => Some((Symptom::Image, said)),
        "CreateContainerConfigError"
        | "CreateContainerError"
        | "RunContainerError"
        | "PreCreateHookError"
        | "PreStartHookError"
        | "PostStartHookError" => Some((Symptom::Start, said)),
        // One that was down before the change begins again when its time has come.
        "CrashLoopBackOff" if container.restart_count >= allowed && !goes_before(pod, &container.name) => {
            Some((Symptom::Crash, said))
        }
        _ => None,
    }
}

/// Says whether a container has to end before others begin. Those that begin first and stay (`restartPolicy: Always`) have
/// not.
fn goes_before(pod: &Pod, container: &str) -> bool {
    let first = pod.spec.as_ref().and_then(|spec| spec.init_containers.as_deref()).unwrap_or_default();
    first.iter().any(|it| it.name == container && it.restart_policy.as_deref() != Some("Always"))
}

/// Says how a container ended.
fn how(pod: &Pod, container: &str, ended: &ContainerStateTerminated) -> String {
    let reason = ended.reason.as_deref().unwrap_or("ended");
    if reason == "OOMKilled" {
        let mut containers =
            pod.spec.iter().flat_map(|spec| spec.init_containers.iter().flatten().chain(&spec.containers));
        let of_it = containers.find(|it| it.name == container).and_then(|it| it.resources.as_ref());
        let limit = of_it.and_then(|resources| resources.limits.as_ref()?.get("memory"));
        return match limit {
            Some(limit) => format!(" (OOMKilled: it took more memory than its limit of {})", limit.0),
            None => " (OOMKilled: its node had no more memory)".to_owned(),
        };
    }
    let message = ended.message.as_deref().map(|message| format!(": {}", message.trim())).unwrap_or_default();
    match ended.signal {
        Some(signal) => format!(" ({reason}, signal {signal}{message})"),
        None => format!(" ({reason}, exit code {}{message})", ended.exit_code),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_down_before_a_change_may_begin_again_and_not_end_again() {
        let pod = |count: i32, state: serde_json::Value| -> Pod {
            serde_json::from_value(json!({
                "metadata": { "name": "web-1", "uid": "1" },
                "status": { "containerStatuses": [{
                    "name": "main", "restartCount": count, "ready": false, "image": "", "imageID": "", "state": state,
                }] },
            }))
            .expect("a pod")
        };
        let waiting = || json!({ "waiting": { "reason": "CrashLoopBackOff" } });
        let before = pod(3, waiting());
        assert_eq!(down(&before).collect::<Vec<_>>(), ["main"]);
        let mut restarts = Restarts::default();
        restarts.expect(&before, "main");
        let symptoms = |pod: &Pod| of(pod, &restarts, None).iter().map(|it| it.symptom).collect::<Vec<_>>();
        assert_eq!(symptoms(&before), [Symptom::Unready]);
        assert_eq!(symptoms(&pod(4, json!({ "running": {} }))), [Symptom::Unready]);
        assert_eq!(symptoms(&pod(4, waiting())), [Symptom::Crash]);
        assert_eq!(symptoms(&pod(5, json!({ "running": {} }))), [Symptom::Crash]);
    }
}
