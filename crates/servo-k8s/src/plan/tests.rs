//! Tests of plans: what a section leads to, and what is refused of one, at which key.

mod refused;

use serde_json::{Value, json};
use servo_core::connector::typed;
use servo_core::model::Setting;
use servo_core::{Error, Result};

use super::*;
use crate::settings::Settings;

/// Reads a section and checks it.
pub(super) fn plan(section: Value) -> Result<Plan> {
    Plan::new("kubernetes", typed::<Settings>(section)?)
}

/// Gives a section that is sound, with one workload.
pub(super) fn sound() -> Value {
    json!({"deployments": [{
        "name": "web",
        "replicas": {"min": 1, "max": 5},
        "containers": [{
            "name": "main",
            "cpu": {"min": "250m", "max": 4, "step": "125m"},
            "memory": {"min": "256.0Mi", "max": "4.0Gi", "step": "128.0Mi"},
        }],
    }]})
}

/// Gives the sound section with something else at a place, as JSON pointers name it.
pub(super) fn with(place: &str, value: Value) -> Value {
    let mut section = sound();
    let (parent, key) = place.rsplit_once('/').expect("a place");
    let parent = section.pointer_mut(parent).expect("the place is there");
    match key.parse::<usize>() {
        Ok(_) => parent.as_array_mut().expect("a list").push(value),
        Err(_) => parent[key] = value,
    }
    section
}

/// Tells all mistakes, a line each: the key and the message.
pub(super) fn told(error: &Error) -> Vec<String> {
    let own = format!("{}: {}", error.key().unwrap_or_default(), error.chain());
    std::iter::once(own).chain(error.additional().iter().flat_map(told)).collect()
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("YAML")
}

fn shown(setting: &Setting) -> String {
    let range = setting.as_range().expect("a range");
    let show = |number| setting.show(&servo_core::model::Value::from(number));
    format!("{}-{} by {}", show(range.min()), show(range.max()), show(range.step()))
}

#[test]
fn the_example_is_sound_and_complete() {
    let plan = plan(yaml(include_str!("../example.yaml"))).expect("the example");
    let components: Vec<_> =
        plan.targets.iter().flat_map(|it| &it.containers).map(|it| it.component.as_str()).collect();
    assert_eq!(components, ["web", "cache/redis"]);
    let env: Vec<_> =
        plan.targets[0].containers[0].env.iter().map(|it| (it.name(), it.variable_name())).collect();
    assert_eq!(env, [("workers", "WORKERS"), ("LOG_LEVEL", "LOG_LEVEL")]);
    assert_eq!(plan.targets.iter().map(|it| it.apply).collect::<Vec<_>>(), [Apply::Auto, Apply::Rollout]);
}

#[test]
fn what_servox_generates_is_read_as_servox_reads_it() {
    let section = yaml(
        "description: Update the namespace, deployment, etc. to match your Kubernetes cluster
deployments:
- namespace: default
  timeout: 5m
  name: app
  containers:
  - name: opsani/fiber-http:latest
    cpu: {unit: cores, min: 250m, max: '4', step: 125m}
    memory: {unit: GiB, min: 256.0Mi, max: 4.0Gi, step: 128.0Mi}
  replicas: {min: 1, max: 2}
",
    );
    let plan = plan(section).expect("what ServoX generates");
    let [target] = plan.targets.as_slice() else { panic!("one workload") };
    assert_eq!(target.workload.to_string(), "Deployment `default/app`");
    let container = &target.containers[0];
    assert_eq!(container.component, "app/opsani/fiber-http:latest");
    assert_eq!(shown(&container.cpu.setting), "250m-4 by 125m");
    assert_eq!(shown(&container.memory.setting), "256Mi-4Gi by 128Mi");
    assert_eq!(shown(&target.replicas), "1-2 by 1");
    assert_eq!(container.cpu.get, [Requirement::Request, Requirement::Limit]);
    assert_eq!(container.cpu.set, container.cpu.get);
    assert_eq!(target.timeout, Duration::from_secs(300));
}

#[test]
fn a_workload_has_of_the_section_what_it_does_not_say_itself() {
    let mut section = sound();
    for (key, value) in [
        ("namespace", json!("shop")),
        ("kubeconfig", json!("clusters/east")),
        ("context", json!("east")),
        ("timeout", json!("2m")),
        ("settlement", json!("30s")),
        ("on_failure", json!("shutdown")),
        ("apply", json!("in_place")),
        ("container_logs_in_error_status", json!(true)),
        ("create_tuning_pod", json!(false)),
    ] {
        section[key] = value;
    }
    let mut other = section["deployments"][0].clone();
    for (key, value) in [
        ("name", json!("api")),
        ("namespace", json!("back")),
        ("context", json!("west")),
        ("kubeconfig", json!("clusters/west")),
        ("timeout", json!("5m")),
        ("settlement", json!("0s")),
        ("on_failure", json!("exception")),
        ("apply", json!("auto")),
        ("container_logs_in_error_status", json!(false)),
    ] {
        other[key] = value;
    }
    section["stateful_sets"] = json!([other]);
    let targets = plan(section).expect("sound").targets;
    let access = |file: &str, context: &str| Access {
        kubeconfig: Some(file.into()),
        context: Some(context.to_owned()),
    };
    let [inherits, says] = targets.as_slice() else { panic!("two workloads") };
    assert_eq!(inherits.access, access("clusters/east", "east"));
    assert_eq!(inherits.workload.to_string(), "Deployment `shop/web`");
    assert_eq!(
        (inherits.timeout, inherits.settlement),
        (Duration::from_secs(120), Some(Duration::from_secs(30)))
    );
    assert_eq!((inherits.on_failure, inherits.apply), (OnFailure::Shutdown, Apply::InPlace));
    assert!(inherits.tells_logs);
    assert_eq!(says.access, access("clusters/west", "west"));
    assert_eq!(says.workload.to_string(), "StatefulSet `back/api`");
    assert_eq!((says.timeout, says.settlement), (Duration::from_secs(300), None));
    assert_eq!((says.on_failure, says.apply), (OnFailure::Exception, Apply::Auto));
    assert!(!says.tells_logs);
}

#[test]
fn the_old_name_of_shutdown_is_understood() {
    let plan = plan(with("/deployments/0/on_failure", json!("destroy"))).expect("sound");
    assert_eq!(plan.targets[0].on_failure, OnFailure::Shutdown);
}

#[test]
fn a_workload_may_have_several_containers() {
    let section = with(
        "/deployments/0/containers/1",
        json!({
            "name": "proxy",
            "alias": "proxy",
            "command": "envoy",
            "cpu": {"min": 0.1, "max": 1, "step": 0.1, "value": 0.5, "get": ["limit"], "set": ["limit"], "pinned": true,
                    "request": "100m", "limit": "200m"},
            "memory": {"min": "64Mi", "max": 0.5, "step": "64Mi", "unit": "GiB"},
            "env": [],
        }),
    );
    let plan = plan(section).expect("sound");
    let [_, proxy] = plan.targets[0].containers.as_slice() else { panic!("two containers") };
    assert_eq!((proxy.component.as_str(), proxy.cpu.get.as_slice()), ("proxy", &[Requirement::Limit][..]));
    assert!(proxy.cpu.setting.is_pinned() && proxy.cpu.setting.value().is_none());
    assert_eq!(shown(&proxy.cpu.setting), "100m-1 by 100m");
    assert_eq!(shown(&proxy.memory.setting), "64Mi-512Mi by 64Mi");
}

#[test]
fn a_variable_has_the_value_that_is_written_until_the_container_has_one() {
    let env = json!([{"name": "threads", "literal": "THREADS", "type": "range", "min": 1, "max": 8, "step": 1,
                      "value_type": "int", "value": "4", "unit": "threads", "pinned": true}]);
    let plan = plan(with("/deployments/0/containers/0/env", env)).expect("sound");
    let threads = &plan.targets[0].containers[0].env[0];
    assert_eq!((threads.name(), threads.variable_name(), threads.is_pinned()), ("threads", "THREADS", true));
    assert_eq!(threads.value(), Some(&4.into()));
    assert_eq!(shown(threads), "1-8 by 1");
}

#[test]
fn tuning_pods_have_components_of_their_own() {
    let components = |strategy: Value, containers: &[&str]| {
        let mut section = with("/deployments/0/strategy", strategy);
        let container = section["deployments"][0]["containers"][0].clone();
        let named = containers.iter().map(|name| {
            let mut container = container.clone();
            container["name"] = json!(name);
            container
        });
        section["deployments"][0]["containers"] = named.collect();
        let target = plan(section).expect("sound").targets.remove(0);
        let tuned = target.tuned().expect("a tuning pod");
        assert!(tuned.replicas.is_pinned() && target.pinned().fields(true).is_empty());
        tuned.containers.into_iter().map(|it| it.component).collect::<Vec<_>>()
    };
    assert_eq!(components(json!("canary"), &["main"]), ["web/main-tuning"]);
    assert_eq!(components(json!("canary"), &["main", "cache"]), ["web/main-tuning", "web/cache-tuning"]);
    let alias = json!({"type": "canary", "alias": "tuning"});
    assert_eq!(components(alias.clone(), &["main"]), ["tuning"]);
    assert_eq!(components(alias, &["main", "cache"]), ["tuning/main", "tuning/cache"]);
    assert!(plan(sound()).expect("sound").targets[0].tuned().is_none());
}
