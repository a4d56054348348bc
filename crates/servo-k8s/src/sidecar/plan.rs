//! What is to be done, decided on what was read.

use k8s_openapi::api::core::v1::Service;
use serde_json::Value;
use servo_core::{Error, Result};

use super::port::{self, Port, Resolved};
use super::subject::Subject;
use super::{METRICS_PORT, Sidecar, container, service};

/// What is to be done to put a sidecar into a workload.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    /// The port of the application.
    pub(super) container_port: u16,
    /// What is put there; `None` where it is there already.
    pub(super) container: Option<Value>,
    /// What is to be done afterwards, in words.
    pub(super) next: Option<String>,
}

/// Decides how a sidecar is put into a workload. `service` is the one that the sidecar names, as it was read.
///
/// # Errors
///
/// Class configuration: neither a Service nor a port is named; class failed: the port cannot be found, is taken, or another
/// container has the name.
pub(super) fn injected(subject: &Subject, service: Option<&Service>, sidecar: &Sidecar) -> Result<Plan> {
    let target = &subject.target;
    let resolved = resolved(subject, service, sidecar.port.as_ref())?;
    let there = subject.container(&sidecar.name).map(|(_, there)| there);
    // Where the Service leads to the sidecar already, it cannot say where the application is.
    let is_through = resolved.container_port == sidecar.service_port;
    let before = there.filter(|_| is_through).and_then(container::proxied);
    let container_port = before.unwrap_or(resolved.container_port);
    free(subject, sidecar, container_port)?;
    let wanted = container::document(sidecar, container_port, &subject.pod);
    let next = service.zip(resolved.service_port).filter(|_| !is_through);
    let next =
        next.map(|(service, port)| service::next(service, &target.namespace, port, sidecar.service_port));
    let container = match there {
        None => Some(wanted),
        Some(there) if container::is_same(there, &wanted) => None,
        Some(there) => {
            let image = there.image.as_deref().unwrap_or("no image");
            let message = format!("{target} has another container `{}` already, of {image}", sidecar.name);
            let help = format!(
                "take it out first: servo eject-sidecar {} --namespace {}",
                target.typed(),
                target.namespace
            );
            return Err(Error::failed(message).with_help(help));
        }
    };
    Ok(Plan { container_port, container, next })
}

fn resolved(subject: &Subject, found: Option<&Service>, wanted: Option<&Port>) -> Result<Resolved> {
    let target = &subject.target;
    match (found, wanted) {
        (Some(found), wanted) => {
            service::leads_to(found, target, &subject.labels)?;
            port::of_service(target, &subject.pod, found, wanted)
        }
        (None, Some(wanted)) => port::of_container(target, &subject.pod, wanted),
        (None, None) => Err(Error::configuration("service or port must be given").with_help(
            "name the Service of the application, or a port of its container: the sidecar stands in front of it",
        )),
    }
}

/// Makes sure that nobody has the ports of the sidecar.
fn free(subject: &Subject, sidecar: &Sidecar, container_port: u16) -> Result<()> {
    let target = &subject.target;
    for number in [sidecar.service_port, METRICS_PORT] {
        if let Some(name) = port::taken(&subject.pod, number, &sidecar.name) {
            let message = format!(
                "Port conflict: {target} already exposes port {number} through an existing container, `{name}`"
            );
            return Err(
                Error::failed(message).with_help("the sidecar needs that port: let the other have another")
            );
        }
        if number == container_port {
            let message = format!("port {number} is the sidecar's own: it cannot stand in front of itself");
            return Err(Error::failed(message)
                .with_help("leave --service away, and name the port of the application with --port"));
        }
    }
    Ok(())
}

/// Decides whether a sidecar can be taken out: gives its place among the containers. `services` are those of the
/// namespace, where they may be seen.
///
/// # Errors
///
/// Class failed: there is none, there is nothing else, or a Service leads there.
pub(super) fn ejected(subject: &Subject, name: &str, services: &[Service]) -> Result<usize> {
    let target = &subject.target;
    let Some((index, there)) = subject.container(name) else {
        let message = format!("{target} has no container `{name}`: there is nothing to eject");
        return Err(Error::failed(message).with_help("is it the right one? --namespace says where it is"));
    };
    if subject.pod.containers.len() == 1 {
        return Err(Error::failed(format!("{target} has nothing but the container `{name}`")));
    }
    // Whoever only reads what the sidecar has counted loses no request.
    let numbers = there.ports.iter().flatten().map(|port| port.container_port);
    let ports: Vec<i32> = numbers.filter(|number| *number != i32::from(METRICS_PORT)).collect();
    let leading = |it: &Service| {
        let port = service::port_to(it, &subject.labels, &subject.pod, &ports)?;
        Some((service::name(it).to_owned(), port))
    };
    if let Some((name, port)) = services.iter().find_map(leading) {
        let to = container::proxied(there).map_or_else(|| "PORT".to_owned(), |port| port.to_string());
        let (namespace, patch) = (&target.namespace, service::patch(port, &to));
        let message = format!("Service `{name}` leads to the sidecar: its requests would be lost");
        return Err(Error::failed(message).with_help(format!(
            "let it lead to the application first: kubectl --namespace {namespace} patch service {name} --patch \
             '{patch}'; --force takes the sidecar out all the same"
        )));
    }
    Ok(index)
}
