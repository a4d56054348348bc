//! The container of the sidecar, as the compatibility specification has it (section 8.1.12), and what makes it a good
//! neighbour: a probe, and no more rights than its neighbours have.

use k8s_openapi::api::core::v1::{Container, PodSpec};
use serde_json::{Value, json};

use super::{METRICS_PORT, Sidecar};

/// Writes the container.
pub(super) fn document(sidecar: &Sidecar, container_port: u16, pod: &PodSpec) -> Value {
    let mut container = json!({
        "name": sidecar.name,
        "image": sidecar.image,
        "imagePullPolicy": "IfNotPresent",
        "resources": {
            "requests": { "cpu": "125m", "memory": "128Mi" },
            "limits": { "cpu": "250m", "memory": "256Mi" },
        },
        "env": [
            { "name": "OPSANI_ENVOY_PROXY_SERVICE_PORT", "value": sidecar.service_port.to_string() },
            { "name": PROXIED, "value": container_port.to_string() },
            { "name": "OPSANI_ENVOY_PROXY_METRICS_PORT", "value": METRICS_PORT.to_string() },
        ],
        "ports": [
            { "name": PROXY, "containerPort": sidecar.service_port, "protocol": "TCP" },
            { "name": "opsani-metrics", "containerPort": METRICS_PORT, "protocol": "TCP" },
        ],
        // A pod is ready once its proxy takes connections, so that a Service may lead there.
        "readinessProbe": { "tcpSocket": { "port": sidecar.service_port }, "periodSeconds": 2 },
    });
    if let Some(security) = security(pod) {
        container["securityContext"] = security;
    }
    container
}

/// The variable that says which port is the application's.
pub(super) const PROXIED: &str = "OPSANI_ENVOY_PROXIED_CONTAINER_PORT";
/// The name of the port that Envoy listens at.
pub(super) const PROXY: &str = "opsani-proxy";

/// Says whether a container that is there is the one that would be put there: of the same image, ports and variables. What
/// the API server fills in, and what somebody has tuned, makes no difference.
pub(super) fn is_same(there: &Container, wanted: &Value) -> bool {
    let there = serde_json::to_value(there).unwrap_or_default();
    ["image", "env", "ports"].iter().all(|field| has(&there[field], &wanted[field]))
}

/// Says whether everything that is wanted is there.
fn has(there: &Value, wanted: &Value) -> bool {
    match (there, wanted) {
        (Value::Object(there), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| there.get(key).is_some_and(|there| has(there, wanted)))
        }
        (Value::Array(there), Value::Array(wanted)) => {
            there.len() == wanted.len() && there.iter().zip(wanted).all(|(there, wanted)| has(there, wanted))
        }
        (there, wanted) => there == wanted,
    }
}

/// Gives the port of the application that a sidecar stands in front of already.
pub(super) fn proxied(there: &Container) -> Option<u16> {
    let variable = there.env.iter().flatten().find(|variable| variable.name == PROXIED)?;
    variable.value.as_deref()?.parse().ok()
}

/// Gives the security context that keeps a pod to what it is. Where all containers keep to the profile `restricted` of
/// Pod Security, so does the sidecar; where they do not, its image may need more, and none is written.
fn security(pod: &PodSpec) -> Option<Value> {
    let is_restricted = !pod.containers.is_empty() && pod.containers.iter().all(|it| is_restricted(it, pod));
    if !is_restricted {
        return None;
    }
    let mut security = json!({
        "allowPrivilegeEscalation": false,
        "capabilities": { "drop": ["ALL"] },
        "runAsNonRoot": true,
        "seccompProfile": { "type": "RuntimeDefault" },
    });
    let context = |it: &Container| it.security_context.as_ref()?.read_only_root_filesystem;
    if pod.containers.iter().all(|it| context(it) == Some(true)) {
        security["readOnlyRootFilesystem"] = true.into();
    }
    Some(security)
}

fn is_restricted(container: &Container, pod: &PodSpec) -> bool {
    let Some(own) = &container.security_context else { return false };
    let of_pod = pod.security_context.as_ref();
    let drops = own.capabilities.as_ref().and_then(|it| it.drop.as_ref());
    let seccomp = own.seccomp_profile.as_ref().or_else(|| of_pod?.seccomp_profile.as_ref());
    let is_not_root = own.run_as_non_root.or_else(|| of_pod?.run_as_non_root);
    own.allow_privilege_escalation == Some(false)
        && drops.is_some_and(|drop| drop.iter().any(|it| it == "ALL"))
        && seccomp.is_some_and(|profile| ["RuntimeDefault", "Localhost"].contains(&profile.type_.as_str()))
        && is_not_root == Some(true)
}
