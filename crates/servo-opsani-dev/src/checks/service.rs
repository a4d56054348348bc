//! Whether a Service leads to the pods of a Deployment, and by which port. Pure.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Service, ServicePort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use servo_core::{Error, Result};
use servo_k8s::sidecar;

use crate::settings::Settings;

/// The types of Services whose port can be led to Envoy.
const TYPES: [&str; 3] = ["ClusterIP", "LoadBalancer", "NodePort"];

pub(super) fn name(service: &Service) -> &str {
    service.metadata.name.as_deref().unwrap_or_default()
}

fn ports(service: &Service) -> &[ServicePort] {
    service.spec.as_ref().and_then(|spec| spec.ports.as_deref()).unwrap_or_default()
}

/// Checks the type.
pub(super) fn has_type(service: &Service) -> Result<String> {
    let found = service.spec.as_ref().and_then(|spec| spec.type_.as_deref()).unwrap_or(TYPES[0]);
    if TYPES.contains(&found) {
        return Ok(found.to_owned());
    }
    let message =
        format!("Service `{}` is of the type {found}: expected one of {}", name(service), TYPES.join(", "));
    Err(Error::failed(message).with_help("name the Service whose pods these are in `service`"))
}

/// Finds the port that is meant.
pub(super) fn port<'a>(service: &'a Service, settings: &Settings) -> Result<&'a ServicePort> {
    let ports = ports(service);
    let name = name(service);
    let listed = || {
        let one = |port: &ServicePort| match &port.name {
            Some(name) => format!("{} ({name})", port.port),
            None => port.port.to_string(),
        };
        ports.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let is_it = |port: &&ServicePort, wanted: &sidecar::Port| match wanted {
        sidecar::Port::Number(number) => port.port == i32::from(*number),
        sidecar::Port::Name(name) => port.name.as_deref() == Some(name),
    };
    match (&settings.port, ports) {
        (_, []) => Err(Error::failed(format!("Service `{name}` has no ports"))),
        (None, [only]) => Ok(only),
        (None, _) => Err(Error::failed(format!("Service `{name}` has several ports: {}", listed()))
            .with_help("name the one that requests come through in `port`")),
        (Some(wanted), _) => ports.iter().find(|port| is_it(port, wanted.of_sidecar())).ok_or_else(|| {
            Error::failed(format!("Service `{name}` has no port `{wanted}`"))
                .with_help(format!("name one of these in `port`: {}", listed()))
        }),
    }
}

/// Checks that the Service selects the pods of the Deployment.
pub(super) fn leads_to(service: &Service, deployment: &Deployment) -> Result<()> {
    let selector = service.spec.as_ref().and_then(|spec| spec.selector.clone()).unwrap_or_default();
    if selector.is_empty() {
        return Err(Error::failed(format!("Service `{}` selects no pods", name(service)))
            .with_help("give it a `selector` that fits the labels of the pods"));
    }
    let labels = deployment.spec.as_ref().and_then(|spec| spec.selector.match_labels.clone());
    let labels = labels.unwrap_or_default();
    let lacks = |(key, value): &(&String, &String)| labels.get(*key) != Some(value);
    let missing: Vec<String> =
        selector.iter().filter(lacks).map(|(key, value)| format!("{key}={value}")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message =
        format!("Service selector does not match Deployment labels. Missing labels: {}", missing.join(", "));
    Err(Error::failed(message).with_help(
        "`matchLabels` of the Deployment has to have every label of the Service's `selector`: only then all its pods, \
         and the tuning pod, are behind the Service",
    ))
}

/// Says whether a port leads to Envoy.
pub(super) fn leads_to_envoy(port: &ServicePort) -> bool {
    let envoy = i32::from(sidecar::SERVICE_PORT);
    match &port.target_port {
        None | Some(IntOrString::Int(0)) => port.port == envoy,
        Some(IntOrString::Int(number)) => *number == envoy,
        // The sidecar's container names its port so.
        Some(IntOrString::String(name)) => name == "opsani-proxy",
    }
}

#[cfg(test)]
mod tests;
