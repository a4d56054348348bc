//! Deployments that cannot be tuned, each for its own reason.

use serde_json::{Value, json};

use super::*;

fn deployment(resources: &Value) -> Deployment {
    let deployment = json!({
        "metadata": {"name": "web", "generation": 2},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"spec": {"containers": [{"name": "main", "resources": resources}, {"name": "log"}]}},
        },
        "status": {"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2},
    });
    serde_json::from_value(deployment).expect("a Deployment")
}

fn changed(pointer: &str, value: Value) -> Deployment {
    let mut changed = serde_json::to_value(deployment(&json!({}))).expect("JSON");
    *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    serde_json::from_value(changed).expect("a Deployment")
}

#[test]
fn a_container_is_found_by_its_name() {
    let web = deployment(&json!({}));
    assert_eq!(container(&web, &Settings::of_test(&json!({}))).expect("a container").name, "main");
    let error =
        container(&web, &Settings::of_test(&json!({"container": "app"}))).expect_err("no such container");
    assert_eq!(error.message(), "Deployment `web` has no container `app`");
    assert_eq!(error.help(), Some("the containers there are: main, log"));
}

#[test]
fn amounts_are_those_of_the_container_or_those_that_are_configured() {
    let web = deployment(&json!({"requests": {"cpu": "500m"}, "limits": {"cpu": 1, "memory": "1Gi"}}));
    assert_eq!(requirements(&web, &Settings::of_test(&json!({}))).expect("amounts"), "CPU 500m, memory 1Gi");
    let bare = deployment(&json!({}));
    let error = requirements(&bare, &Settings::of_test(&json!({}))).expect_err("no amounts");
    assert_eq!(error.message(), "container `main` has no cpu request and no limit");
    let own = json!({
        "cpu": {"min": "250m", "max": 4, "request": "1"},
        "memory": {"min": "256Mi", "max": "4Gi", "limit": "2Gi", "get": ["limit"]},
    });
    assert_eq!(requirements(&bare, &Settings::of_test(&own)).expect("amounts"), "CPU 1, memory 2Gi");
    let limit = json!({"memory": {"min": "256Mi", "max": "4Gi", "get": ["request"]}});
    let error = requirements(&web, &Settings::of_test(&limit)).expect_err("no request");
    assert_eq!(error.message(), "container `main` has no memory request");
}

#[test]
fn each_bound_that_is_crossed_is_told() {
    let told = |cpu: &str, memory: &str| {
        let web = deployment(&json!({"requests": {"cpu": cpu, "memory": memory}}));
        in_range(&web, &Settings::of_test(&json!({}))).map_err(|error| error.message().to_owned())
    };
    assert_eq!(told("250m", "4Gi"), Ok(()));
    assert_eq!(
        told("5", "128Mi").expect_err("outside"),
        "target container CPU value 5 must be less than optimizable maximum 4; target container memory value 128Mi must be \
         greater than optimizable minimum 256Mi"
    );
    assert_eq!(
        told("100m", "5Gi").expect_err("outside"),
        "target container CPU value 100m must be greater than optimizable minimum 250m; target container memory value 5Gi \
         must be less than optimizable maximum 4Gi"
    );
}

#[test]
fn a_deployment_is_ready_once_all_its_pods_are_new_and_available() {
    assert_eq!(is_ready(&deployment(&json!({}))).expect("ready"), "2 of 2 pods are available");
    for (pointer, value, told) in [
        ("/status/observedGeneration", json!(1), "the controller has not seen the newest Deployment yet"),
        ("/spec/replicas", json!(0), "Deployment `web` is scaled to no pods"),
        (
            "/status/availableReplicas",
            json!(1),
            "1 of 2 pods of Deployment `web` are available, 2 are of the newest revision",
        ),
        (
            "/status/updatedReplicas",
            json!(1),
            "2 of 2 pods of Deployment `web` are available, 1 are of the newest revision, 1 of an older one are still there",
        ),
        // One of the old revision that still ends is one too many.
        (
            "/status/replicas",
            json!(3),
            "2 of 2 pods of Deployment `web` are available, 2 are of the newest revision, 1 of an older one are still there",
        ),
    ] {
        assert_eq!(is_ready(&changed(pointer, value)).expect_err(pointer).message(), told);
    }
    let mut paused = deployment(&json!({}));
    paused.spec.as_mut().expect("a spec").paused = Some(true);
    assert_eq!(is_ready(&paused).expect_err("paused").message(), "rollouts of Deployment `web` are paused");
}
