//! Tests of plans: what a section leads to, and what is refused of one, at which key.

use servo_core::model::Value;

use super::*;

const SOUND: &str = r#"{
    "command": ["./server", "--port=$(port)", "--threads", "$(threads)", "-Xmx$(memory)", "$$(threads)"],
    "env": {"LEVEL": "$(level)"},
    "settings": {"threads": {"min": 1, "max": 8, "value": 4}, "level": {"values": ["low", 9], "value": "low"}},
    "cpu": {"min": "250m", "max": 2, "value": 1},
    "memory": {"min": "128Mi", "max": "1Gi", "value": "512Mi"},
    "ports": {"port": "8080-8089"},
    "ready": {"tcp": "127.0.0.1:$(port)"}
}"#;

/// Builds the sound section with a part of it replaced.
fn plan(replaced: &[(&str, serde_json::Value)]) -> Result<Plan> {
    let mut section: serde_json::Value = serde_json::from_str(SOUND).unwrap();
    for (key, value) in replaced {
        section[*key] = value.clone();
    }
    Plan::new("web", serde_json::from_value(section).unwrap())
}

#[test]
fn values_and_ports_are_put_into_the_places() {
    let plan = plan(&[]).unwrap();
    let mut values = plan.baseline();
    values.insert("threads".to_owned(), Value::from(6));
    let launch = plan.launch(&values, &BTreeMap::from([("port".to_owned(), 8081)]));
    assert_eq!(launch.command, ["./server", "--port=8081", "--threads", "6", "-Xmx536870912", "$(threads)"]);
    assert_eq!(launch.env["LEVEL"], "low");
    assert!(matches!(launch.ready, Readiness::Tcp(address) if address == "127.0.0.1:8081"));
    let limits = Plan::limits(&values);
    assert_eq!(limits, Limits { cpu_cores: Some(1.0), memory_bytes: Some(1 << 29) });
}

#[test]
fn the_component_is_called_like_the_connector_unless_it_is_told() {
    assert_eq!(plan(&[]).unwrap().component.name, "web");
    let front = plan(&[("component", "front".into())]).unwrap().component;
    assert_eq!(front.name, "front");
    let names: Vec<&str> = front.settings.iter().map(Setting::name).collect();
    assert_eq!(names, ["cpu", "mem", "level", "threads"]);
}

#[test]
fn two_runs_overlap_where_ports_allow_it_or_where_it_is_asked_for() {
    assert!(plan(&[]).unwrap().overlaps());
    let fixed = [("ports", serde_json::json!({"port": 8080}))];
    assert!(!plan(&fixed).unwrap().overlaps());
    let shared = [fixed[0].clone(), ("overlap", true.into())];
    assert!(plan(&shared).unwrap().overlaps() && plan(&shared).unwrap().shares_ports());
    let none = [
        ("ports", serde_json::json!({})),
        ("command", serde_json::json!(["true"])),
        ("ready", serde_json::Value::Null),
    ];
    assert!(!plan(&none).unwrap().overlaps());
}

#[test]
fn what_cannot_work_is_refused_at_its_key() {
    use serde_json::json;
    for (key, value, at, message) in [
        ("command", json!([]), "command", "expected a program"),
        ("command", json!(["a", "$(thread)"]), "command[1]", "`$(thread)` is no setting and no port"),
        ("env", json!({"A": "$(nothing)"}), "env.A", "`$(nothing)` is no setting"),
        ("env", json!({"A=B": "1"}), "env", "expected the name of a variable"),
        ("settings", json!({"cpu": {"value": 1}}), "settings.cpu", "cannot be the name of a setting"),
        ("settings", json!({"a b": {"value": 1}}), "settings.a b", "expected a name of letters"),
        ("settings", json!({"port": {"value": 1}}), "ports.port", "is a setting already"),
        ("cpu", json!({"value": "1m"}), "cpu.value", "expected at least 10m"),
        ("memory", json!({"value": 512}), "memory.value", "expected at least 1Mi"),
        ("ready", json!({}), "ready", "expected one of"),
        ("ready", json!({"tcp": "a:1", "log": "b"}), "ready", "expected one of"),
        ("ready", json!({"log": "("}), "ready.log", "expected a regular expression"),
        ("ready", json!({"http": "localhost"}), "ready.http", "expected a URL"),
        ("ready", json!({"tcp": "localhost"}), "ready.tcp", "expected an address"),
        ("ready", json!({"tcp": "a:1", "every": "0s"}), "ready.every", "above zero"),
        ("stop", json!({"grace": "11m"}), "stop.grace", "at most 10m"),
        ("cgroup", json!("servo"), "cgroup", "begins with `/`"),
        ("cgroup", json!("/../x"), "cgroup", "without `..`"),
        ("component", json!("a.b"), "component", "without a point"),
    ] {
        // What the places of the sound section refer to is kept, unless it is what is replaced.
        let own = json!({"threads": {"value": 4}, "level": {"value": 1}});
        let mut replaced = vec![(key, value.clone())];
        if key == "settings" {
            let mut settings = own;
            settings.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
            replaced = vec![(key, settings)];
        }
        let error = plan(&replaced).unwrap_err();
        assert_eq!(error.key(), Some(at), "{key}: {error}");
        assert!(error.message().contains(message), "{key}: {error}");
    }
}

#[test]
fn a_name_that_is_nearly_right_is_told() {
    let error = plan(&[("command", serde_json::json!(["a", "$(thread)"]))]).unwrap_err();
    assert_eq!(error.help(), Some("write `$(threads)`"));
}

#[test]
fn nothing_but_what_settings_take_is_remembered() {
    let plan = plan(&[]).unwrap();
    let remembered = Values::from([
        ("threads".to_owned(), Value::from(8)),
        ("level".to_owned(), Value::from("; rm -rf /")),
        ("gone".to_owned(), Value::from(1)),
    ]);
    let (values, warnings) = crate::state::fitted(&plan, &remembered);
    assert_eq!(values["threads"], Value::from(8));
    assert_eq!(values["level"], Value::from("low"));
    assert_eq!(warnings.len(), 2);
}
