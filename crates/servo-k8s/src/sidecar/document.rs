//! The documents that are sent to the API server.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry;
use serde_json::{Value, json};

use super::MANAGER;
use super::subject::Subject;
use super::target::Kind;

/// Writes what is applied (`application/apply-patch+yaml`): the container, and nothing else. It names the version, so that
/// what was decided on one is not done to another.
pub(super) fn applied(subject: &Subject, container: &Value) -> Value {
    let (target, version) = (&subject.target, subject.version());
    json!({
        "apiVersion": api_version(target.kind),
        "kind": target.kind.name(),
        "metadata": { "name": target.name, "namespace": target.namespace, "resourceVersion": version },
        "spec": { "template": { "spec": { "containers": [container] } } },
    })
}

/// Writes the patch that puts the container among the others (`application/json-patch+json`). What is applied stands behind
/// them always: to name those before it would be to own them.
pub(super) fn placed(subject: &Subject, container: &Value, index: usize) -> Value {
    let at = Subject::containers_at(subject.target.kind);
    let index = index.min(subject.pod.containers.len());
    json!([of_version(subject), { "op": "add", "path": format!("{at}/{index}"), "value": container }])
}

/// Writes the patch that takes the container away, and with it every trace of who put it there.
pub(super) fn removed(subject: &Subject, name: &str, index: usize) -> Value {
    let at = Subject::containers_at(subject.target.kind);
    let mut operations = vec![
        of_version(subject),
        json!({ "op": "test", "path": format!("{at}/{index}/name"), "value": name }),
        json!({ "op": "remove", "path": format!("{at}/{index}") }),
    ];
    if subject.is_ours() {
        let others = |entry: &&ManagedFieldsEntry| entry.manager.as_deref() != Some(MANAGER);
        let kept: Vec<&ManagedFieldsEntry> = subject.managers().iter().filter(others).collect();
        // An empty list would be read as "unchanged": one empty entry says that nobody is known.
        let kept = if kept.is_empty() { json!([{}]) } else { json!(kept) };
        operations.push(json!({ "op": "replace", "path": "/metadata/managedFields", "value": kept }));
    }
    Value::Array(operations)
}

/// Gives the version of the API that a kind is in.
pub(super) const fn api_version(kind: Kind) -> &'static str {
    match kind {
        Kind::Deployment | Kind::StatefulSet => "apps/v1",
        Kind::Pod => "v1",
    }
}

fn of_version(subject: &Subject) -> Value {
    json!({ "op": "test", "path": "/metadata/resourceVersion", "value": subject.version() })
}
