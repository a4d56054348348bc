//! Whether there is a Prometheus beside Servo in its pod. Pure.

use k8s_openapi::api::core::v1::{Container, ContainerStatus, Pod};
use servo_core::{Error, Result};

/// The name of its container.
const CONTAINER: &str = "prometheus";

/// The port that it listens at.
const PORT: i32 = 9090;

/// What to do where it is not there.
const HELP: &str = "deploy Servo with a Prometheus beside it: `kubectl apply -k deploy/opsani-dev`";

/// Says what there is to know of the container. It may be a sidecar of either kind: a container, or one that begins before
/// them and goes on.
fn status(pod: &Pod) -> Result<&ContainerStatus> {
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    let status = pod.status.as_ref();
    let all = status.and_then(|status| status.container_statuses.as_ref()).into_iter().flatten();
    let before = status.and_then(|status| status.init_container_statuses.as_ref()).into_iter().flatten();
    all.chain(before).find(|status| status.name == CONTAINER).ok_or_else(|| {
        Error::failed(format!("Servo's pod `{name}` has no container `{CONTAINER}`, or it has not begun"))
            .with_help(HELP)
    })
}

/// Checks that it runs.
pub(super) fn runs(pod: &Pod) -> Result<()> {
    let status = status(pod)?;
    let state = status.state.clone().unwrap_or_default();
    if state.running.is_some() {
        return Ok(());
    }
    let waiting = state.waiting.and_then(|waiting| waiting.reason);
    let ended = state.terminated.map(|ended| format!("it ended with exit code {}", ended.exit_code));
    let why = waiting.or(ended).unwrap_or_else(|| "its state is not known".to_owned());
    Err(Error::failed(format!("the container `{CONTAINER}` does not run: {why}"))
        .with_help(format!("kubectl logs {} -c {CONTAINER} --previous", name(pod))))
}

/// Checks that it is ready.
pub(super) fn is_ready(pod: &Pod) -> Result<()> {
    if status(pod)?.ready {
        return Ok(());
    }
    Err(Error::failed(format!("the container `{CONTAINER}` is not ready"))
        .with_help(format!("kubectl logs {} -c {CONTAINER}", name(pod))))
}

/// Checks that it was never restarted.
pub(super) fn is_stable(pod: &Pod) -> Result<()> {
    let count = status(pod)?.restart_count;
    if count == 0 {
        return Ok(());
    }
    let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
    Err(Error::failed(format!(
        "the container `{CONTAINER}` was restarted {times}: what it had recorded is lost"
    ))
    .with_help(format!("kubectl logs {} -c {CONTAINER} --previous says why; memory may be short", name(pod))))
}

/// Checks that it says where it listens.
pub(super) fn has_port(pod: &Pod) -> Result<()> {
    let spec = pod.spec.as_ref();
    let containers = spec.into_iter().flat_map(|spec| &spec.containers);
    let before = spec.and_then(|spec| spec.init_containers.as_ref()).into_iter().flatten();
    let is_it = |container: &&Container| container.name == CONTAINER;
    let Some(container) = containers.chain(before).find(is_it) else {
        return Err(Error::failed(format!("Servo's pod `{}` has no container `{CONTAINER}`", name(pod)))
            .with_help(HELP));
    };
    let ports: Vec<i32> = container.ports.iter().flatten().map(|port| port.container_port).collect();
    if ports == [PORT] {
        return Ok(());
    }
    let found = match ports.as_slice() {
        [] => "none".to_owned(),
        ports => ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    Err(Error::failed(format!(
        "expected the container `{CONTAINER}` to have one port, {PORT}, found {found}"
    ))
    .with_help(format!("write `ports: [{{containerPort: {PORT}}}]` into its container")))
}

fn name(pod: &Pod) -> &str {
    pod.metadata.name.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests;
