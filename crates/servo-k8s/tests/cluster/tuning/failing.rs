//! What becomes of a tuning pod that does not go well, and of the next adjustment.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::DeleteParams;
use serde_json::json;
use servo_core::event::Scope;
use servo_testkit::cluster::{Namespace, Shared, in_namespace, until};

use super::super::manifests::{USUAL, deployment};
use super::super::stage::Stage;
use super::{main_side, name, tuning_pod, tuning_pods, usual, variable};

/// What is tried, for how long it settles, and the reason and a part of the message with which it is rejected.
type Case = (&'static [(&'static str, &'static str)], u64, &'static str, &'static str);

/// Tries what cannot be, and says how it was refused.
async fn refused(stage: &Stage, settings: &[(&str, &str)], seconds: u64) -> (String, Option<String>, String) {
    let error = stage.tune(settings, seconds).await.expect_err("it cannot run so");
    let reason = error.reason().map(str::to_owned);
    (error.class().status().to_owned(), reason, error.message().to_owned())
}

#[tokio::test]
async fn what_cannot_run_is_rejected_with_its_reason_and_the_pod_of_before_goes_on() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({ "timeout": "20s" })).await;
        let before = main_side(namespace).await;
        stage.tune(&[("COLOR", "green")], 0).await.expect("a tuning pod");
        let cases: [Case; 4] = [
            (&[("cpu", "9"), ("COLOR", "red")], 0, "unschedulable", "tuning.cpu=9"),
            (&[("COLOR", "bad")], 0, "unstable", "crash restart detected"),
            (&[("COLOR", "dark")], 0, "start-failed", "not ready"),
            (&[("CRASH_AFTER", "4")], 12, "unstable", "main"),
        ];
        for (settings, seconds, reason, message) in cases {
            let (status, found, said) = refused(&stage, settings, seconds).await;
            assert_eq!(
                (status.as_str(), found.as_deref()),
                ("rejected", Some(reason)),
                "{settings:?}: {said}"
            );
            assert!(said.contains(message), "{settings:?}: {said}");
            assert_eq!(main_side(namespace).await, before, "{settings:?}");
        }
        // A pod that has begun and failed later is what was asked for: whoever asked puts it right.
        stage.tune(&[("CRASH_AFTER", "0")], 0).await.expect("the next adjustment is not kept by it");
        let pod = tuning_pod(namespace).await;
        assert_eq!(variable(&pod, "COLOR").as_deref(), Some("green"), "what was there before the failures");
        stage.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_quota_without_room_for_both_makes_the_old_one_go_first() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({})).await;
        stage.tune(&[("COLOR", "green")], 0).await.expect("a tuning pod");
        namespace
            .apply(
                "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: three}\nspec: {hard: {pods: '3'}}\n",
            )
            .await;
        until("the quota counts", Duration::from_secs(30), async || {
            let said = namespace
                .kubectl(&["get", "resourcequota", "three", "-o", "jsonpath={.status.used.pods}"])
                .await;
            let used = said.done();
            if used.trim() == "3" { Ok(()) } else { Err(used) }
        })
        .await;
        stage.tune(&[("COLOR", "red")], 0).await.expect("one after the other");
        assert_eq!(variable(&tuning_pod(namespace).await, "COLOR").as_deref(), Some("red"));
        namespace
            .kubectl(&["patch", "resourcequota", "three", "-p", "{\"spec\":{\"hard\":{\"pods\":\"2\"}}}"])
            .await
            .done();
        let (status, reason, said) = refused(&stage, &[("COLOR", "green")], 0).await;
        assert_eq!((status.as_str(), reason.as_deref()), ("rejected", Some("unschedulable")), "{said}");
        stage.end().await;
        assert!(tuning_pods(namespace).await.is_empty());
    })
    .await;
}

async fn deleted(namespace: &Namespace) {
    let pod = tuning_pod(namespace).await;
    let gone = DeleteParams::default().grace_period(0);
    namespace.api::<Pod>().delete(name(&pod), &gone).await.expect("a deletion");
    until("the pod is gone", Duration::from_secs(30), async || {
        if tuning_pods(namespace).await.is_empty() { Ok(()) } else { Err(String::new()) }
    })
    .await;
}

#[tokio::test]
async fn one_that_somebody_deletes_fails_what_goes_on_and_is_made_anew_by_the_next_adjustment() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({})).await;
        stage.tune(&[("COLOR", "green")], 0).await.expect("a tuning pod");
        deleted(namespace).await;
        let error = stage.measure().await.expect_err("there is nothing to measure");
        assert!(error.message().contains("is gone"), "{}", error.chain());
        stage.tune(&[("cpu", "0.1")], 0).await.expect("made anew");
        let pod = tuning_pod(namespace).await;
        assert_eq!(variable(&pod, "COLOR").as_deref(), Some("green"), "with what was tried last");
        stage.measure().await.expect("it is there");

        let settling = stage.tune(&[("COLOR", "red")], 20);
        let (settled, ()) = futures::join!(settling, async {
            until("the new one is alone", Duration::from_mins(1), async || {
                let pods = tuning_pods(namespace).await;
                let is_it = pods.len() == 1 && variable(&pods[0], "COLOR").as_deref() == Some("red");
                if is_it { Ok(()) } else { Err(format!("{} pods", pods.len())) }
            })
            .await;
            deleted(namespace).await;
        });
        let error = settled.expect_err("it was deleted");
        assert!(error.message().contains("deleted by somebody else"), "{}", error.chain());
        stage.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_workload_that_is_rolled_out_meanwhile_is_told_and_the_next_adjustment_follows_it() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({})).await;
        stage.tune(&[("cpu", "0.1")], 0).await.expect("a tuning pod");
        stage.measure().await.expect("both are of one template");
        let rolled = USUAL.replace("value: red", "value: green");
        namespace.apply(&deployment("replicas: 2", &rolled)).await;
        namespace.until_available("deployment/web").await;
        let error = stage.measure().await.expect_err("they cannot be compared");
        assert_eq!(error.reason(), Some("conflict"), "{}", error.chain());
        assert!(error.message().contains("was changed by somebody else"), "{}", error.chain());
        stage.tune(&[("cpu", "0.1")], 0).await.expect("the same amounts, of the new template");
        assert_eq!(name(&tuning_pod(namespace).await), "web-tuning-b");
        stage.measure().await.expect("both are of one template again");
        stage.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_change_leaves_the_pod_of_before() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = usual(namespace, json!({})).await;
        stage.tune(&[("COLOR", "green")], 0).await.expect("a tuning pod");
        let scope = Scope::default();
        let token = scope.token.clone();
        let adjusting = stage.tune_within(&scope, &[("COLOR", "dark")]);
        let (done, ()) = futures::join!(adjusting, async {
            until("there are two", Duration::from_mins(1), async || {
                let pods = tuning_pods(namespace).await;
                if pods.len() == 2 { Ok(()) } else { Err(format!("{} pods", pods.len())) }
            })
            .await;
            token.cancel();
        });
        assert_eq!(done.expect_err("it was cancelled").class().status(), "cancelled");
        assert_eq!(variable(&tuning_pod(namespace).await, "COLOR").as_deref(), Some("green"));
        stage.end().await;
    })
    .await;
}
