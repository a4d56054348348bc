//! What becomes of a change while the cluster itself is disturbed: an API server that is away, containers that all end at
//! once, a node that is lost. In a cluster of its own, since every other test would notice.

use std::time::Duration;

use serde_json::json;
use servo_testkit::cluster::{Component, Namespace, Options, Own, in_namespace, until};
use tokio::time::{Instant, sleep};

use super::failing::told;
use super::manifests::{USUAL, deployment};
use super::stage::Stage;

const PATIENCE: Duration = Duration::from_mins(3);

/// How long the API server is away.
const AWAY: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_change_goes_on_or_is_told_as_it_is_while_the_cluster_is_disturbed() {
    let Some(own) = Own::start(&Options::default(), "components that may be stopped").await else { return };
    in_namespace(&own, async |namespace| {
        namespace.apply(&deployment("replicas: 2", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let stage = Stage::new(namespace, json!({ "apply": "rollout", "timeout": "3m" })).await;
        an_api_server_that_is_away_for_a_minute_while_it_settles(&own, &stage).await;
        an_api_server_that_is_away_during_a_rollout(&own, namespace, &stage).await;
        containers_that_end_while_it_settles(&own, namespace, &stage).await;
        a_node_that_is_lost_while_it_settles(&own, namespace, &stage).await;
        stage.end().await;
    })
    .await;
    own.down().await;
}

/// Stops the API server, and starts it again after a while.
async fn away(own: &Own, time: Duration) {
    own.inside().stop(Component::KubeApiserver).await.expect("it is stopped");
    sleep(time).await;
    own.inside().start(Component::KubeApiserver).await.expect("it is started");
}

async fn an_api_server_that_is_away_for_a_minute_while_it_settles(own: &Own, stage: &Stage) {
    let disturbed = async {
        // It settles by then: a rollout takes a few seconds.
        sleep(Duration::from_secs(20)).await;
        away(own, AWAY).await;
    };
    // A watch is begun again with pauses of half a minute and more, once the server was away for long.
    let (settled, ()) = tokio::join!(stage.settle(&[("cpu", "0.06")], 180), disturbed);
    settled.expect("what is ready before and after has settled");
    assert_eq!(stage.value("cpu").await, "0.06");
}

async fn an_api_server_that_is_away_during_a_rollout(own: &Own, namespace: &Namespace, stage: &Stage) {
    let observed = async || {
        let args =
            ["get", "deployment/web", "--output=jsonpath={.spec.template.spec.containers[0].env[0].value}"];
        namespace.kubectl(&args).await.output
    };
    let disturbed = async {
        until("the change is written", PATIENCE, async || match observed().await.as_str() {
            "green" => Ok(()),
            other => Err(format!("it is {other}")),
        })
        .await;
        away(own, AWAY / 3).await;
    };
    let (adjusted, ()) = tokio::join!(stage.adjust(&[("COLOR", "green")]), disturbed);
    adjusted.expect("the rollout goes on once the API server is back");
    assert_eq!(stage.value("COLOR").await, "green");
}

async fn containers_that_end_while_it_settles(own: &Own, namespace: &Namespace, stage: &Stage) {
    let disturbed = async {
        sleep(Duration::from_secs(15)).await;
        own.inside().end_containers().await.expect("containers may be ended");
    };
    let begin = Instant::now();
    let (settled, ()) = tokio::join!(stage.settle(&[("cpu", "0.07")], 90), disturbed);
    told(&settled.expect_err("its containers have ended"), "unstable", &["web-"]);
    assert!(begin.elapsed() < Duration::from_mins(1), "it is told as soon as it is known");
    namespace.until_available("deployment/web").await;
    stage.adjust(&[("cpu", "0.05")]).await.expect("the way back");
}

async fn a_node_that_is_lost_while_it_settles(own: &Own, namespace: &Namespace, stage: &Stage) {
    let disturbed = async {
        sleep(Duration::from_secs(15)).await;
        own.inside().stop(Component::Kubelet).await.expect("it is stopped");
    };
    let (settled, ()) = tokio::join!(stage.settle(&[("cpu", "0.06")], 150), disturbed);
    let error = settled.expect_err("nobody hears of its pods");
    assert_eq!((error.class().status(), error.reason()), ("failed", None), "{}", error.chain());
    assert!(error.message().contains("node"), "{}", error.chain());
    own.inside().start(Component::Kubelet).await.expect("it is started");
    namespace.until_available("deployment/web").await;
    stage.adjust(&[("cpu", "0.05"), ("COLOR", "red")]).await.expect("the way back");
}
