//! The commands of recorded sessions, and what is wrong with commands.

use servo_core::duration::Duration;
use servo_core::event::standard::{Adjusting, Measuring};
use servo_core::model::{Adjustment, Control, decimal};

use super::*;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn lasting(duration: u64) -> Control {
    Control { duration: seconds(duration), ..Control::default() }
}

fn measuring(names: &[&str], control: Control) -> Operation {
    let metrics = (!names.is_empty()).then(|| names.iter().map(|&name| name.to_owned()).collect());
    Operation::Measure(Measuring { metrics, control })
}

fn adjusting(adjustments: Vec<Adjustment>, control: Control) -> Operation {
    Operation::Adjust(Adjusting { adjustments, control })
}

fn number(text: &str) -> servo_core::model::Decimal {
    decimal::parse(text).unwrap()
}

#[test]
fn describe_needs_no_parameters() {
    for param in [json!({}), json!(null), json!({"x": 1}), json!({"control": null}), json!({"control": {}})] {
        let (uid, operation, event) = command(&json!({"cmd": "DESCRIBE", "param": param, "cmd_uid": "c-1"}));
        assert_eq!(uid.as_deref(), Some("c-1"));
        assert_eq!(operation, Operation::Describe(Control::default()));
        assert_eq!(event, Some(Event::Description));
    }
    assert_eq!(command(&json!({"cmd": "DESCRIBE"})).1, Operation::Describe(Control::default()));
    let extra = json!({"cmd": "DESCRIBE", "param": {"x": 1}, "extra": true, "cmd_uid": "u"});
    assert_eq!(command(&extra).1, Operation::Describe(Control::default()));
    let userdata = json!({"emu": {"raise": "event"}});
    let body = json!({"cmd": "DESCRIBE", "param": {"control": {"userdata": userdata}}});
    assert_eq!(
        command(&body).1,
        Operation::Describe(Control { userdata: Some(userdata), ..Control::default() })
    );
}

#[test]
fn measure_takes_names_in_two_forms_and_durations_in_two_forms() {
    let throughput = &["throughput"][..];
    let emu = json!({"emu": {"raise": "runtime", "message": "boom"}});
    let slo = json!({"slo": {"conditions": [
        {"description": "x", "metric": "throughput", "threshold": 1, "keep": "below"},
    ]}});
    let datapoint = json!({"emu": {"datapoint": true}});
    let bodies = [
        (json!({"metrics": ["throughput"], "control": {}}), measuring(throughput, lasting(1))),
        (
            json!({
                "metrics": ["throughput", "error_rate"],
                "control": {"duration": 3, "warmup": 0, "delay": 0},
            }),
            measuring(&["throughput", "error_rate"], lasting(3)),
        ),
        (
            json!({
                "metrics": {"throughput": {}, "latency": {"unit": "ms"}, "hits": {}},
                "control": {"duration": "1s", "past": "1s", "userdata": datapoint},
            }),
            measuring(
                &["hits", "latency", "throughput"],
                Control { delay: seconds(1), userdata: Some(datapoint.clone()), ..lasting(1) },
            ),
        ),
        (
            json!({
                "metrics": ["up", "absent_zero"],
                "control": {"duration": "10s", "warmup": "2s", "delay": "2s"},
            }),
            measuring(
                &["up", "absent_zero"],
                Control { warmup: seconds(2), delay: seconds(2), ..lasting(10) },
            ),
        ),
        (
            json!({"metrics": ["up"], "control": {"duration": 3, "delay": 4, "past": "4s"}}),
            measuring(&["up"], Control { delay: seconds(4), ..lasting(3) }),
        ),
        (json!({"metrics": ["nope"], "control": {"duration": 1}}), measuring(&["nope"], lasting(1))),
        (
            json!({"metrics": ["throughput"], "control": {"duration": 1, "bogus": 2}}),
            measuring(throughput, lasting(1)),
        ),
        (
            json!({"metrics": ["throughput"], "control": {"duration": 0, "userdata": emu}}),
            measuring(throughput, Control { userdata: Some(emu.clone()), ..lasting(0) }),
        ),
        (
            json!({"metrics": ["throughput"], "control": {"duration": 1, "userdata": slo}}),
            measuring(throughput, Control { userdata: Some(slo.clone()), ..lasting(1) }),
        ),
        (
            json!({"metrics": ["throughput"], "control": {"duration": null, "load": {"any": "object"}}}),
            measuring(throughput, Control { load: Some(json!({"any": "object"})), ..lasting(0) }),
        ),
        (json!({"control": {"duration": 130}}), measuring(&[], lasting(130))),
        (json!({"metrics": null, "control": {}}), measuring(&[], lasting(1))),
        (json!({"metrics": [], "control": {}}), measuring(&[], lasting(1))),
        (json!({"metrics": {}, "control": {}}), measuring(&[], lasting(1))),
    ];
    for (param, expected) in bodies {
        let (uid, operation, event) = command(&json!({"cmd": "MEASURE", "param": param, "cmd_uid": "c-2"}));
        assert_eq!(operation, expected, "{param}");
        assert_eq!((uid.as_deref(), event), (Some("c-2"), Some(Event::Measurement)));
    }
}

#[test]
fn adjust_takes_numbers_and_texts() {
    let cpu = |value: f64| {
        let settings = json!({"cpu": {"value": value}});
        json!({"application": {"components": {"web": {"settings": settings}}}})
    };
    let settled = |settlement| Control { settlement: Some(seconds(settlement)), ..Control::default() };
    let one_and_a_half = || vec![Adjustment::new("web", "cpu", number("1.5"))];
    let bodies = [
        (
            json!({"state": cpu(1.5), "control": {"settlement": "30s"}}),
            adjusting(one_and_a_half(), settled(30)),
        ),
        (json!({"state": cpu(1.5), "control": {"settlement": 1}}), adjusting(one_and_a_half(), settled(1))),
        (json!({"state": cpu(1.5)}), adjusting(one_and_a_half(), Control::default())),
        (json!({"state": cpu(1.5), "control": null}), adjusting(one_and_a_half(), Control::default())),
        (
            json!({"state": {"application": {"components": {"web": {"settings": {
                "cpu": {"value": "1.25"}, "gc": {"value": "serial", "type": "enum"},
            }}}, "x": 1}, "y": 2}, "control": {}}),
            adjusting(
                vec![Adjustment::new("web", "cpu", "1.25"), Adjustment::new("web", "gc", "serial")],
                Control::default(),
            ),
        ),
        (
            json!({"state": {"application": {"components": {
                "main": {"settings": {"cpu": {"value": 1.0}, "replicas": {"value": 2.0}}},
                "tuning": {"settings": {"mem": {"value": 2.5}, "replicas": {"value": 1}}},
                "idle": {"settings": {}},
            }}}}),
            adjusting(
                vec![
                    Adjustment::new("main", "cpu", 1),
                    Adjustment::new("main", "replicas", 2),
                    Adjustment::new("tuning", "mem", number("2.5")),
                    Adjustment::new("tuning", "replicas", 1),
                ],
                Control::default(),
            ),
        ),
    ];
    for (param, expected) in bodies {
        let (uid, operation, event) = command(&json!({"cmd": "ADJUST", "param": param, "cmd_uid": "c-3"}));
        assert_eq!(operation, expected, "{param}");
        assert_eq!((uid.as_deref(), event), (Some("c-3"), Some(Event::Adjustment)));
    }
}

#[test]
fn numbers_keep_their_exactness() {
    for text in
        ["0.1", "0.30000000000000004", "1.125", "123456789012345678", "18446744073709551615", "-0.001"]
    {
        let settings = format!(r#"{{"x": {{"value": {text}}}}}"#);
        let state = format!(r#"{{"application": {{"components": {{"web": {{"settings": {settings}}}}}}}}}"#);
        let body = format!(r#"{{"cmd": "ADJUST", "param": {{"state": {state}}}}}"#);
        let Ok(Next::Command(Command { operation: Operation::Adjust(adjusting), .. }, _)) =
            next(body.as_bytes())
        else {
            panic!("{body}");
        };
        assert_eq!(adjusting.adjustments, [Adjustment::new("web", "x", number(text))]);
    }
}

#[test]
fn sleep_says_why() {
    let none = "no active optimization pipeline";
    let bodies = [
        (json!({"duration": 60, "data": {"status": "idle", "reason": none}}), 60, format!("idle: {none}")),
        (json!({"duration": 2, "data": {"reason": none, "status": "paused"}}), 2, format!("paused: {none}")),
        (json!({"duration": "1s", "data": {"reason": none}}), 1, none.to_owned()),
        (json!({"duration": "1m30s"}), 90, "unknown reason".to_owned()),
        (json!({"data": {"status": "idle"}}), 120, "idle: unknown reason".to_owned()),
        (json!({"duration": null, "data": null}), 120, "unknown reason".to_owned()),
        (json!({"duration": 0, "data": ["x"]}), 0, "unknown reason".to_owned()),
        (json!({"data": {"status": 1, "reason": {}}}), 120, "unknown reason".to_owned()),
        (json!(null), 120, "unknown reason".to_owned()),
    ];
    for (param, duration, reason) in bodies {
        let (_, operation, event) = command(&json!({"cmd": "SLEEP", "param": param}));
        assert_eq!(operation, Operation::Sleep { duration: seconds(duration), reason }, "{param}");
        assert_eq!(event, None);
    }
    assert_eq!(command(&json!({"cmd": "SLEEP", "cmd_uid": "c-4"})).0.as_deref(), Some("c-4"));
}

/// Refuses a command that has an identity, and gives the reason.
fn reason(cmd: &str, param: &Value, event: Option<Event>) -> String {
    let (uid, found, reason) = refused(&json!({"cmd": cmd, "param": param, "cmd_uid": "c"}));
    assert_eq!((uid.as_deref(), found), (Some("c"), event), "{param}");
    reason
}

#[test]
fn a_measure_that_does_not_parse_is_refused_with_the_path() {
    let slo = |condition: Value| json!({"control": {"userdata": {"slo": {"conditions": [condition]}}}});
    let bodies = [
        (json!({"metrics": ["x"]}), "param.control is missing: expected an object, which may be empty"),
        (json!({"control": null}), "param.control is missing: expected an object, which may be empty"),
        (json!(null), "param.control is missing: expected an object, which may be empty"),
        (json!([1]), "param: expected an object, found a list"),
        (json!({"control": 5}), "param.control: expected an object, found a number"),
        (
            json!({"control": {"duration": 1, "past": 1, "delay": 2}}),
            "param.control: past and delay attributes must be equal",
        ),
        (json!({"control": {"duration": -1}}), "param.control.duration: "),
        (json!({"control": {"duration": "abc"}}), "param.control.duration: "),
        (json!({"control": {"duration": 1e300}}), "param.control.duration: "),
        (
            json!({"control": {"warmup": true}}),
            "param.control.warmup: invalid type: boolean `true`, expected",
        ),
        (json!({"control": {"userdata": 1}}), "param.control.userdata: "),
        (
            json!({"control": {}, "metrics": "throughput"}),
            "param.metrics: invalid type: string \"throughput\", expected a list of names or an object keyed",
        ),
        (json!({"control": {}, "metrics": ["a", 1]}), "param.metrics[1]: invalid type: integer `1`"),
        (
            slo(json!({"metric": "x", "threshold": 1, "keep": "sideways"})),
            "param.control.userdata.slo.conditions[0].keep: unknown variant `sideways`",
        ),
        (
            slo(json!({"metric": "x"})),
            "param.control.userdata.slo.conditions[0]: condition on 'x' has no threshold",
        ),
        (json!({"control": {"userdata": {"slo": []}}}), "param.control.userdata.slo"),
    ];
    for (param, expected) in bodies {
        let reason = reason("MEASURE", &param, Some(Event::Measurement));
        assert!(reason.starts_with(expected), "{reason} does not start with {expected}");
    }
}

#[test]
fn an_adjust_that_does_not_parse_is_refused_with_the_path() {
    let state = |components: Value| json!({"state": {"application": {"components": components}}});
    let cpu = |cpu: Value| state(json!({"web": {"settings": {"cpu": cpu}}}));
    let path = "param.state.application.components";
    let bodies = [
        (json!({}), "param.state is missing: expected an object with `application.components`".to_owned()),
        (json!({"state": null}), "param.state is missing".to_owned()),
        (json!({"state": []}), "param.state: expected an object, found a list".to_owned()),
        (json!({"state": {"components": {}}}), "param.state: missing field `application`".to_owned()),
        (
            json!({"state": {"application": {}}}),
            "param.state.application: missing field `components`".to_owned(),
        ),
        (state(json!(["web"])), format!("{path}: invalid type: sequence, expected an object keyed by name")),
        (state(json!({})), format!("{path}: expected at least one setting with a value")),
        (
            state(json!({"web": {"settings": {}}})),
            format!("{path}: expected at least one setting with a value"),
        ),
        (state(json!({"web": {}})), format!("{path}.web: missing field `settings`")),
        (cpu(json!({})), format!("{path}.web.settings.cpu: missing field `value`")),
        (
            cpu(json!({"value": null})),
            format!("{path}.web.settings.cpu.value: invalid type: null, expected a number or a string"),
        ),
        (cpu(json!({"value": [1]})), format!("{path}.web.settings.cpu.value: invalid type: sequence")),
        (
            cpu(json!({"value": 1e300})),
            format!("{path}.web.settings.cpu.value: number '1e300' has more than 28"),
        ),
        (cpu(json!(1.5)), format!("{path}.web.settings.cpu: invalid type")),
    ];
    for (param, expected) in bodies {
        let reason = reason("ADJUST", &param, Some(Event::Adjustment));
        assert!(reason.starts_with(&expected), "{reason} does not start with {expected}");
    }
    let mut param = cpu(json!({"value": 1}));
    param["control"] = json!({"settlement": "soon"});
    let reason = reason("ADJUST", &param, Some(Event::Adjustment));
    assert!(reason.starts_with("param.control.settlement: "), "{reason}");
}

#[test]
fn describe_and_sleep_are_refused_with_the_path_too() {
    let describe = reason("DESCRIBE", &json!({"control": {"delay": "x"}}), Some(Event::Description));
    assert!(describe.starts_with("param.control.delay: "), "{describe}");
    let describe = reason("DESCRIBE", &json!("x"), Some(Event::Description));
    assert_eq!(describe, "param: expected an object, found a string");
    for duration in [json!("soon"), json!(-1), json!([]), json!(1e300)] {
        let sleep = reason("SLEEP", &json!({"duration": duration}), None);
        assert!(sleep.starts_with("param.duration: "), "{sleep}");
    }
}
