//! Descriptions: the wire form, look-ups and merging.

use proptest::prelude::*;
use serde_json::{Value as Json, from_str, from_value, json, to_value};

use super::Description;
use crate::model::{Choices, Component, Decimal, Kind, Metric, Range, Setting, Unit, Value};

/// The example of spec 3.6, but for floats that are whole numbers.
fn example() -> Json {
    json!({
        "application": {"components": {"main": {"settings": {
            "cpu": {"type": "range", "pinned": true, "unit": "cores", "value": 0.25, "min": 0.125, "max": 4, "step": 0.125},
            "mem": {"type": "range", "pinned": true, "unit": "GiB", "value": 0.5, "min": 0.125, "max": 4, "step": 0.125},
            "replicas": {"type": "range", "pinned": true, "value": 3, "min": 0, "max": 99999, "step": 1},
            "GC_MODE": {"type": "enum", "pinned": false, "values": ["a", "b"], "value": "a"}
        }}}},
        "measurement": {"metrics": {"throughput": {"unit": "rps"}, "main_cpu_usage": {"unit": ""}}}
    })
}

fn component(name: &str, setting: &str) -> Component {
    Component::new(name, vec![Setting::choice(setting, Choices::new(vec!["a".into()]).expect("choices"))])
}

#[test]
fn the_wire_form_survives_a_round_trip() {
    let description: Description = from_value(example()).expect("description");
    assert_eq!(to_value(&description).expect("json"), example());
    let kind = |name| description.setting("main", name).expect("setting").kind().clone();
    assert_eq!(
        [kind("cpu"), kind("mem"), kind("replicas"), kind("GC_MODE")],
        [Kind::Cpu, Kind::Memory, Kind::Replicas, Kind::Plain]
    );
}

#[test]
fn nulls_are_read_and_left_out() {
    let read: Description = from_value(json!({"application": {"components": {"main": {"settings": {
        "x": {"type": "range", "min": 0, "max": 4.0, "step": 1, "unit": null, "value": null}
    }}}}}))
    .expect("description");
    assert_eq!(
        to_value(&read.components[0]).expect("json"),
        json!({"main": {"settings": {"x": {"type": "range", "pinned": false, "min": 0, "max": 4, "step": 1}}}})
    );
    assert_eq!(
        from_value::<Component>(to_value(&read.components[0]).expect("json")).expect("one"),
        read.components[0]
    );
}

#[test]
fn an_empty_application_is_described() {
    let empty = json!({"application": {"components": {}}, "measurement": {"metrics": {}}});
    assert_eq!(to_value(Description::default()).expect("json"), empty);
    assert_eq!(from_value::<Description>(empty).expect("description"), Description::default());
}

#[test]
fn a_bad_setting_is_named() {
    let read = |setting: &str| {
        let text = format!(
            r#"{{"application": {{"components": {{"main": {{"settings": {{"cpu": {setting}}}}}}}}}}}"#
        );
        from_str::<Description>(&text).expect_err("refused").to_string()
    };
    let range = |min| read(&format!(r#"{{"type": "range", "min": {min}, "max": 4, "step": 1}}"#));
    assert!(
        range(5).starts_with("component 'main': cpu: invalid range: min cannot be greater than max (5 > 4)")
    );
    assert!(range(0).starts_with("component 'main': cpu: min must be greater than zero"));
    assert!(
        read(r#"{"type": "range", "max": 4, "step": 1}"#)
            .starts_with("component 'main': cpu: missing field `min`")
    );
    assert!(read(r#"{"type": "enum", "values": []}"#).contains("cpu: values must have at least one item"));
    assert!(read(r#"{"type": "enum", "values": [true]}"#).contains("expected a number or a string"));
    assert!(from_str::<Component>(r#"{"a": {"settings": {}}, "a": {"settings": {}}}"#).is_err());
    assert!(from_str::<Component>("{}").is_err());
}

#[test]
fn a_setting_is_found_by_its_full_name() {
    let description = Description::new(vec![component("main", "java.opts")], vec![]);
    assert_eq!(description.get_setting("main.java.opts").expect("setting").name(), "java.opts");
    let refused = |name| description.get_setting(name).expect_err("refused").to_string();
    assert_eq!(refused("cpu"), "invalid setting name 'cpu': expected `component.setting`");
    assert_eq!(refused("main.cpu"), "no setting 'main.cpu': expected one of main.java.opts");
}

#[test]
fn merging_joins_components_and_metrics() {
    let metric = |unit| Metric::new("throughput", unit);
    let one = Description::new(vec![component("main", "x")], vec![metric(Unit::RequestsPerSecond)]);
    let two = Description::new(
        vec![component("main", "y"), component("tuning", "x")],
        vec![metric(Unit::RequestsPerSecond), Metric::new("errors", Unit::Percentage)],
    );
    let both = one.clone().merge(two).expect("both");
    assert_eq!(both.components.iter().map(|it| it.settings.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(both.metrics.len(), 2);
    let refused = |other| one.clone().merge(other).expect_err("refused").to_string();
    assert_eq!(
        refused(Description::new(vec![component("main", "x")], vec![])),
        "setting 'main.x' is described twice: leave it to one connector"
    );
    assert_eq!(
        refused(Description::new(vec![], vec![metric(Unit::RequestsPerMinute)])),
        "metric 'throughput' has two units: 'rps' and 'rpm'"
    );
}

#[test]
fn current_values_are_adjustments() {
    let description: Description = from_value(example()).expect("description");
    let texts: Vec<String> = description.values().iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), 4);
    assert!(texts.contains(&"main.cpu=0.25".to_owned()) && texts.contains(&"main.GC_MODE=a".to_owned()));
}

fn any_setting() -> impl Strategy<Value = Setting> {
    let range = (-1000_i64..1000, 0_i64..1000, 1_i64..100, 0_u32..4, proptest::option::of(-2000_i64..2000))
        .prop_map(|(min, width, step, scale, value)| {
            let of = |units| Decimal::new(units, scale);
            let setting =
                Setting::range("range", Range::new(of(min), of(min + width), of(step)).expect("range"));
            value.map_or_else(|| setting.clone(), |value| setting.observe(of(value)).0)
        });
    let choice =
        (proptest::collection::hash_set("[a-z]{1,5}", 1..5), any::<bool>()).prop_map(|(values, pinned)| {
            let values: Vec<Value> = values.into_iter().map(Value::from).chain([Value::from(7)]).collect();
            Setting::choice("choice", Choices::new(values).expect("choices")).pinned(pinned)
        });
    let unit = prop_oneof![Just("ms".to_owned()), ".*"];
    (prop_oneof![range, choice], unit).prop_map(|(setting, unit)| setting.with_unit(unit.as_str().into()))
}

proptest! {
    #[test]
    fn any_description_survives_the_wire(settings in proptest::collection::vec((".*", any_setting()), 0..5)) {
        let mut description = Description::default();
        for (name, setting) in settings {
            if description.component(&name).is_none() {
                description.components.push(Component::new(name, vec![setting]));
            }
        }
        let text = serde_json::to_string(&description).expect("json");
        prop_assert_eq!(from_str::<Description>(&text).expect("description"), description);
    }
}
