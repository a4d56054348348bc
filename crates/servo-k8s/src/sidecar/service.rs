//! Services: which pods they lead to, and what is to be done with them next.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PodSpec, Service, ServicePort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use servo_core::{Error, Result};

use super::port;
use super::target::Target;

/// Makes sure that a Service leads to the pods of a target.
///
/// # Errors
///
/// Class failed: it leads elsewhere, or nowhere by itself.
pub(super) fn leads_to(service: &Service, target: &Target, labels: &BTreeMap<String, String>) -> Result<()> {
    let name = name(service);
    let spec = service.spec.clone().unwrap_or_default();
    if spec.type_.as_deref() == Some("ExternalName") {
        let message = format!("Service `{name}` is a name for something outside of the cluster");
        return Err(
            Error::failed(message).with_help("name a Service of type ClusterIP, NodePort or LoadBalancer")
        );
    }
    let selector = spec.selector.unwrap_or_default();
    if selector.is_empty() {
        let message = format!("Service `{name}` selects no pods: somebody else says where it leads");
        return Err(Error::failed(message)
            .with_help("leave --service away, and name the port of the container with --port"));
    }
    let is_missing = |(key, value): &(&String, &String)| labels.get(*key) != Some(value);
    let missing: Vec<String> =
        selector.iter().filter(is_missing).map(|(key, value)| format!("{key}={value}")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message =
        format!("Service `{name}` does not lead to the pods of {target}: they lack {}", missing.join(", "));
    Err(Error::failed(message).with_help(
        "name the Service of this application; `kubectl get endpointslices` shows where each leads",
    ))
}

/// Says which port of a Service, if any, leads to one of some ports of a pod.
pub(super) fn port_to(
    service: &Service,
    labels: &BTreeMap<String, String>,
    pod: &PodSpec,
    ports: &[i32],
) -> Option<i32> {
    let spec = service.spec.as_ref()?;
    let selector = spec.selector.as_ref().filter(|selector| !selector.is_empty())?;
    if is_headless(service) || !selector.iter().all(|(key, value)| labels.get(key) == Some(value)) {
        return None;
    }
    let leads = |port: &&ServicePort| {
        let number = match &port.target_port {
            None | Some(IntOrString::Int(0)) => Some(port.port),
            Some(IntOrString::Int(number)) => Some(*number),
            Some(IntOrString::String(name)) => port::lookup(pod, name),
        };
        number.is_some_and(|number| ports.contains(&number))
    };
    spec.ports.iter().flatten().find(leads).map(|port| port.port)
}

/// Says what is to be done so that the traffic of a Service goes through a sidecar.
pub(super) fn next(service: &Service, namespace: &str, port: u16, to: u16) -> String {
    let name = name(service);
    if is_headless(service) {
        return format!(
            "Service `{name}` is headless: its clients connect to the pods themselves, and go through the sidecar once \
             they use port {to}"
        );
    }
    let patch = patch(i32::from(port), &to.to_string());
    format!(
        "let Service `{name}` lead to the sidecar: kubectl --namespace {namespace} patch service {name} --patch '{patch}'"
    )
}

/// Writes the patch of a Service that lets a port of it lead elsewhere.
pub(super) fn patch(port: i32, to: &str) -> String {
    format!(r#"{{"spec":{{"ports":[{{"port":{port},"targetPort":{to}}}]}}}}"#)
}

/// Lists the ports of a Service, such as `80 (http), 443 (https)`.
pub(super) fn listed(ports: &[ServicePort]) -> String {
    let one = |port: &ServicePort| match &port.name {
        Some(name) => format!("{} ({name})", port.port),
        None => port.port.to_string(),
    };
    ports.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Gives the name of a Service.
pub(super) fn name(service: &Service) -> &str {
    service.metadata.name.as_deref().unwrap_or_default()
}

fn is_headless(service: &Service) -> bool {
    service.spec.as_ref().and_then(|spec| spec.cluster_ip.as_deref()) == Some("None")
}
