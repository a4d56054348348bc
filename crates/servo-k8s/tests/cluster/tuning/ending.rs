//! The end of a tuning pod: with its servo, after a crash, and with the pod that the servo runs in.

use std::time::Duration;

use serde_json::json;
use servo_testkit::cluster::{Shared, in_namespace, until};

use super::{main_side, tuning_pods, usual};

#[tokio::test]
async fn one_that_a_killed_servo_has_left_is_taken_away_at_the_next_start() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({})).await;
        let before = main_side(namespace).await;
        stage.tune(&[("COLOR", "green")], 0).await.expect("a tuning pod");
        let stage = stage.killed();
        assert_eq!(tuning_pods(namespace).await.len(), 1, "nobody has ended it");
        stage.describe().await.expect("to describe changes nothing");
        assert_eq!(tuning_pods(namespace).await.len(), 1);
        stage.start().await.expect("a start");
        assert!(tuning_pods(namespace).await.is_empty());
        assert_eq!(stage.tuned("COLOR").await, "red");
        assert_eq!(main_side(namespace).await, before);
        stage.end().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_only_detaches_takes_it_away_too() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({})).await;
        stage.tune(&[("COLOR", "green")], 0).await.expect("a tuning pod");
        let stage = stage.killed();
        stage.detach().await;
        assert!(tuning_pods(namespace).await.is_empty(), "as `servo restore` does");
    })
    .await;
}

#[tokio::test]
async fn it_belongs_to_the_deployment_that_servo_runs_in_and_ends_with_it() {
    in_namespace(&Shared::get(), async |namespace| {
        let servo = super::deployment("replicas: 1", super::USUAL).replace("web", "servo");
        namespace.apply(&servo).await;
        namespace.until_available("deployment/servo").await;
        let pod = namespace.pods("app=servo").await.remove(0);
        let stage = usual(namespace, json!({})).await.in_pod(super::name(&pod), namespace.name());
        stage.start().await.expect("a start");
        stage.tune(&[("COLOR", "green")], 0).await.expect("a tuning pod");
        let tuning = super::tuning_pod(namespace).await;
        let owners = tuning.metadata.owner_references.expect("an owner");
        assert_eq!(
            (owners[0].kind.as_str(), owners[0].name.as_str(), owners[0].controller),
            ("Deployment", "servo", Some(true))
        );
        namespace.kubectl(&["delete", "deployment", "servo"]).await.done();
        until("the tuning pod is gone", Duration::from_mins(2), async || {
            if tuning_pods(namespace).await.is_empty() { Ok(()) } else { Err("it is there".to_owned()) }
        })
        .await;
    })
    .await;
}
