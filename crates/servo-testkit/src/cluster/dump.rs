//! What is in a namespace when a test has failed, for whoever reads the test's output.

use k8s_openapi::api::core::v1::{ContainerState, Event, Pod};
use kube::ResourceExt as _;
use kube::api::{ListParams, LogParams};
use servo_cluster::Component;

use super::namespace::Namespace;
use super::node::Node;

/// How many lines are written at most of each kind; about two hundred altogether.
const PODS: usize = 60;
const EVENTS: usize = 40;
const LOGS: usize = 60;
const LINES_OF_A_LOG: i64 = 8;
const LINES_OF_A_COMPONENT: usize = 6;
/// The components that have the most to say about why something does not happen.
const COMPONENTS: [Component; 4] = [
    Component::Kubelet,
    Component::KubeControllerManager,
    Component::KubeScheduler,
    Component::KubeApiserver,
];

/// Writes a line where the output of a test goes.
#[expect(clippy::print_stderr, reason = "a test that fails says on its standard error why")]
pub(super) fn say(line: &str) {
    eprintln!("{line}");
}

/// Writes what is in a namespace.
pub(super) async fn write(namespace: &Namespace) {
    say(&format!("== the namespace {} when the test failed ==", namespace.name()));
    let pods = match namespace.api::<Pod>().list(&ListParams::default()).await {
        Ok(pods) => pods.items,
        Err(error) => return say(&format!("its pods cannot be listed: {error}")),
    };
    limited(PODS, &pods.iter().flat_map(described).collect::<Vec<_>>());
    events(namespace).await;
    limited(LOGS, &logs(namespace, &pods).await);
    if let Some(node) = namespace.access().node() {
        components(node);
    }
}

fn limited(most: usize, lines: &[String]) {
    let more = lines.len().saturating_sub(most);
    lines.iter().take(most).for_each(|line| say(line));
    if more > 0 {
        say(&format!("... and {more} lines more"));
    }
}

/// A pod, its conditions that do not hold, and its containers.
fn described(pod: &Pod) -> Vec<String> {
    let status = pod.status.clone().unwrap_or_default();
    let leaving = if pod.metadata.deletion_timestamp.is_some() { ", being deleted" } else { "" };
    let phase = status.phase.unwrap_or_default();
    let mut lines = vec![format!("pod {} is {phase}{leaving}", pod.name_any())];
    for condition in status.conditions.unwrap_or_default().iter().filter(|it| it.status != "True") {
        let [reason, message] =
            [&condition.reason, &condition.message].map(|it| it.as_deref().unwrap_or_default());
        lines.push(format!("  not {}: {reason} {message}", condition.type_));
    }
    for container in status.container_statuses.unwrap_or_default() {
        let state = container.state.as_ref().map(state).unwrap_or_default();
        let before = container.last_state.as_ref().map(state_or_nothing).unwrap_or_default();
        let (name, count) = (&container.name, container.restart_count);
        lines.push(format!("  {name} ({}): {state}; {count} restarts {before}", container.image));
    }
    lines
}

fn state_or_nothing(before: &ContainerState) -> String {
    if before.terminated.is_some() { format!("(before: {})", state(before)) } else { String::new() }
}

fn state(state: &ContainerState) -> String {
    if let Some(ended) = &state.terminated {
        return format!("ended with {} {}", ended.exit_code, ended.reason.as_deref().unwrap_or_default());
    }
    match &state.waiting {
        Some(waits) => {
            let [reason, message] =
                [&waits.reason, &waits.message].map(|it| it.as_deref().unwrap_or_default());
            format!("waits: {reason} {message}")
        }
        None => "runs".to_owned(),
    }
}

async fn events(namespace: &Namespace) {
    let Ok(mut events) = namespace.api::<Event>().list(&ListParams::default()).await else { return };
    events.items.sort_by_key(|event| event.metadata.creation_timestamp.clone());
    let from = events.items.len().saturating_sub(EVENTS);
    for event in &events.items[from..] {
        let object = &event.involved_object;
        let [kind, name] = [&object.kind, &object.name].map(|it| it.as_deref().unwrap_or_default());
        let [reason, message] = [&event.reason, &event.message].map(|it| it.as_deref().unwrap_or_default());
        say(&format!("event of {kind} {name}: {reason}: {message}"));
    }
}

async fn logs(namespace: &Namespace, pods: &[Pod]) -> Vec<String> {
    let api = namespace.api::<Pod>();
    let mut lines = Vec::new();
    for pod in pods {
        let containers = pod.spec.iter().flat_map(|spec| spec.containers.iter());
        for container in containers.map(|container| container.name.clone()) {
            let which = format!("{}/{container}", pod.name_any());
            let last = LogParams {
                container: Some(container),
                tail_lines: Some(LINES_OF_A_LOG),
                ..LogParams::default()
            };
            // One that has not begun has none.
            let text = api.logs(&pod.name_any(), &last).await.unwrap_or_default();
            lines.extend(text.lines().map(|line| format!("{which}: {line}")));
        }
    }
    lines
}

fn components(node: &Node) {
    for component in COMPONENTS {
        let log = node.log(component);
        let lines: Vec<&str> = log.lines().collect();
        let from = lines.len().saturating_sub(LINES_OF_A_COMPONENT);
        for line in &lines[from..] {
            say(&format!("{}: {}", component.name(), line.chars().take(300).collect::<String>()));
        }
    }
}
