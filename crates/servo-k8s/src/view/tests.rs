//! Fields read, proposed, written and put back, without a cluster.

use k8s_openapi::api::apps::v1::Deployment;
use serde_json::{Value, json};

use super::*;
use crate::document::{applied, released};
use crate::plan::Plan;
use crate::route::{Route, choose};
use crate::state::{RESTORE, STATE};
use servo_kube::fault::CONFLICT;

fn target(more: &Value) -> Target {
    let mut section = json!({
        "namespace": "shop",
        "deployments": [{
            "name": "web",
            "replicas": { "min": 1, "max": 4 },
            "containers": [{
                "name": "main",
                "cpu": { "min": "100m", "max": "2", "step": "100m", "set": ["limit"] },
                "memory": { "min": "64Mi", "max": "1Gi", "step": "64Mi" },
                "env": [{ "name": "THREADS", "literal": "APP_THREADS", "type": "range", "min": 1, "max": 8, "step": 1, "value": 4 }],
            }],
        }],
    });
    for (key, value) in more.as_object().expect("a mapping") {
        section["deployments"][0][key] = value.clone();
    }
    let settings = serde_json::from_value(section).expect("settings");
    Plan::new("kubernetes", settings).expect("a plan").targets.remove(0)
}

fn deployment(resources: &Value, env: &Value, annotations: &Value) -> Deployment {
    serde_json::from_value(json!({
        "metadata": { "name": "web", "namespace": "shop", "resourceVersion": "7", "annotations": annotations },
        "spec": {
            "replicas": 2,
            "selector": {},
            "template": { "spec": { "containers": [{ "name": "main", "resources": resources, "env": env }] } },
        },
    }))
    .expect("a Deployment")
}

fn view(target: &Target, deployment: &Deployment) -> View {
    let snapshot = Snapshot { workload: Some(Arc::new(Workload::from(deployment))), ..Snapshot::default() };
    View::of(target, &snapshot, None).expect("a view")
}

fn usual() -> Deployment {
    deployment(&json!({ "limits": { "cpu": "0.5", "memory": "128Mi" } }), &json!([]), &json!({}))
}

fn adjust(setting: &str, value: &str) -> Adjustment {
    Adjustment::new("web/main", setting, value)
}

/// What the annotation says of fields that are taken for what is asked.
fn found(view: &View, asked: &Fields) -> State {
    let taken: Vec<Field> = asked.differing(&view.live, &view.fields).into_iter().cloned().collect();
    let mut state = State::new("s", "h", 1);
    state.found = view.found().only(&taken);
    state.template = asked.only(&taken);
    state
}

/// What is in the template once a document was applied to it.
fn container_of(document: &Value) -> &Value {
    &document["spec"]["template"]["spec"]["containers"][0]
}

#[test]
fn what_is_in_force_is_described() {
    let described = view(&target(&json!({})), &usual()).described().expect("a description");
    let value = |name: &str| described[0].setting(name).and_then(|it| it.value()).map(ToString::to_string);
    let values = ["cpu", "mem", "replicas", "THREADS"].map(value);
    assert_eq!(values.map(Option::unwrap_or_default), ["0.5", "0.125", "2", "4"]);
}

#[test]
fn what_is_missing_is_no_zero() {
    let without = deployment(&json!({ "limits": { "memory": "128Mi" } }), &json!([]), &json!({}));
    let error = view(&target(&json!({})), &without).described().expect_err("there is no CPU");
    assert_eq!(
        error.message(),
        "container `main` of Deployment `shop/web` has neither a cpu request nor a limit"
    );
}

/// The variable has no value, neither in the pod template nor in the configuration.
#[test]
fn a_variable_that_is_not_set_is_described_without_a_value_and_cannot_be_set() {
    let target = target(&json!({
        "containers": [{
            "name": "main",
            "cpu": { "min": "100m", "max": "2", "step": "100m" },
            "memory": { "min": "64Mi", "max": "1Gi", "step": "64Mi" },
            "env": [{ "name": "THREADS", "type": "range", "min": 1, "max": 8, "step": 1 }],
        }],
    }));
    let view = view(&target, &usual());
    let described = view.described().expect("a description of the others");
    assert_eq!(described[0].setting("THREADS").map(|it| it.value().cloned()), Some(None));
    let asked = view.proposed(&[&adjust("cpu", "1")]).expect("the others can be set");
    assert!(!asked.containers["main"].env.contains_key("THREADS"));
    let error = view.proposed(&[&adjust("THREADS", "8")]).expect_err("there is nothing to come back to");
    assert_eq!(
        error.message(),
        "cannot set THREADS to 8: variable `THREADS` is not set in container `main` of Deployment `shop/web`, so \
         that there is nothing to come back to"
    );
    assert!(error.help().is_some_and(|help| help.contains("`value` of `THREADS`")), "{error:?}");
}

#[test]
fn only_what_is_asked_for_is_changed_and_what_comes_back_has_the_text_that_was_found() {
    let target = target(&json!({}));
    let view = view(&target, &usual());
    let asked = view.proposed(&[&adjust("cpu", "1"), &adjust("THREADS", "8")]).expect("fields");
    let state = found(&view, &asked);
    let document = applied(&view.workload, &state.template, &state);
    assert_eq!(
        *container_of(&document),
        json!({
            "name": "main",
            "resources": { "limits": { "cpu": "1" } },
            "env": [{ "name": "APP_THREADS", "value": "8" }],
        }),
        "nothing else becomes Servo's"
    );
    let restore: Value =
        serde_json::from_str(document["metadata"]["annotations"][RESTORE].as_str().expect("text"))
            .expect("JSON");
    assert_eq!(container_of(&restore)["resources"], json!({ "limits": { "cpu": "0.5" } }));
    assert_eq!(container_of(&restore)["env"], json!([{ "name": "APP_THREADS", "$patch": "delete" }]));
    assert_eq!(restore["metadata"]["annotations"], json!({ STATE: null, RESTORE: null }));

    let annotations = document["metadata"]["annotations"].clone();
    let changed = deployment(
        &json!({ "limits": { "cpu": "1", "memory": "128Mi" } }),
        &json!([{ "name": "APP_THREADS", "value": "8" }]),
        &annotations,
    );
    let then = self::view(&target, &changed);
    let back = then.proposed(&[&adjust("cpu", "0.5"), &adjust("THREADS", "4")]).expect("fields");
    assert!(back.differing(&view.live, &view.fields).is_empty(), "{back:?}");
    assert_eq!(back.containers["main"].limits["cpu"], "0.5", "the text that was found");
    assert!(back.containers["main"].env.is_empty(), "a variable that was not there is taken away");
}

#[test]
fn what_somebody_else_has_changed_is_lost_and_the_rest_is_not() {
    let target = target(&json!({}));
    let view = view(&target, &usual());
    let asked = view.proposed(&[&adjust("cpu", "1"), &adjust("mem", "256Mi")]).expect("fields");
    let state = found(&view, &asked);
    let document = applied(&view.workload, &state.template, &state);
    let annotations = document["metadata"]["annotations"].clone();
    let resources = json!({
        "limits": { "cpu": "700m", "memory": "256Mi" }, "requests": { "memory": "256Mi" },
    });
    let changed = self::view(&target, &deployment(&resources, &json!([]), &annotations));
    let lost: Vec<String> = changed.lost().iter().map(ToString::to_string).collect();
    assert_eq!(lost, ["cpu limit of container `main`"]);
    let refused = changed.proposed(&[&adjust("cpu", "2")]).expect_err("it is not Servo's any more");
    assert_eq!(refused.reason(), Some(CONFLICT));
    assert_eq!(
        refused.message(),
        "cpu limit of container `main` of Deployment `shop/web` was changed to `700m` by somebody who left no name, \
         where Servo had set `1`"
    );
    let back = changed.proposed(&[&adjust("mem", "128Mi")]).expect("the rest goes back");
    assert!(!back.containers["main"].requests.contains_key("memory"), "{back:?}");
}

#[test]
fn an_object_that_was_put_in_the_place_of_the_adjusted_one_is_somebody_elses() {
    let target = target(&json!({}));
    let view = view(&target, &usual());
    let asked = view.proposed(&[&adjust("cpu", "1"), &adjust("mem", "256Mi")]).expect("fields");
    let state = found(&view, &asked);
    let replaced = deployment(&json!({ "limits": { "cpu": "1", "memory": "64Mi" } }), &json!([]), &json!({}));
    let snapshot = Snapshot { workload: Some(Arc::new(Workload::from(&replaced))), ..Snapshot::default() };
    let then = View::of(&target, &snapshot, Some(state)).expect("a view");
    let lost: Vec<String> = then.lost().iter().map(ToString::to_string).collect();
    assert_eq!(lost, ["memory request of container `main`", "memory limit of container `main`"]);
    assert_eq!(then.found().containers["main"].limits["cpu"], "0.5", "what is still Servo's is put back");
    assert_eq!(then.found().containers["main"].limits["memory"], "64Mi", "the rest stays");
}

#[test]
fn the_way_of_a_change_follows_from_what_changes() {
    let route_of = |apply: &str, adjustment: &Adjustment, resizes, is_down| {
        let view = view(&target(&json!({ "apply": apply })), &usual());
        let asked = view.proposed(&[adjustment]).expect("fields");
        choose(&view, &asked, resizes, is_down).map_err(|error| error.message().to_owned())
    };
    let route = |apply: &str, adjustment: &Adjustment, resizes| route_of(apply, adjustment, resizes, false);
    let (cpu, threads, replicas) = (adjust("cpu", "1"), adjust("THREADS", "8"), adjust("replicas", "3"));
    assert_eq!(route("auto", &cpu, true), Ok(Route::InPlace));
    assert_eq!(route("auto", &cpu, false), Ok(Route::Rollout));
    assert_eq!(route("auto", &threads, true), Ok(Route::Rollout));
    assert_eq!(route("rollout", &cpu, true), Ok(Route::Rollout));
    assert_eq!(route("in_place", &replicas, false), Ok(Route::InPlace));
    assert_eq!(
        route("in_place", &threads, true),
        Err("variable `APP_THREADS` of container `main` of Deployment `shop/web` cannot be changed in place"
            .into())
    );
    assert!(route("in_place", &cpu, false).is_err());
    // What is down is rather replaced, where that is allowed and there is something to replace it by.
    assert_eq!(route_of("auto", &cpu, true, true), Ok(Route::Rollout));
    assert_eq!(route_of("in_place", &cpu, true, true), Ok(Route::InPlace));
    assert_eq!(route_of("auto", &replicas, true, true), Ok(Route::InPlace));
}

#[test]
fn nothing_of_servo_is_left_once_it_is_released() {
    let mut deployment = deployment(&json!({}), &json!([]), &json!({ STATE: "{}", "other": "kept" }));
    deployment.metadata.managed_fields = serde_json::from_value(json!([
        { "manager": "servo-1", "operation": "Apply" },
        { "manager": "kubectl", "operation": "Update" },
    ]))
    .expect("managers");
    let patch = released(&Workload::from(&deployment), "servo-1");
    assert_eq!(
        patch,
        json!([
            { "op": "test", "path": "/metadata/resourceVersion", "value": "7" },
            { "op": "remove", "path": "/metadata/annotations/servo.opsani.com~1state" },
            {
                "op": "replace", "path": "/metadata/managedFields",
                "value": [{ "manager": "kubectl", "operation": "Update" }],
            },
        ])
    );
}

#[test]
fn an_annotation_that_cannot_be_read_is_told() {
    let target = target(&json!({}));
    for (text, word) in [
        ("no JSON", "cannot read the annotation"),
        (r#"{"version": 9, "in": "another form"}"#, "of a newer Servo"),
    ] {
        let deployment = deployment(&json!({}), &json!([]), &json!({ STATE: text }));
        let snapshot =
            Snapshot { workload: Some(Arc::new(Workload::from(&deployment))), ..Snapshot::default() };
        let error = View::of(&target, &snapshot, None).expect_err("it cannot be read");
        assert!(error.message().contains(word), "{}", error.chain());
    }
}
