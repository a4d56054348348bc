//! Controls: defaults, aliases and objectives.

use serde_json::{from_value, json, to_value};

use super::Control;
use crate::duration::Duration;

fn read(json: serde_json::Value) -> Control {
    from_value(json).expect("control")
}

#[test]
fn an_empty_control_measures_for_a_second() {
    assert_eq!(read(json!({})), Control::default());
    assert_eq!(Control::default().duration, Duration::from_secs(1));
    assert_eq!(read(json!({"duration": null})).duration, Duration::ZERO);
    assert_eq!(read(json!({"duration": 0})).duration, Duration::ZERO);
}

#[test]
fn the_command_of_the_protocol_is_read() {
    let control = read(json!({
        "duration": 600, "warmup": "2m", "delay": 0, "past": 0, "settlement": 1.5, "load": {"any": "object"},
        "userdata": {"anything": "else"}, "environment": {"mode": "canary"}, "unknown": true
    }));
    assert_eq!(control.duration, Duration::from_secs(600));
    assert_eq!(control.warmup, Duration::from_secs(120));
    assert_eq!(control.settlement, Some(Duration::from_millis(1500)));
    assert_eq!(control.environment, Some(json!({"mode": "canary"})));
    assert_eq!(read(to_value(&control).expect("json")), control);
}

#[test]
fn past_is_another_name_for_delay() {
    assert_eq!(read(json!({"past": 60})).delay, Duration::from_secs(60));
    assert_eq!(read(json!({"past": 60, "delay": "1m"})).delay, Duration::from_secs(60));
    let refused = from_value::<Control>(json!({"past": 60, "delay": 0})).expect_err("unequal");
    assert_eq!(refused.to_string(), "past and delay attributes must be equal");
}

#[test]
fn load_userdata_and_environment_are_objects() {
    for key in ["load", "userdata", "environment"] {
        assert!(from_value::<Control>(json!({key: 1})).is_err());
        assert!(from_value::<Control>(json!({key: null})).is_ok());
    }
}

#[test]
fn objectives_are_read_from_userdata() {
    let with = |slo| read(json!({"userdata": {"slo": slo}}));
    assert!(Control::default().slo().expect("none").is_none());
    assert!(with(json!(null)).slo().expect("none").is_none());
    let slo =
        with(json!({"conditions": [{"metric": "p95", "threshold": 250}]})).slo().expect("slo").expect("some");
    assert_eq!(slo.conditions()[0].to_string(), "(p95 below 250)");
    let error =
        with(json!({"conditions": [{"metric": "p95", "keep": "beside"}]})).slo().expect_err("refused");
    assert_eq!(error.to_string(), "invalid objectives in control.userdata.slo at `conditions[0].keep`");
}
