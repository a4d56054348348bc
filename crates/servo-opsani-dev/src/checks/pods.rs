//! Whether pods have their Envoy, and whether the tuning pod is there.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;
use servo_core::Error;
use servo_core::check::Failure;
use servo_k8s::sidecar;

use super::look::{Look, labels};
use super::remedies;

/// The most pods that are named.
const MOST: usize = 5;

/// The name of a pod.
pub(super) fn name(pod: &Pod) -> &str {
    pod.metadata.name.as_deref().unwrap_or_default()
}

/// Says whether this is a tuning pod.
pub(super) fn is_tuning(pod: &Pod) -> bool {
    labels(pod).get("opsani_role").is_some_and(|role| role == "tuning")
}

/// Says whether a container of a pod is ready; `None` where the pod has no such container.
fn is_ready(pod: &Pod, container: &str) -> Option<bool> {
    let spec = pod.spec.as_ref()?;
    let all = spec.containers.iter().chain(spec.init_containers.iter().flatten());
    all.into_iter().find(|it| it.name == container)?;
    let status = pod.status.as_ref();
    let statuses = status.and_then(|status| status.container_statuses.as_ref()).into_iter().flatten();
    let before = status.and_then(|status| status.init_container_statuses.as_ref()).into_iter().flatten();
    Some(statuses.chain(before).any(|status| status.name == container && status.ready))
}

/// Says whether the Envoy of a pod is ready.
pub(super) fn has_sidecar(pod: &Pod) -> bool {
    is_ready(pod, sidecar::NAME).unwrap_or_default()
}

/// Checks that each pod has an Envoy that is ready.
pub(super) fn have_sidecars(pods: &[Pod]) -> Result<String, Error> {
    if pods.is_empty() {
        return Err(Error::failed("the Deployment has no pods"));
    }
    let told = |is: Option<bool>| {
        let these: Vec<&str> =
            pods.iter().filter(|pod| is_ready(pod, sidecar::NAME) == is).map(name).collect();
        let more = these.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let shown = these.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
        (!these.is_empty()).then(|| format!("{shown}{more}"))
    };
    let (without, not_ready) = (told(None), told(Some(false)));
    let mut wrong = Vec::new();
    wrong.extend(without.map(|pods| format!("no container `{}`: {pods}", sidecar::NAME)));
    wrong.extend(not_ready.map(|pods| format!("it is not ready: {pods}")));
    if wrong.is_empty() {
        return Ok(format!("{} pods", pods.len()));
    }
    Err(Error::failed(wrong.join("; "))
        .with_help("wait until the pods are replaced, or see `kubectl describe pod` for why they are not"))
}

/// Checks that the tuning pod is there and ready.
pub(super) async fn tuning(look: &Look<'_>) -> Result<String, Failure> {
    let settings = look.settings();
    if !settings.create_tuning_pod {
        return Ok("not needed: `create_tuning_pod` is false".to_owned());
    }
    let found = look.pods().await?.iter().find(|pod| is_tuning(pod));
    let message = match found {
        None => format!("there is no tuning pod beside Deployment `{}`", settings.deployment),
        Some(pod) if is_pod_ready(pod) => return Ok(format!("`{}`", name(pod))),
        Some(pod) => format!("the tuning pod `{}` is not ready", name(pod)),
    };
    let hint = "a servo that runs makes it before it measures; `servo check --remedy` makes it, and takes it away at its end";
    let (cx, part) = (look.cx.clone(), look.dev.parts.kubernetes.clone());
    let what = format!("make the tuning pod of Deployment `{}`", settings.deployment);
    Err(Failure::new(message)
        .with_hint(hint)
        .with_remedy(what, move || remedies::prepare(cx.clone(), part.clone())))
}

fn is_pod_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.into_iter().flatten().any(|it| it.type_ == "Ready" && it.status == "True")
}

/// Adds to a failure what sends a few requests to the main pods, or those of them that can answer.
pub(super) async fn with_traffic(look: &Look<'_>, failure: Failure) -> Failure {
    let (Ok(pods), Ok(cluster)) = (look.pods().await, look.cluster().await) else { return failure };
    let main: Vec<String> = pods
        .iter()
        .filter(|pod| !is_tuning(pod) && has_sidecar(pod))
        .map(|pod| name(pod).to_owned())
        .take(MOST)
        .collect();
    if main.is_empty() {
        return failure;
    }
    let namespace = look.settings().namespace.clone();
    let what = format!("send a few requests for `/` through the Envoy of {} pods", main.len());
    failure.with_remedy(what, move || remedies::send(Arc::clone(&cluster), namespace.clone(), main.clone()))
}

#[cfg(test)]
mod tests;
