//! Everything that is refused of a section, at its key.

use super::*;

/// Gives all that is told of a section that is not sound.
fn refusals(section: Value) -> Vec<String> {
    told(&plan(section).expect_err("a mistake"))
}

#[track_caller]
fn refuses(section: Value, expected: &str) {
    assert_eq!(refusals(section), [expected]);
}

#[test]
fn nothing_to_adjust() {
    let none = "no optimization target(s) were specified";
    refuses(json!({}), &format!(": {none}"));
    refuses(json!({"stateful_sets": []}), &format!("stateful_sets: {none}"));
    refuses(json!({"deployments": [], "stateful_sets": null}), &format!("deployments: {none}"));
    refuses(
        with("/deployments/0/containers", json!([])),
        "deployments[0].containers: expected at least one container to adjust, found an empty list",
    );
}

#[test]
fn names_that_kubernetes_cannot_have() {
    for name in ["Web", "web_1", "-web", "web-", "web..1", "", "a b", &"w".repeat(254)] {
        let told = refusals(with("/deployments/0/name", json!(name)));
        assert!(told[0].starts_with("deployments[0].name: expected the name of a workload"), "{told:?}");
    }
    for namespace in ["Shop", "a.b", "", &"n".repeat(64)] {
        let told = refusals(with("/namespace", json!(namespace)));
        assert!(told[0].starts_with("namespace: expected the name of a namespace"), "{told:?}");
        let told = refusals(with("/deployments/0/namespace", json!(namespace)));
        assert!(
            told[0].starts_with("deployments[0].namespace: expected the name of a namespace"),
            "{told:?}"
        );
    }
    for name in ["", "/main", "ma in", &"c".repeat(129)] {
        let told = refusals(with("/deployments/0/containers/0/name", json!(name)));
        assert!(
            told[0].starts_with("deployments[0].containers[0].name: expected the name of a container"),
            "{told:?}"
        );
    }
}

#[test]
fn components_that_adjustments_could_not_name() {
    refuses(
        with("/deployments/0/name", json!("web.shop")),
        "deployments[0].containers[0].name: `web.shop/main` cannot be the name of a component: expected one without \
         `.` and `=`",
    );
    for alias in ["", "web.main", "web=1"] {
        let told = refusals(with("/deployments/0/containers/0/alias", json!(alias)));
        assert!(told[0].starts_with("deployments[0].containers[0].alias: "), "{told:?}");
    }
}

#[test]
fn what_belongs_to_another_strategy() {
    let told =
        refusals(with("/deployments/0/containers/0/static_environment_variables", json!({"MODE": "test"})));
    assert!(
        told[0].starts_with("deployments[0].containers[0].static_environment_variables: `static_environment"),
        "{told:?}"
    );
}

#[test]
fn tuning_pods_that_cannot_be_told_apart_or_made() {
    let canary = |alias: &str| with("/deployments/0/strategy", json!({"type": "canary", "alias": alias}));
    refuses(
        canary("web/main"),
        "deployments[0].strategy.alias: the component `web/main` is that of `deployments[0].containers[0]` already",
    );
    let told = refusals(canary("tuning.pod"));
    assert!(
        told[0].starts_with("deployments[0].strategy.alias: `tuning.pod` cannot be the name"),
        "{told:?}"
    );
    let mut section = canary("tuning");
    section["stateful_sets"] = section["deployments"].clone();
    section["stateful_sets"][0]["containers"][0]["alias"] = json!("other");
    section["stateful_sets"][0]["strategy"]["alias"] = json!("other-tuning");
    refuses(
        section,
        "stateful_sets[0].strategy: the tuning pod would have the name of that of `deployments[0]`",
    );

    let mut section = canary("tuning");
    let container = &mut section["deployments"][0]["containers"][0];
    container["env"] =
        json!([{"name": "threads", "literal": "THREADS", "type": "range", "min": 1, "max": 4, "step": 1}]);
    container["static_environment_variables"] = json!({"THREADS": "2", "A=B": "x"});
    container["cpu"]["request"] = json!("0.1234");
    assert_eq!(
        refusals(section).iter().map(|it| it.split(": ").next().unwrap_or_default()).collect::<Vec<_>>(),
        [
            "deployments[0].containers[0].cpu.request",
            "deployments[0].containers[0].static_environment_variables.A=B",
            "deployments[0].containers[0].static_environment_variables.THREADS",
        ]
    );
}

#[test]
fn amounts_that_no_container_can_have() {
    let cpu = "deployments[0].containers[0].cpu";
    let memory = "deployments[0].containers[0].memory";
    let twice = "expected `request`, `limit`, or both, found one of them twice";
    let empty = "expected `request`, `limit`, or both, found an empty list";
    let precise = "Kubernetes does not support CPU precision lower than 1m (one millicore). Found 0.0005";
    for (key, value, expected) in [
        ("cpu/min", json!(0), format!("{cpu}.min: expected more than no CPU")),
        (
            "cpu/min",
            json!(5),
            format!("{cpu}.min: cpu: invalid range: min cannot be greater than max (5 > 4)"),
        ),
        ("cpu/step", json!("0.5m"), format!("{cpu}.step: {precise}")),
        (
            "cpu/step",
            json!(0),
            format!(
                "{cpu}.step: cpu: invalid range: step cannot be zero: write a positive step, or equal bounds"
            ),
        ),
        (
            "cpu/unit",
            json!("millicores"),
            format!("{cpu}.unit: expected the unit `cores`, found `millicores`"),
        ),
        ("cpu/value", json!(8), format!("{cpu}.value: cpu: invalid value: 8 is outside of the range 250m-4")),
        ("cpu/get", json!([]), format!("{cpu}.get: {empty}")),
        ("cpu/set", json!(["limit", "limit"]), format!("{cpu}.set: {twice}")),
        ("memory/min", json!(256), format!("{memory}.min: expected at least 1Mi of memory, found 256")),
        ("memory/min", json!(0), format!("{memory}.min: expected at least 1Mi of memory, found 0")),
        (
            "memory/max",
            json!("128Mi"),
            format!("{memory}.min: mem: invalid range: min cannot be greater than max (0.25 > 0.125)"),
        ),
        ("memory/unit", json!("MiB"), format!("{memory}.unit: expected the unit `GiB`, found `MiB`")),
        ("memory/set", json!([]), format!("{memory}.set: {empty}")),
    ] {
        refuses(with(&format!("/deployments/0/containers/0/{key}"), value), &expected);
    }
}

#[test]
fn what_cannot_be_read() {
    let container = "deployments[0].containers[0]";
    for (place, value, expected) in [
        ("cpu/min", json!("much"), "cpu.min: invalid CPU quantity 'much'"),
        ("cpu/min", json!("-1"), "cpu.min: quantity '-1' is negative"),
        ("cpu/get", json!("limit"), "cpu.get: invalid type: string"),
        ("cpu/set", json!(["requests"]), "cpu.set[0]: unknown variant `requests`"),
        ("cpu", json!({"min": 1, "max": 2}), "cpu: missing field `step`"),
        ("memory", json!({"min": 1, "max": 2}), "memory: missing field `step`"),
        ("memory/max", json!("1m"), "memory.max: unknown unit 'm'"),
        ("cpu/steps", json!(1), "cpu.steps: unknown field `steps`"),
    ] {
        let told = refusals(with(&format!("/deployments/0/containers/0/{place}"), value));
        assert!(told[0].starts_with(&format!("{container}.{expected}")), "{told:?}");
    }
    for (place, value, expected) in [
        ("/deployments/0/apply", json!("fast"), "deployments[0].apply: unknown variant `fast`"),
        ("/on_failure", json!("retry"), "on_failure: unknown variant `retry`"),
        ("/deployments/0/replicas", json!({"min": 1}), "deployments[0].replicas: missing field `max`"),
        ("/deployments/0/replicas/min", json!(-1), "deployments[0].replicas.min: "),
        ("/deployments/0/replicas/min", json!(0.5), "deployments[0].replicas.min: "),
        ("/deployments/0/strategy", json!("tuning"), "deployments[0].strategy: unknown variant `tuning`"),
        ("/deployments/0/image", json!("x"), "deployments[0].image: unknown field `image`"),
        ("/timeout", json!("soon"), "timeout: "),
        ("/rollouts", json!([]), "rollouts: unknown field `rollouts`"),
    ] {
        let told = refusals(with(place, value));
        assert!(told[0].starts_with(expected), "{told:?}");
    }
}

#[test]
fn replicas_and_what_is_common() {
    for (place, value, expected) in [
        (
            "/deployments/0/replicas/min",
            json!(9),
            "deployments[0].replicas.min: replicas: invalid range: min cannot be greater than max (9 > 5)",
        ),
        (
            "/deployments/0/replicas/value",
            json!(6),
            "deployments[0].replicas.value: replicas: invalid value: 6 is outside of the range 1-5",
        ),
        ("/timeout", json!("0s"), "timeout: expected a duration above zero"),
        ("/deployments/0/timeout", json!("0s"), "deployments[0].timeout: expected a duration above zero"),
        ("/context", json!(""), "context: expected the name of a context, found no text"),
        ("/kubeconfig", json!(""), "kubeconfig: expected the path of a file, found no text"),
        (
            "/permissions",
            json!([{"group": "apps", "resources": [], "verbs": ["get"]}]),
            "permissions[0].resources: expected a list of names, none of them empty",
        ),
        (
            "/permissions",
            json!([{"resources": ["pods"], "verbs": [""]}]),
            "permissions[0].verbs: expected a list of names, none of them empty",
        ),
    ] {
        refuses(with(place, value), expected);
    }
}

#[test]
fn variables_that_are_not_said_well() {
    let range = |more: Value| {
        let mut env = json!({"name": "A", "type": "range", "min": 1, "max": 4, "step": 1});
        env.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        env
    };
    for (env, expected) in [
        (range(json!({"name": "cpu"})), ".name: `cpu` cannot be the name of a variable's setting"),
        (range(json!({"name": ""})), ".name: expected the name of an environment variable, found ``"),
        (range(json!({"name": "A=B"})), ".name: expected the name of an environment variable, found `A=B`"),
        (
            range(json!({"literal": "A B"})),
            ".literal: expected the name of an environment variable, found `A B`",
        ),
        (range(json!({"values": [1]})), ".values: `values` has no effect on a variable of type `range`"),
        (range(json!({"max": null})), ": a variable of type `range` has no `max`"),
        (range(json!({"max": 0})), ".min: A: invalid range: min cannot be greater than max (1 > 0)"),
        (range(json!({"value_type": "int", "step": 0.5})), ": A: invalid value: 0.5 is not a whole number"),
        (range(json!({"value": 9})), ".value: A: invalid value: 9 is outside of the range 1-4"),
        (json!({"name": "A", "type": "enum"}), ": a variable of type `enum` has no `values`"),
        (json!({"name": "A", "type": "enum", "values": []}), ".values: values must have at least one item"),
        (
            json!({"name": "A", "type": "enum", "values": ["x", "x"]}),
            ".values: values must be unique: 'x' comes twice",
        ),
        (
            json!({"name": "A", "type": "enum", "values": ["x"], "step": 1}),
            ".step: `step` has no effect on a variable of type `enum`",
        ),
        (
            json!({"name": "A", "type": "enum", "values": ["x"], "value": "y"}),
            ".value: A: invalid value: 'y' is not in the values list ['x']",
        ),
    ] {
        refuses(
            with("/deployments/0/containers/0/env", json!([env])),
            &format!("deployments[0].containers[0].env[0]{expected}"),
        );
    }
    for (env, expected) in [
        (json!({"name": "A"}), ": missing field `type`"),
        (json!({"name": "A", "type": "list"}), ".type: unknown variant `list`"),
    ] {
        let told = refusals(with("/deployments/0/containers/0/env", json!([env])));
        assert!(told[0].starts_with(&format!("deployments[0].containers[0].env[0]{expected}")), "{told:?}");
    }
}

#[test]
fn what_comes_twice() {
    let variable = |name: &str, literal: Option<&str>| json!({"name": name, "literal": literal, "type": "enum", "values": ["x"]});
    let env = "deployments[0].containers[0].env";
    refuses(
        with("/deployments/0/containers/0/env", json!([variable("A", None), variable("A", Some("B"))])),
        &format!("{env}[1].name: the setting `A` is `env[0]` already"),
    );
    refuses(
        with("/deployments/0/containers/0/env", json!([variable("A", None), variable("B", Some("A"))])),
        &format!("{env}[1].literal: the variable `A` is set by `env[0]` already"),
    );
    let same = sound()["deployments"][0]["containers"][0].clone();
    refuses(
        with("/deployments/0/containers/1", same),
        "deployments[0].containers[1].name: the container `main` is `containers[0]` already",
    );
    let workload = sound()["deployments"][0].clone();
    refuses(
        with("/deployments/1", workload.clone()),
        "deployments[1].name: Deployment `default/web` is adjusted by `deployments[0]` already",
    );
    let mut section = sound();
    section["stateful_sets"] = json!([workload]);
    refuses(
        section.clone(),
        "stateful_sets[0].containers[0].name: the component `web/main` is that of `deployments[0].containers[0]` \
         already",
    );
    section["stateful_sets"][0]["containers"][0]["alias"] = json!("other");
    assert!(plan(section.clone()).is_ok(), "a Deployment and a StatefulSet may have one name");
    section["deployments"][0]["containers"][0]["alias"] = json!("other");
    refuses(
        section,
        "stateful_sets[0].containers[0].alias: the component `other` is that of `deployments[0].containers[0]` already",
    );
}

#[test]
fn one_workload_of_two_clusters_is_two() {
    let mut other = sound()["deployments"][0].clone();
    other["context"] = json!("west");
    other["containers"][0]["alias"] = json!("west");
    assert_eq!(plan(with("/deployments/1", other)).expect("sound").targets.len(), 2);
}

#[test]
fn everything_is_told_together() {
    let mut section = with("/deployments/0/containers/0/cpu/get", json!([]));
    section["namespace"] = json!("Shop");
    section["deployments"][0]["containers"][0]["cpu"]["min"] = json!(0);
    section["deployments"][0]["replicas"]["step"] = json!(0);
    section["deployments"][0]["containers"][0]["static_environment_variables"] = json!({});
    section["deployments"][0]["containers"][0]["memory"]["set"] = json!([]);
    let told = refusals(section);
    let keys: Vec<_> = told.iter().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(
        keys,
        [
            "namespace",
            "deployments[0].replicas.step",
            "deployments[0].containers[0].cpu.min",
            "deployments[0].containers[0].cpu.get",
            "deployments[0].containers[0].memory.set",
            "deployments[0].containers[0].static_environment_variables",
        ]
    );
}
