//! What cannot be, and what comes to nothing.

use std::time::Duration;

use servo_core::Class;
use servo_k8s::sidecar::{How, eject, inject, rolled_out};
use servo_kube::{Access, Cluster, Surroundings};
use servo_testkit::cluster::{Account, Shared, in_namespace};

use super::stage::{cluster, service, sidecar, target, version, workload, written};

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let shared = Shared::get();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("Deployment", 0)).await;
        let taken = workload("Deployment", 0)
            .replace("name: web,", "name: taken,")
            .replace("containerPort: 8080", "containerPort: 9980");
        namespace.apply(&taken).await;
        namespace.apply(&service("one", "ports: [{port: 80, targetPort: http}]")).await;
        namespace.apply(&service("two", "ports: [{name: web, port: 80}, {name: admin, port: 81}]")).await;
        namespace.apply(&service("lost", "ports: [{port: 80, targetPort: htpp}]")).await;
        let api = service("api", "ports: [{port: 80}]").replace("{app: web}", "{app: api}");
        namespace.apply(&api).await;
        let cluster = cluster(namespace).await;
        let before = version(namespace, "deployment/web").await;
        for (typed, service, port, expected) in [
            ("deployment/web", None, None, "service or port must be given"),
            ("deployment/nobody", Some("one"), None, "there is no Deployment"),
            ("statefulset/web", Some("one"), None, "there is no StatefulSet"),
            ("deployment/web", Some("nothing"), None, "Unknown Service 'nothing'"),
            ("deployment/web", Some("two"), None, "exposes multiple ports"),
            ("deployment/web", Some("two"), Some("82"), "Port '82' does not exist in the Service 'two'"),
            ("deployment/web", Some("lost"), None, "Port 'htpp' could not be resolved"),
            ("deployment/web", Some("api"), None, "does not lead to the pods of"),
            ("deployment/web", None, Some("nope"), "Port 'nope' could not be resolved"),
            ("deployment/taken", None, Some("80"), "Port conflict"),
        ] {
            let wanted = sidecar("localhost/servo-envoy:1", service, port);
            let refused = inject(&cluster, &target(namespace, typed), &wanted, How::default()).await;
            let error = refused.expect_err("it cannot be");
            assert!(error.message().contains(expected), "{typed} {service:?} {port:?}: {}", error.chain());
            assert!(error.help().is_some(), "{}", error.chain());
        }
        let error =
            eject(&cluster, &target(namespace, "deployment/web"), "opsani-envoy", How::default()).await;
        let error = error.expect_err("there is none");
        assert!(error.message().contains("there is nothing to eject"), "{}", error.chain());
        // An image that no registry can have: the API server says so, and the dry run with it.
        let nameless = sidecar("", None, Some("80"));
        let error = inject(&cluster, &target(namespace, "deployment/web"), &nameless, How::default()).await;
        let error = error.expect_err("no image");
        assert_eq!(error.class(), Class::Rejected, "{}", error.chain());
        assert_eq!(version(namespace, "deployment/web").await, before);
    })
    .await;
}

#[tokio::test]
async fn an_image_that_is_nowhere_is_told_and_can_be_undone() {
    let shared = Shared::get();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("Deployment", 1)).await;
        namespace.until_available("deployment/web").await;
        let before = written(namespace, "deployment/web").await;
        let (cluster, to_deployment) = (cluster(namespace).await, target(namespace, "deployment/web"));
        let wanted = sidecar("localhost/of-nobody:1", None, Some("http"));
        inject(&cluster, &to_deployment, &wanted, How::default()).await.expect("it is put there");
        let failed = rolled_out(&cluster, &to_deployment, Duration::from_mins(2), |_, _| {}).await;
        let error = failed.expect_err("nobody has that image");
        assert!(error.message().contains("image pull failure"), "{}", error.chain());
        eject(&cluster, &to_deployment, "opsani-envoy", How::default()).await.expect("it is taken out");
        rolled_out(&cluster, &to_deployment, Duration::from_mins(2), |_, _| {})
            .await
            .expect("the pods of before");
        assert_eq!(written(namespace, "deployment/web").await, before);
    })
    .await;
}

#[tokio::test]
async fn the_documented_role_is_enough_and_less_is_told() {
    let shared = Shared::get();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("Deployment", 0)).await;
        namespace.apply(&service("one", "ports: [{port: 80, targetPort: http}]")).await;
        let user = format!("{}-sidecar", namespace.name());
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kubeconfig");
        let text = std::fs::read_to_string(namespace.access().kubeconfig()).expect("a kubeconfig");
        let mut config: serde_json::Value = serde_saphyr::from_str(&text).expect("YAML");
        for it in config["users"].as_array_mut().expect("users") {
            it["user"]["as"] = user.as_str().into();
        }
        std::fs::write(&file, config.to_string()).expect("a file");
        let access = Access { kubeconfig: Some(file), context: None };
        let cluster = Cluster::reach(&access, &Surroundings::default()).await.expect("a cluster");
        let to_deployment = target(namespace, "deployment/web");
        let wanted = sidecar("localhost/servo-envoy:1", Some("one"), None);
        let error = inject(&cluster, &to_deployment, &wanted, How::default()).await.expect_err("no rights");
        assert!(error.message().contains("not permitted to get deployments.apps"), "{}", error.chain());

        let page = include_str!("../../../../docs/connectors/envoy-sidecar.md");
        let rules = page.split("```yaml\n").find(|part| part.starts_with("rules:")).expect("the rules");
        let rules = rules.split("```").next().expect("the rules");
        let role = format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: sidecar}}\n{rules}---\n\
             apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: sidecar}}\n\
             roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: sidecar}}\n\
             subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: User, name: {user}}}]\n"
        );
        namespace.apply(&role).await;
        servo_testkit::cluster::until("the role is in force", Duration::from_secs(20), async || {
            let done = inject(&cluster, &to_deployment, &wanted, How::default()).await;
            done.map_err(|error| error.chain())
        })
        .await;
        let time = Duration::from_mins(1);
        rolled_out(&cluster, &to_deployment, time, |_, _| {}).await.expect("a rollout");
        eject(&cluster, &to_deployment, "opsani-envoy", How::default()).await.expect("it is taken out");
    })
    .await;
}

#[tokio::test]
async fn an_api_server_that_has_too_much_to_do_is_asked_again_for_a_while() {
    let shared = Shared::get();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("Deployment", 0)).await;
        let mut account = Account::new(namespace).await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kubeconfig");
        let text = std::fs::read_to_string(namespace.access().kubeconfig()).expect("a kubeconfig");
        let mut config: serde_json::Value = serde_saphyr::from_str(&text).expect("YAML");
        for it in config["users"].as_array_mut().expect("users") {
            it["user"]["as"] = account.name().into();
        }
        std::fs::write(&file, config.to_string()).expect("a file");
        let access = Access { kubeconfig: Some(file), context: None };
        let cluster = Cluster::reach(&access, &Surroundings::default()).await.expect("a cluster");
        let (to_deployment, wanted) =
            (target(namespace, "deployment/web"), sidecar("localhost/servo-envoy:1", None, Some("http")));
        account.refuse().await;
        let (done, ()) = tokio::join!(inject(&cluster, &to_deployment, &wanted, How::default()), async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            account.admit().await;
        });
        done.expect("it is answered in the end");
    })
    .await;
}
