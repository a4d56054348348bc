//! The autoscaler of Kubernetes, with the metrics that metrics-server has.

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use servo_testkit::cluster::{Shared, in_namespace, until};

use super::manifests::deployment;

#[tokio::test]
async fn an_autoscaler_adds_replicas_to_what_is_busy() {
    in_namespace(&Shared::get(), async |namespace| {
        let resources = "{requests: {cpu: 20m, memory: 16Mi}, limits: {cpu: 60m}}";
        namespace.apply(&deployment("busy", 1, "[burn]", resources)).await;
        namespace
            .apply(
                "apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: busy}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: busy}
  minReplicas: 1
  maxReplicas: 2
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
",
            )
            .await;
        let deployments = namespace.api::<Deployment>();
        until("the autoscaler adds a replica", Duration::from_mins(3), async || {
            let found = deployments.get("busy").await.map_err(|error| error.to_string())?;
            match found.spec.and_then(|spec| spec.replicas) {
                Some(2) => Ok(()),
                other => Err(format!("{other:?} replicas")),
            }
        })
        .await;
    })
    .await;
}
