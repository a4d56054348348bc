//! Ports, by name or by number, and which one of a pod is meant.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use k8s_openapi::api::core::v1::{Container, ContainerPort, PodSpec, Service, ServicePort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use servo_core::{Error, Result};

use super::service;
use super::target::Target;

/// The protocol of a port that does not name one.
const TCP: &str = "TCP";

/// A port, by name or by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Port {
    /// Such as `http`.
    Name(String),
    /// Such as `8080`.
    Number(u16),
}

impl FromStr for Port {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let number = text.parse().ok().filter(|number| *number > 0);
        Ok(number.map_or_else(|| Self::Name(text.to_owned()), Self::Number))
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// Which port of a pod is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resolved {
    /// The number of the port in the pod.
    pub(super) container_port: u16,
    /// The port of the Service that leads there.
    pub(super) service_port: Option<u16>,
}

/// Finds the port of a pod that the port of a Service leads to.
///
/// # Errors
///
/// Class failed: the Service has no such port, or several and none was named, or its port leads nowhere.
pub(super) fn of_service(
    target: &Target,
    pod: &PodSpec,
    found: &Service,
    wanted: Option<&Port>,
) -> Result<Resolved> {
    let name = found.metadata.name.as_deref().unwrap_or_default();
    let ports = found.spec.as_ref().and_then(|spec| spec.ports.as_deref()).unwrap_or_default();
    let port = select(name, ports, wanted)?;
    if port.protocol.as_deref().is_some_and(|protocol| protocol != TCP) {
        let protocol = port.protocol.as_deref().unwrap_or_default();
        let message =
            format!("port {} of Service `{name}` is of {protocol}, which Envoy does not proxy", port.port);
        return Err(Error::failed(message).with_help("name a port of TCP with --port"));
    }
    let container_port = match &port.target_port {
        // What is left out is the port itself.
        None | Some(IntOrString::Int(0)) => number(port.port)?,
        Some(IntOrString::Int(target)) => number(*target)?,
        Some(IntOrString::String(symbol)) => named(target, pod, symbol)?,
    };
    Ok(Resolved { container_port, service_port: Some(number(port.port)?) })
}

/// Finds the port of a pod that is meant where no Service is named.
///
/// # Errors
///
/// Class failed: no container has a port of that name.
pub(super) fn of_container(target: &Target, pod: &PodSpec, wanted: &Port) -> Result<Resolved> {
    let container_port = match wanted {
        Port::Number(number) => *number,
        Port::Name(name) => named(target, pod, name)?,
    };
    Ok(Resolved { container_port, service_port: None })
}

/// Finds the number of a port of some container by its name.
pub(super) fn lookup(pod: &PodSpec, name: &str) -> Option<i32> {
    let mut ports = listening(pod).flat_map(ports);
    ports.find(|port| is_tcp(port) && port.name.as_deref() == Some(name)).map(|port| port.container_port)
}

/// Lists the containers of a pod that go on as long as it does.
pub(super) fn listening(pod: &PodSpec) -> impl Iterator<Item = &Container> {
    let stays = |it: &&Container| it.restart_policy.as_deref() == Some("Always");
    pod.containers.iter().chain(pod.init_containers.iter().flatten().filter(stays))
}

/// Finds the container that has a port.
pub(super) fn taken(pod: &PodSpec, number: u16, except: &str) -> Option<String> {
    let has =
        |it: &&Container| ports(it).any(|port| is_tcp(port) && port.container_port == i32::from(number));
    listening(pod).filter(|it| it.name != except).find(has).map(|it| it.name.clone())
}

fn ports(container: &Container) -> impl Iterator<Item = &ContainerPort> {
    container.ports.iter().flatten()
}

fn is_tcp(port: &ContainerPort) -> bool {
    port.protocol.as_deref().is_none_or(|protocol| protocol == TCP)
}

/// Finds the one port of a Service that is meant.
fn select<'a>(name: &str, ports: &'a [ServicePort], wanted: Option<&Port>) -> Result<&'a ServicePort> {
    let listed = || service::listed(ports);
    match (wanted, ports) {
        (_, []) => {
            let message = format!("Service `{name}` does not expose any ports");
            Err(Error::failed(message).with_help("leave --service away, and name the port of the container"))
        }
        (None, [only]) => Ok(only),
        (None, _) => {
            let message = format!("Service `{name}` exposes multiple ports -- target port must be specified");
            Err(Error::failed(message).with_help(format!("name one with --port: {}", listed())))
        }
        (Some(wanted), ports) => {
            let is_it = |port: &&ServicePort| match wanted {
                Port::Number(number) => port.port == i32::from(*number),
                Port::Name(name) => port.name.as_deref() == Some(name),
            };
            ports.iter().find(is_it).ok_or_else(|| {
                let message = format!("Port '{wanted}' does not exist in the Service '{name}'");
                Error::failed(message).with_help(format!("it has {}", listed()))
            })
        }
    }
}

fn named(target: &Target, pod: &PodSpec, symbol: &str) -> Result<u16> {
    let found = lookup(pod, symbol).ok_or_else(|| {
        let all: Vec<&str> = listening(pod).flat_map(ports).filter_map(|port| port.name.as_deref()).collect();
        let known = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
        let message = format!("Port '{symbol}' could not be resolved to a destination container port");
        Error::failed(message).with_help(format!(
            "the containers of {target} name these ports: {known}; a number can be given, too"
        ))
    })?;
    number(found)
}

fn number(port: i32) -> Result<u16> {
    let number = u16::try_from(port).ok().filter(|port| *port > 0);
    number.ok_or_else(|| Error::failed(format!("the API server says that a port is {port}")))
}
