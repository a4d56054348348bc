//! Deployments: their pods run, and an update replaces them.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt as _;
use servo_testkit::cluster::{Shared, in_namespace};

use super::manifests::deployment;

fn names(pods: &[Pod]) -> BTreeSet<String> {
    pods.iter().map(Pod::name_any).collect()
}

#[tokio::test]
async fn three_replicas_run_and_an_update_replaces_them() {
    in_namespace(&Shared::get(), async |namespace| {
        let resources = "{requests: {cpu: 10m, memory: 16Mi}}";
        namespace.apply(&deployment("web", 3, "[serve]", resources)).await;
        namespace.until_available("deployment/web").await;
        let before = names(&namespace.pods("app=web").await);
        assert_eq!(before.len(), 3);

        namespace.apply(&deployment("web", 3, "[serve]", "{requests: {cpu: 11m, memory: 16Mi}}")).await;
        namespace.until_available("deployment/web").await;
        let after = names(&namespace.pods("app=web").await);
        assert_eq!(after.len(), 3);
        assert!(before.is_disjoint(&after), "{before:?} and {after:?}");
    })
    .await;
}
