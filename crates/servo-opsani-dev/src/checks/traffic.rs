//! Whether requests come through Envoy, and whether Prometheus counts them.

use std::sync::Arc;

use k8s_openapi::api::core::v1::{Service, ServicePort};
use serde_json::json;
use servo_core::Error;
use servo_core::check::Failure;
use servo_k8s::sidecar;

use super::look::Look;
use super::{pods, remedies, service};
use crate::queries;
use crate::settings::Settings;

/// Checks that Prometheus scrapes something.
pub(super) async fn targets(look: &Look<'_>) -> Result<String, Error> {
    let help = "look at the ConfigMap of Prometheus, and at the annotations of the pods: Prometheus looks every few \
                seconds for new ones";
    match look.dev.prometheus.targets(look.cx).await? {
        None => Ok("the server has no list of targets".to_owned()),
        Some((0, _)) => Err(Error::failed("Prometheus has no targets").with_help(help)),
        Some((all, 0)) => Err(Error::failed(format!("of {all} targets of Prometheus none is up"))
            .with_help("`servo prometheus targets` says why each is not")),
        Some((all, up)) => Ok(format!("{up} of {all} targets are up")),
    }
}

/// Checks that Prometheus knows of requests through Envoy.
pub(super) async fn is_scraped(look: &Look<'_>) -> Result<String, Failure> {
    let query = queries::main_requests(&look.settings().namespace);
    let found = count(look, &query).await?;
    match found {
        Some(count) if count > 0.0 => Ok(format!("{count} requests to the main pods")),
        found => {
            let message = match found {
                None => "Prometheus has no series of Envoy's",
                Some(_) => "Prometheus knows of no request that came through Envoy",
            };
            let hint = "send requests through Envoy: `servo check --remedy` sends a few to each pod";
            Err(pods::with_traffic(look, Failure::new(message).with_hint(hint)).await)
        }
    }
}

/// Checks that the Service leads to Envoy. Nothing is changed before each pod has one that is ready: requests would be
/// lost.
pub(super) async fn is_proxied(look: &Look<'_>) -> Result<String, Failure> {
    let found = look.service().await?;
    let port = service::port(found, look.settings())?;
    if service::leads_to_envoy(port) {
        return Ok(format!("port {} leads to Envoy", port.port));
    }
    let (name, envoy) = (service::name(found), sidecar::SERVICE_PORT);
    let message = format!("target port of port {} of Service `{name}` is not {envoy}", port.port);
    let failure = Failure::new(message).with_hint(hint(found, port, look.settings()));
    let all_have = look.pods().await.is_ok_and(|pods| pods::have_sidecars(pods).is_ok());
    let index = found.spec.iter().flat_map(|spec| spec.ports.iter().flatten()).position(|it| it == port);
    let (true, Some(index), Ok(cluster)) = (all_have, index, look.cluster().await) else {
        return Err(failure);
    };
    let (namespace, name, port) = (look.settings().namespace.clone(), name.to_owned(), port.port);
    let what = format!("let port {port} of Service `{name}` lead to Envoy");
    Err(failure.with_remedy(what, move || {
        remedies::lead_to_envoy(Arc::clone(&cluster), namespace.clone(), name.clone(), index, port)
    }))
}

/// Says how a person lets a Service lead to Envoy.
fn hint(service: &Service, port: &ServicePort, settings: &Settings) -> String {
    let mut entry = json!({"protocol": port.protocol.as_deref().unwrap_or("TCP"), "port": port.port});
    if let Some(name) = &port.name {
        entry["name"] = json!(name);
    }
    entry["targetPort"] = json!(sidecar::SERVICE_PORT);
    let kind = service.spec.as_ref().and_then(|spec| spec.type_.as_deref()).unwrap_or("ClusterIP");
    let patch = json!({"spec": {"type": kind, "ports": [entry]}});
    let (namespace, name) = (&settings.namespace, service::name(service));
    format!("Update target port via: `kubectl --namespace {namespace} patch service {name} -p '{patch}'`")
}

/// Checks that both sides have had requests.
pub(super) async fn is_processed(look: &Look<'_>) -> Result<String, Failure> {
    let settings = look.settings();
    let asked = async |query: String| Ok::<f64, Failure>(count(look, &query).await?.unwrap_or_default());
    let mut sides = vec![("the main pods", asked(queries::main_requests(&settings.namespace)).await?)];
    if settings.create_tuning_pod {
        sides.push(("the tuning pod", asked(queries::tuning_requests(&settings.namespace)).await?));
    }
    let lacking: Vec<&str> = sides.iter().filter(|(_, count)| *count <= 0.0).map(|(side, _)| *side).collect();
    if lacking.is_empty() {
        let told = sides.iter().map(|(side, count)| format!("{count} requests to {side}"));
        return Ok(told.collect::<Vec<_>>().join(", "));
    }
    let message = format!("Prometheus knows of no request to {}", lacking.join(" and to "));
    let hint = format!(
        "let there be load on Service `{}`; clients that keep their connections do not come to a new pod",
        settings.service
    );
    Err(Failure::new(message).with_hint(hint))
}

/// Asks Prometheus for a number.
async fn count(look: &Look<'_>, query: &str) -> Result<Option<f64>, Failure> {
    Ok(look.dev.prometheus.total(look.cx, query).await?)
}
