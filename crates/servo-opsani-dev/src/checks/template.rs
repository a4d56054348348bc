//! Whether the pods of a Deployment are instrumented, as its template has it. What they lack is pure; the remedies write it.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::apps::v1::Deployment;
use serde_json::{Value, json};
use servo_core::check::Failure;
use servo_k8s::sidecar;

use super::deployment::containers;
use super::look::Look;
use super::remedies;
use crate::names::dns_labelize;
use crate::settings::Settings;

/// What says which optimizer pods are instrumented for.
const OPTIMIZER: &str = "servo.opsani.com/optimizer";

/// Gives the annotations that Prometheus goes by, and the one that says for whom.
pub(super) fn expected_annotations(optimizer: &str) -> BTreeMap<String, String> {
    let port = sidecar::METRICS_PORT.to_string();
    let all = [
        ("prometheus.opsani.com/scrape", "true"),
        ("prometheus.opsani.com/scheme", "http"),
        ("prometheus.opsani.com/path", "/stats/prometheus"),
        ("prometheus.opsani.com/port", &port),
        (OPTIMIZER, optimizer),
    ];
    all.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Gives the labels.
pub(super) fn expected_labels(optimizer: &str) -> BTreeMap<String, String> {
    let all = [("sidecar.opsani.com/type", "envoy".to_owned()), (OPTIMIZER, dns_labelize(optimizer))];
    all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Checks that the annotations are there. What they say is for whoever wrote them.
pub(super) async fn annotations(deployment: &Deployment, look: &Look<'_>) -> Result<(), Failure> {
    let metadata = deployment.spec.as_ref().and_then(|spec| spec.template.metadata.as_ref());
    let found = metadata.and_then(|metadata| metadata.annotations.clone()).unwrap_or_default();
    let expected = expected_annotations(&look.id());
    let missing: BTreeMap<String, String> =
        expected.into_iter().filter(|(key, _)| !found.contains_key(key)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.keys().map(String::as_str).collect();
    let message = format!("pod template is missing annotations: {}", names.join(", "));
    patched(look, message, "annotations", &missing).await
}

/// Checks that the labels are there.
pub(super) async fn labels(deployment: &Deployment, look: &Look<'_>) -> Result<(), Failure> {
    let metadata = deployment.spec.as_ref().and_then(|spec| spec.template.metadata.as_ref());
    let found = metadata.and_then(|metadata| metadata.labels.clone()).unwrap_or_default();
    let expected = expected_labels(&look.id());
    let missing: BTreeMap<String, String> =
        expected.into_iter().filter(|(key, value)| found.get(key) != Some(value)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = missing.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let message = format!("pod template is missing labels: {}", names.join(", "));
    patched(look, message, "labels", &missing).await
}

/// Fails with what puts metadata into the template: for a person, and for Servo.
async fn patched(
    look: &Look<'_>,
    message: String,
    of: &'static str,
    missing: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    let patch = patch(of, missing);
    let Settings { namespace, deployment, .. } = look.settings();
    let hint = format!(
        "Patch {of} via: `kubectl --namespace {namespace} patch Deployment {deployment} --type='merge' -p '{patch}'`"
    );
    let failure = Failure::new(message).with_hint(hint);
    let Ok(cluster) = look.cluster().await else { return Err(failure) };
    let (namespace, deployment) = (namespace.clone(), deployment.clone());
    let what = format!("add {of} to the pod template of Deployment `{deployment}`, whose pods are replaced");
    Err(failure.with_remedy(what, move || {
        remedies::patch_deployment(Arc::clone(&cluster), namespace.clone(), deployment.clone(), patch.clone())
    }))
}

/// Writes a merge patch of metadata of a pod template.
fn patch(of: &str, entries: &BTreeMap<String, String>) -> Value {
    json!({"spec": {"template": {"metadata": {of: entries}}}})
}

/// Checks that the template has the sidecar.
pub(super) async fn sidecar(deployment: &Deployment, look: &Look<'_>) -> Result<(), Failure> {
    if containers(deployment).iter().any(|container| container.name == sidecar::NAME) {
        return Ok(());
    }
    let settings = look.settings();
    let message = format!("pod template has no container `{}`", sidecar::NAME);
    let failure = Failure::new(message).with_hint(inject_hint(settings));
    let (Some(image), Ok(cluster)) = (&settings.envoy_sidecar_image, look.cluster().await) else {
        return Err(failure);
    };
    let wanted = sidecar::Sidecar {
        service: Some(settings.service.clone()),
        port: settings.port.as_ref().map(|port| port.of_sidecar().clone()),
        ..sidecar::Sidecar::of(image)
    };
    let target = sidecar::Target {
        kind: sidecar::Kind::Deployment,
        namespace: settings.namespace.clone(),
        name: settings.deployment.clone(),
    };
    let what = format!("put Envoy ({image}) into the pods of {target}, which are replaced");
    Err(failure
        .with_remedy(what, move || remedies::inject(Arc::clone(&cluster), target.clone(), wanted.clone())))
}

/// Says how a person puts the sidecar there.
fn inject_hint(settings: &Settings) -> String {
    let Settings { namespace, deployment, service, .. } = settings;
    let port = settings.port.as_ref().map(|port| format!(" --port {port}")).unwrap_or_default();
    let image = settings.envoy_sidecar_image.as_deref().unwrap_or("IMAGE");
    let command = format!(
        "`servo inject-sidecar --image {image} --namespace {namespace} --service {service}{port} deployment/{deployment}`"
    );
    match settings.envoy_sidecar_image {
        Some(_) => command,
        None => format!(
            "write `envoy_sidecar_image`, an image that you have built of deploy/envoy, or put it there: {command}"
        ),
    }
}

#[cfg(test)]
mod tests;
