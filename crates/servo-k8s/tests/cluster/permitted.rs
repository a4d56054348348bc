//! The role that `servo kubernetes rbac` prints is what is used, and no more.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use servo_core::Connector as _;
use servo_k8s::Kubernetes;
use servo_testkit::cluster::{Entry, Shared, in_namespace, until};

use super::manifests::{USUAL, deployment, stateful_set};
use super::stage::{Stage, section, user_of};

/// Verb, resource with its part, and name where it is limited to one.
type Right = (String, String);

/// Lists what a section's role grants.
fn granted(section: &Value) -> BTreeSet<Right> {
    let settings = serde_json::from_value(section.clone()).expect("settings");
    let connector = Kubernetes::new("kubernetes", settings).expect("a section that builds");
    let roles = connector.roles(false, "namespace", "servo");
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().expect("a list").iter().map(|it| it.as_str().expect("text").to_owned()).collect()
    };
    let mut rights = BTreeSet::new();
    for document in
        roles.split("---\n").filter(|text| text.contains("kind: Role\n") && text.contains("rules:"))
    {
        let role: Value = serde_saphyr::from_str(document).expect("YAML");
        for rule in role["rules"].as_array().expect("rules") {
            for resource in texts(&rule["resources"]) {
                rights.extend(texts(&rule["verbs"]).into_iter().map(|verb| (verb, resource.clone())));
            }
        }
    }
    rights
}

/// What was asked for.
fn right(entry: &Entry) -> Right {
    let resource = match entry.subresource.as_str() {
        "" => entry.resource.clone(),
        part => format!("{}/{part}", entry.resource),
    };
    (entry.verb.clone(), resource)
}

#[tokio::test]
async fn everything_that_is_granted_is_used_and_nothing_is_denied() {
    let shared = Shared::get();
    if shared.needs("the audit log of the API server").is_none() {
        return;
    }
    in_namespace(&shared, async |namespace| {
        namespace.apply(&deployment("replicas: 1", USUAL)).await;
        namespace.apply(&stateful_set("replicas: 1", USUAL)).await;
        namespace.until_available("deployment/web").await;
        namespace.until_available("statefulset/web").await;
        let mut both = section(namespace, "deployments", json!({ "container_logs_in_error_status": true }));
        let mut set = section(namespace, "stateful_sets", json!({}))["stateful_sets"][0].clone();
        set["containers"][0]["alias"] = json!("set");
        both["stateful_sets"] = json!([set]);

        let stage = Stage::of(namespace, "servo", both.clone()).await;
        stage.start().await.expect("a start");
        stage.check().await;
        stage.adjust(&[("cpu", "0.06")]).await.expect("in place");
        stage.refused(&[("COLOR", "bad")]).await;
        stage.adjust(&[("COLOR", "red"), ("cpu", "0.05")]).await.expect("the way back");
        stage.adjust_set(&[("cpu", "0.06")]).await.expect("in place");
        stage.adjust_set(&[("COLOR", "bad")]).await.expect_err("it ends");
        stage.adjust_set(&[("COLOR", "red"), ("cpu", "0.05")]).await.expect("the way back");
        stage.end().await;

        let user = user_of(namespace, "servo");
        // The log of a watch is written when it ends.
        until("everything that is granted is in the audit log", Duration::from_secs(20), async || {
            let entries = namespace.audit(|entry| entry.user == user);
            let is_denied = |entry: &&Entry| [401, 403].contains(&entry.code) && entry.resource != "nodes";
            // Nodes are looked at where that is permitted, and are no namespace's.
            let denied: Vec<_> = entries.iter().filter(is_denied).collect();
            assert!(denied.is_empty(), "{denied:?}");
            let asked: BTreeSet<Right> = entries.iter().map(right).collect();
            // A lease is renewed after minutes.
            let unused: Vec<Right> = granted(&both)
                .difference(&asked)
                .filter(|it| it.0 != "update" || it.1 != "leases")
                .cloned()
                .collect();
            if unused.is_empty() { Ok(()) } else { Err(format!("granted and never used: {unused:?}")) }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_asked_while_a_workload_settles() {
    let shared = Shared::get();
    if shared.needs("the audit log of the API server").is_none() {
        return;
    }
    in_namespace(&shared, async |namespace| {
        namespace.apply(&deployment("replicas: 2", USUAL)).await;
        namespace.until_available("deployment/web").await;
        let stage = Stage::new(namespace, json!({ "apply": "rollout" })).await;
        stage.adjust(&[("cpu", "0.06")]).await.expect("another value");
        let user = user_of(namespace, "servo");
        let asked = || namespace.audit(|entry| entry.user == user && entry.verb != "watch").len();
        let before = asked();
        stage.settle(&[("cpu", "0.06")], 15).await.expect("what stays ready");
        assert_eq!(asked() - before, 0, "what happens is told by the watches");
        stage.adjust(&[("cpu", "0.05")]).await.expect("the way back");
    })
    .await;
}
