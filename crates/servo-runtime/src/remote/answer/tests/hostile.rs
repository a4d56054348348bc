//! Answers that mean harm, or are broken.

use proptest::prelude::*;

use super::*;

const BODIES: [&str; 6] = [
    r#"{"status": "cancel", "reason": "user cancelled", "message": null}"#,
    r#"{"cmd": "DESCRIBE", "param": {"control": {"userdata": {}}}, "cmd_uid": "c-1"}"#,
    r#"{"cmd": "MEASURE", "cmd_uid": "c",
        "param": {"metrics": ["a", "b"], "control": {"duration": 3, "past": "1s"}}}"#,
    r#"{"cmd": "MEASURE", "param": {"metrics": {"a": {}}, "control": {"duration": "1m", "userdata":
        {"slo": {"conditions": [{"metric": "a", "threshold": 0.5, "trigger_count": 2}]}}}}}"#,
    r#"{"cmd": "ADJUST", "cmd_uid": "c", "param": {"control": {"settlement": "2s"}, "state": {"application":
        {"components": {"web": {"settings": {"cpu": {"value": 1.5}, "gc": {"value": "g"}}}}}}}}"#,
    r#"{"cmd": "SLEEP", "param": {"duration": 60, "data": {"reason": "r", "status": "s"}}}"#,
];

#[test]
fn the_bodies_are_sound_before_they_are_damaged() {
    for body in BODIES {
        let next = next(body.as_bytes());
        assert!(matches!(next, Ok(Next::Command(..) | Next::Status(_))), "{body}: {next:?}");
    }
}

#[test]
fn duplicate_keys_are_the_last_of_them() {
    let body = br#"{"cmd": "DANCE", "cmd": "SLEEP", "param": {"duration": 1}, "param": {"duration": 2}}"#;
    let Ok(Next::Command(Command { operation, .. }, None)) = next(body) else { panic!("no command") };
    assert_eq!(
        operation,
        Operation::Sleep {
            duration: servo_core::duration::Duration::from_secs(2),
            reason: "unknown reason".to_owned(),
        }
    );
}

#[test]
fn deep_nesting_is_not_json() {
    for open in ["[", r#"{"a":"#, r#"{"cmd":"MEASURE","param":{"control":{"load":"#] {
        let body = open.repeat((1 << 20) / open.len());
        let error = next(body.as_bytes()).unwrap_err();
        assert!(matches!(&error, AnswerError::Syntax { reason } if reason.contains("recursion")), "{error}");
        assert_eq!(status(body.as_bytes()), Err(error));
    }
    let nested = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let body = format!(r#"{{"cmd":"MEASURE","param":{{"control":{{"load":{{"x":{nested}}}}}}}}}"#);
    assert!(matches!(next(body.as_bytes()), Ok(Next::Command(..))));
}

#[test]
fn long_lists_are_read_and_long_reasons_are_cut() {
    let names: Vec<String> = (0..100_000).map(|i| format!("metric_{i}")).collect();
    let (_, operation, _) = command(&json!({"cmd": "MEASURE", "param": {"metrics": names, "control": {}}}));
    let Operation::Measure(measuring) = operation else { panic!("{operation:?}") };
    assert_eq!(measuring.metrics.unwrap().len(), 100_000);

    let body =
        json!({"cmd": "MEASURE", "param": {"control": {"duration": "x".repeat(1 << 20)}}, "cmd_uid": "c"});
    let (_, _, reason) = refused(&body);
    assert!(reason.starts_with("param.control.duration: ") && reason.chars().count() <= 501, "{reason}");
    let (_, operation, _) =
        command(&json!({"cmd": "SLEEP", "param": {"data": {"reason": "é".repeat(1 << 19)}}}));
    let Operation::Sleep { reason, .. } = operation else { panic!("{operation:?}") };
    assert_eq!(reason.chars().count(), 201);
}

#[test]
fn a_state_of_too_many_names_is_refused() {
    let settings = |count: usize| -> Value {
        let settings = (0..count).map(|i| (format!("s{i}"), json!({"value": 1})));
        json!({"settings": settings.collect::<Map<String, Value>>()})
    };
    let adjust = |components: Value| {
        let state = json!({"application": {"components": components}});
        json!({"cmd": "ADJUST", "param": {"state": state}, "cmd_uid": "c"})
    };
    let expected = "param.state.application.components: expected at most 4096 names at each level";
    let components: Map<String, Value> = (0..4097).map(|i| (format!("c{i}"), settings(0))).collect();
    assert_eq!(refused(&adjust(components.into())).2, expected);
    assert_eq!(refused(&adjust(json!({"web": settings(4097)}))).2, expected);
    assert_eq!(command(&adjust(json!({"web": settings(4096)}))).1.name(), "adjust");
}

/// Any JSON, of which parts look like what a command has.
fn any_json() -> impl Strategy<Value = Value> {
    let words =
        "control|duration|past|metrics|state|application|components|settings|value|userdata|slo|conditions";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        "[0-9]{1,24}(s|mm|y)".prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(words, inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn read_all(body: &[u8]) {
    let (next, status) = (next(body), status(body));
    if let Ok(Next::Refused { reason, .. }) = next {
        assert!(!reason.is_empty() && !reason.contains('\n'));
    }
    drop(status);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&body);
    }

    #[test]
    fn any_damage_is_read_without_a_panic(
        body in prop::sample::select(&BODIES[..]),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..12,
        graft in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..6),
            "[-0-9eE.]{1,400}".prop_map(String::into_bytes),
        ],
    ) {
        let mut body = body.as_bytes().to_vec();
        let at = at.index(body.len());
        let end = body.len().min(at + cut);
        body.splice(at..end, graft);
        read_all(&body);
    }

    #[test]
    fn any_parameters_are_read_without_a_panic(
        cmd in "DESCRIBE|MEASURE|ADJUST|SLEEP|DANCE",
        param in any_json(),
        duration in any::<f64>(),
    ) {
        read_all(json!({"cmd": cmd, "param": param, "cmd_uid": "c"}).to_string().as_bytes());
        let timed = json!({"duration": duration, "control": param});
        read_all(json!({"cmd": cmd, "param": timed}).to_string().as_bytes());
        let value = json!({"application": {"components": {"web": {"settings": {"cpu": param}}}}});
        read_all(json!({"cmd": cmd, "param": {"state": value}}).to_string().as_bytes());
    }
}
