//! Checks: what stands in the way of a change is told before there is one, and by a servo that may only look.

use serde_json::{Value, json};
use servo_core::check::{Check, Checking, HaltOnFailed};
use servo_core::event::{Scope, standard};
use servo_testkit::cluster::{Namespace, Shared, in_namespace};

use super::manifests::{USUAL, deployment};
use super::stage::{Stage, section};

/// A section whose bounds fit on any node.
fn small(namespace: &Namespace) -> Value {
    let mut section = section(namespace, "deployments", json!({}));
    let container = &mut section["deployments"][0]["containers"][0];
    container["cpu"] = json!({"min": "10m", "max": "200m", "step": "10m"});
    container["memory"] = json!({"min": "16Mi", "max": "128Mi", "step": "16Mi"});
    section
}

/// Runs all checks, whatever they find.
async fn checks(stage: &Stage) -> Vec<Check> {
    let input = Checking { halt_on: HaltOnFailed::Never, ..Checking::default() };
    let answers = stage.bus.dispatch::<standard::Check>(&Scope::detached(), input).await.expect("a dispatch");
    answers.answers().expect("checks").remove(0).1
}

/// Gives those that do not hold, a line each.
async fn failing(stage: &Stage) -> Vec<String> {
    let checks = checks(stage).await;
    let failing = checks.iter().filter(|check| check.success() == Some(false));
    failing.map(|it| format!("{}: {}", it.name, it.message.as_deref().unwrap_or_default())).collect()
}

#[tokio::test]
async fn what_stands_in_the_way_is_told_before_the_first_change() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1, paused: true", "resources: {}")).await;
        namespace
            .apply(
                "apiVersion: v1
kind: LimitRange
metadata: {name: small}
spec: {limits: [{type: Container, max: {cpu: 150m}, default: {memory: 32Mi, cpu: 50m}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: team}
spec: {hard: {limits.memory: 256Mi, pods: '4'}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: busy}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 4
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
",
            )
            .await;
        let stage = Stage::of(namespace, "looking", small(namespace)).await;
        servo_testkit::cluster::until("quotas are counted", std::time::Duration::from_secs(20), async || {
            let failing = failing(&stage).await;
            let is_counted = failing.iter().any(|line| line.starts_with("Quotas leave room"));
            if is_counted { Ok(()) } else { Err(format!("{failing:?}")) }
        })
        .await;
        let failing = failing(&stage).await;
        for expected in [
            "Containers in the \"web\" Deployment have resource requirements: Deployment",
            "Deployment \"web\" is ready: rollouts of Deployment",
            "LimitRanges allow the amounts of \"web\": cpu of container `main` goes up to 200m, more than 150m",
            "Quotas leave room for the largest \"web\": the quota `team` has",
            "No autoscaler sets the replicas of \"web\": the HorizontalPodAutoscaler `busy` sets",
        ] {
            assert!(failing.iter().any(|line| line.starts_with(expected)), "{expected}: {failing:#?}");
        }
        assert_eq!(failing.len(), 5, "{failing:#?}");
    })
    .await;
}

#[tokio::test]
async fn a_servo_that_adjusts_the_workload_is_told() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let first = Stage::of(namespace, "first", small(namespace)).await;
        let second = Stage::of(namespace, "second", small(namespace)).await;
        first.adjust(&[("cpu", "0.06")]).await.expect("the first may");
        let told = failing(&second).await;
        assert!(told[0].starts_with("No other servo adjusts \"web\": Deployment"), "{told:?}");
        assert!(told[0].contains("is adjusted by the servo `first-"), "{told:?}");
        assert_eq!(failing(&first).await, Vec::<String>::new());
        first.adjust(&[("cpu", "0.05")]).await.expect("the way back");
        first.end().await;
        let checks = checks(&second).await;
        let nodes = checks.iter().find(|it| it.name.starts_with("A node has room")).expect("the check");
        let message = nodes.message.as_deref().unwrap_or_default();
        assert!(message.starts_with("not permitted to look at nodes"), "{message}");
        assert_eq!(failing(&second).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn what_is_not_permitted_is_told_by_verb_and_resource() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let stage = Stage::of(namespace, "servo", small(namespace)).await;
        namespace.kubectl(&["delete", "rolebinding", "--all"]).await.done();
        servo_testkit::cluster::until("it counts", std::time::Duration::from_secs(20), async || {
            let failing = failing(&stage).await;
            let told =
                failing.iter().find(|line| line.starts_with("Required permissions: ")).ok_or("none")?;
            assert!(told.contains("Not allowed to \"list\" resource \"deployments.apps\""), "{told}");
            Ok(())
        })
        .await;
        let error = stage.describe().await.expect_err("it may not");
        // Which of them is refused first is the server's affair.
        assert!(error.chain().contains("cannot list resource \""), "{}", error.chain());
        assert!(error.help().unwrap_or_default().contains("servo kubernetes rbac"), "{error:?}");
    })
    .await;
}
