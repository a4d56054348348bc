//! The examples that run in a cluster let Servo do what their configurations need, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::environment::Environment;

/// What the roles of a manifest allow: group, resource, name and verb of each.
fn allowed(manifest: &str) -> BTreeSet<[String; 4]> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(manifest).unwrap();
    let found = documents.iter().filter(|document| document["kind"] == "Role");
    let rules = found.flat_map(|role| role["rules"].as_array().unwrap());
    rules.flat_map(permissions).collect()
}

/// A rule, taken apart.
fn permissions(rule: &Value) -> Vec<[String; 4]> {
    let all = |key: &str| {
        let values = rule[key].as_array().map_or(&[][..], Vec::as_slice);
        values.iter().map(|value| value.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let names = if rule["resourceNames"].is_array() { all("resourceNames") } else { vec!["*".to_owned()] };
    let mut found = Vec::new();
    for group in all("apiGroups") {
        for resource in all("resources") {
            for name in &names {
                for verb in all("verbs") {
                    found.push([group.clone(), resource.clone(), name.clone(), verb]);
                }
            }
        }
    }
    found
}

#[track_caller]
fn check(connector: &str, config: &str, files: &[(&str, &str)], manifest: &str) {
    let environment = Environment::with(config);
    for (name, text) in files {
        environment.write(name, text);
    }
    let ran = environment.servo(&[connector, "rbac"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(allowed(manifest), allowed(&ran.stdout));
}

#[test]
fn the_role_of_the_example_is_what_its_configuration_needs() {
    check(
        "kubernetes",
        include_str!("../../../../examples/kubernetes/servo.yaml"),
        &[("targets.txt", include_str!("../../../../examples/kubernetes/targets.txt"))],
        include_str!("../../../../examples/kubernetes/job.yaml"),
    );
}

#[test]
fn the_role_to_begin_with_is_what_its_configuration_needs() {
    check(
        "kubernetes",
        include_str!("../../../../examples/kubernetes/own/servo.yaml"),
        &[],
        include_str!("../../../../examples/kubernetes/own/role.yaml"),
    );
}

#[test]
fn the_role_beside_a_prometheus_is_what_its_configuration_needs() {
    check(
        "opsani-dev",
        include_str!("../../../../deploy/opsani-dev/servo.yaml"),
        &[],
        include_str!("../../../../deploy/opsani-dev/role.yaml"),
    );
}
