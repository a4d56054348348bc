//! How long after the end of a rollout a servo reports it.

use std::pin::pin;
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Api, WatchEvent, WatchParams};
use serde_json::{Value, json};
use servo_testkit::backend::{Answer, Backend, Kind};
use tokio::time::{Instant, timeout};

use super::fleet::{Fleet, name, path};
use crate::Result;

/// How long a rollout and its report may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Has a servo change its Deployment so many times. Each time gives what passes from the moment at which a watch of this
/// process sees the rollout complete to the moment at which the optimizer has the report; none where the report was
/// there first.
pub(super) async fn delays(
    fleet: &Fleet,
    backend: &Backend,
    number: usize,
    times: u32,
) -> Result<Vec<Duration>> {
    let api = Api::<Deployment>::namespaced(fleet.client().await, "default");
    let mut delays = Vec::new();
    for time in 0..times {
        let found = api.get(&name(number)).await.map_err(|error| error.to_string())?;
        let begun = found.metadata.generation.unwrap_or_default();
        let version = found.metadata.resource_version.unwrap_or_default();
        let only = WatchParams::default().fields(&format!("metadata.name={}", name(number)));
        let watch = api.watch(&only, &version).await.map_err(|error| error.to_string())?;
        let uid = format!("a-{time}");
        let cpu = if time % 2 == 0 { 0.2 } else { 0.1 };
        backend.answer_at(
            &path(number),
            Kind::WhatsNext,
            Answer::command("ADJUST", &uid, command(number, cpu)),
        );
        let both = async { tokio::join!(complete(watch, begun), reported(backend, &uid)) };
        let both = timeout(PATIENCE, both).await;
        let (complete, reported) =
            both.map_err(|_| format!("no rollout and report in {} s", PATIENCE.as_secs()))?;
        delays.push(reported?.saturating_duration_since(complete?));
    }
    Ok(delays)
}

fn command(number: usize, cpu: f64) -> Value {
    let settings = json!({"cpu": {"value": cpu}});
    let components = json!({format!("{}/main", name(number)): {"settings": settings}});
    json!({"state": {"application": {"components": components}}, "control": {}})
}

/// Waits until the watch shows what `kubectl rollout status` waits for, of a later generation than this.
async fn complete(
    watch: impl Stream<Item = kube::Result<WatchEvent<Deployment>>>,
    before: i64,
) -> Result<Instant> {
    let mut watch = pin!(watch);
    while let Some(event) = watch.next().await {
        let seen = Instant::now();
        if let WatchEvent::Modified(deployment) = event.map_err(|error| error.to_string())?
            && is_complete(&deployment, before)
        {
            return Ok(seen);
        }
    }
    Err("the watch has ended".to_owned())
}

fn is_complete(deployment: &Deployment, before: i64) -> bool {
    let generation = deployment.metadata.generation;
    let Some(status) = &deployment.status else { return false };
    let wanted = deployment.spec.as_ref().and_then(|spec| spec.replicas);
    let is_newer = generation > Some(before) && status.observed_generation == generation;
    is_newer
        && [status.replicas, status.updated_replicas, status.available_replicas]
            .iter()
            .all(|it| *it == wanted)
}

/// Waits for the report about a command.
async fn reported(backend: &Backend, uid: &str) -> Result<Instant> {
    let is_it =
        |it: &&servo_testkit::backend::Received| it.kind == Kind::Adjustment && it.cmd_uid() == Some(uid);
    let report = backend.wait_until(|requests| requests.iter().find(is_it).cloned()).await;
    if report.param("status") == "ok" {
        Ok(report.at)
    } else {
        Err(format!("a servo cannot adjust: {}", report.body))
    }
}
