//! Checks against a real cluster.

use serde_json::json;
use servo_testkit::cluster::{Shared, in_namespace};

use super::measuring::until_sampled;
use super::stage::{Stage, workload};

#[tokio::test]
async fn all_pass_with_the_role_that_is_printed() {
    in_namespace(&Shared::get(), async |namespace| {
        namespace.apply(&workload("Deployment", 1)).await;
        namespace.until_available("deployment/web").await;
        until_sampled(namespace, 1).await;
        let stage = Stage::new(namespace, json!({})).await;
        let checks = stage.check().await;
        assert!(checks.iter().all(|(_, failed, _)| !failed), "{checks:?}");
        let names: Vec<&str> = checks.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "Deployment \"web\" is readable",
                "Metrics API Permissions",
                "Metrics API connectivity",
                "Container configured or target is single container application",
            ]
        );
        let user = format!("system:serviceaccount:{}:servo", namespace.name());
        let denied = namespace.audit(|entry| entry.user == user && entry.code == 403);
        assert!(denied.is_empty(), "{denied:?}");
    })
    .await;
}

#[tokio::test]
async fn each_fails_for_its_own_reason() {
    in_namespace(&Shared::get(), async |namespace| {
        let stage = Stage::new(namespace, json!({})).await;
        let checks = stage.check().await;
        assert!(checks[0].1 && checks[0].2.contains("is not there"), "{checks:?}");
        namespace.apply(&workload("Deployment", 1)).await;
        let stage = Stage::without_rights(namespace, json!({}));
        let checks = stage.check().await;
        assert!(checks[0].1 && checks[0].2.contains("not permitted to get deployments.apps"), "{checks:?}");
    })
    .await;
}
