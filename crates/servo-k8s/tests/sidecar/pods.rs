//! Pods that no controller has made.

use serde_json::Value;
use servo_k8s::sidecar::{How, Rollout, eject, inject, rolled_out};
use servo_testkit::cluster::{Namespace, Shared, in_namespace};

use super::stage::{ask_pod, cluster, image, indented, pod_spec, pods, sidecar, target, workload};

const FORCED: How = How { is_dry: false, is_forced: true };

/// Gives a pod as whoever has written it would find it; a scheduler chooses the node.
async fn written(namespace: &Namespace) -> Value {
    let said = namespace.kubectl(&["get", "pod/one", "--output=json"]).await.done();
    let mut object: Value = serde_json::from_str(&said).expect("JSON");
    object.as_object_mut().expect("an object").remove("status");
    for key in ["resourceVersion", "generation", "uid", "creationTimestamp"] {
        object["metadata"].as_object_mut().expect("metadata").remove(key);
    }
    object["spec"].as_object_mut().expect("a specification").remove("nodeName");
    object
}

#[tokio::test]
async fn a_pod_of_nobody_is_made_anew_where_that_is_asked_for() {
    let shared = Shared::get();
    let Some(image) = image(&shared).await else { return };
    let node = shared.node().expect("an inside").clone();
    in_namespace(&shared, async |namespace| {
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: one, labels: {{app: web}}}}\nspec:\n{}",
            indented(&pod_spec().replace("seconds: 4", "seconds: 1"), 2)
        );
        namespace.apply(&pod).await;
        namespace.until_available("pod/one").await;
        let before = written(namespace).await;
        let (cluster, one) = (cluster(namespace).await, target(namespace, "pod/one"));
        let wanted = sidecar(image, None, Some("http"));
        let error = inject(&cluster, &one, &wanted, How::default()).await.expect_err("it would be ended");
        assert!(error.help().is_some_and(|help| help.starts_with("--force")), "{}", error.chain());
        assert_eq!(written(namespace).await, before);

        inject(&cluster, &one, &wanted, FORCED).await.unwrap_or_else(|error| panic!("{}", error.chain()));
        let time = std::time::Duration::from_mins(1);
        assert_eq!(rolled_out(&cluster, &one, time, |_, _| {}).await.expect("a pod"), Rollout::Complete);
        let (_, ip) = pods(namespace).await.remove(0);
        assert_eq!(ask_pod(&node, &ip, 9980, "/").await.0, 200);

        // Where it cannot be made in the other form, it is left as it is.
        let nameless = sidecar("", None, Some("http"));
        let other =
            servo_k8s::sidecar::Sidecar { name: "another".to_owned(), service_port: 9990, ..nameless };
        inject(&cluster, &one, &other, FORCED).await.expect_err("no image, and a port that is taken");
        assert_eq!(ask_pod(&node, &ip, 9980, "/").await.0, 200);

        eject(&cluster, &one, "opsani-envoy", FORCED)
            .await
            .unwrap_or_else(|error| panic!("{}", error.chain()));
        rolled_out(&cluster, &one, time, |_, _| {}).await.expect("a pod");
        assert_eq!(written(namespace).await, before);
        let secrets = namespace.kubectl(&["get", "secrets", "--output=name"]).await.done();
        assert_eq!(secrets, "", "what was written down is not needed any more");
    })
    .await;
}

#[tokio::test]
async fn a_pod_of_a_controller_is_left_to_it() {
    let shared = Shared::get();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("Deployment", 1)).await;
        namespace.until_available("deployment/web").await;
        let (name, _) = pods(namespace).await.remove(0);
        let cluster = cluster(namespace).await;
        let one = target(namespace, &format!("pod/{name}"));
        let wanted = sidecar("localhost/servo-envoy:1", None, Some("http"));
        let error = inject(&cluster, &one, &wanted, FORCED).await.expect_err("it is of a ReplicaSet");
        assert!(error.message().contains("belongs to ReplicaSet"), "{}", error.chain());
        assert!(error.help().is_some_and(|help| help.contains("`deployment/web`")), "{}", error.chain());
    })
    .await;
}
