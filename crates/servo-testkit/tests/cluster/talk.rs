//! What users ask of a cluster: logs, a program in a container, what pods use, and what was asked by whom.

use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, PostParams};
use servo_testkit::cluster::{Shared, in_namespace, until};

use super::manifests::pod;

const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test]
async fn a_pod_says_what_it_printed_and_runs_a_program_when_asked() {
    in_namespace(&Shared::get(), async |namespace| {
        let resources = "{requests: {cpu: 10m, memory: 16Mi}}";
        namespace.apply(&pod("web", "[serve]", resources, "")).await;
        namespace.apply(&pod("word", "[print, sesame]", resources, "")).await;
        namespace.until_available("pod/web").await;
        namespace.until_available("pod/word").await;
        until("the line is in the log", PATIENCE, async || match namespace.logs("word").await {
            text if text.contains("sesame") => Ok(()),
            text => Err(text),
        })
        .await;
        // The pod is available as soon as it runs; it listens a moment later.
        until("the server in the pod answers", PATIENCE, async || {
            let said = namespace.exec("web", &["/workload", "probe", "127.0.0.1:8080"]).await;
            if said.code == Some(0) { Ok(()) } else { Err(format!("{said:?}")) }
        })
        .await;
        assert_eq!(namespace.exec("web", &["/workload", "exit", "7"]).await.code, Some(7));
    })
    .await;
}

#[tokio::test]
async fn kubectl_top_says_what_pods_use() {
    in_namespace(&Shared::get(), async |namespace| {
        let resources = "{requests: {cpu: 50m, memory: 16Mi}, limits: {cpu: 100m}}";
        namespace.apply(&pod("busy", "[burn]", resources, "")).await;
        namespace.until_available("pod/busy").await;
        // metrics-server looks every ten seconds, and needs two looks.
        until("the list has the pod with what it may have", PATIENCE, async || {
            let said = namespace.kubectl(&["top", "pod", "--no-headers"]).await;
            let line = said.output.lines().find(|line| line.starts_with("busy "));
            let used =
                line.and_then(|line| line.split_whitespace().nth(1)?.strip_suffix('m')?.parse::<u32>().ok());
            if used.is_some_and(|used| (50..=150).contains(&used)) {
                Ok(())
            } else {
                Err(format!("{said:?}"))
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_audit_log_has_who_asked_for_what() {
    let shared = Shared::get();
    if shared.needs("the audit log of the API server").is_none() {
        return;
    }
    in_namespace(&shared, async |namespace| {
        let client = shared.client_called("a-test/1.0").await;
        let maps = Api::<ConfigMap>::namespaced(client, namespace.name());
        let mut map = ConfigMap::default();
        map.metadata.name = Some("one".to_owned());
        maps.create(&PostParams::default(), &map).await.expect("a map may be made");
        let own = until("the request is in the log", PATIENCE, async || {
            let own = namespace.audit(|entry| entry.agent == "a-test/1.0");
            if own.is_empty() { Err("no entry".to_owned()) } else { Ok(own) }
        });
        let own = own.await;
        let [entry] = &own[..] else { panic!("one request is one entry: {own:?}") };
        assert_eq!((entry.verb.as_str(), entry.resource.as_str(), entry.code), ("create", "configmaps", 201));
        assert_eq!(entry.user, "servo-test-admin");
        // The namespace itself was made by another client, and is in the log as well.
        let made = namespace.audit(|entry| entry.verb == "create" && entry.resource == "namespaces");
        assert_eq!(made.len(), 1, "{made:?}");
    })
    .await;
}
