//! What is written wrongly is told at its key, with the fix.

use proptest::prelude::*;
use serde_json::json;
use servo_core::connector::typed;
use servo_emulator::{Emulator, Settings};

use crate::fixture::{SHOP, TABLE, emulator, refused};

fn check(find: &str, replacement: &str, key: &str, message: &str) {
    assert!(SHOP.contains(find), "{find}");
    assert_eq!(refused(&SHOP.replace(find, replacement)), (key.to_owned(), message.to_owned()));
}

#[test]
fn values_outside_their_range_are_told_at_the_value() {
    let cpu = "components.web.settings.cpu";
    check(
        "step: 250m, value: 2",
        "step: 250m, value: 8",
        &format!("{cpu}.value"),
        "cpu: invalid value: 8 is outside of the range 250m-4",
    );
    check(
        "max: 4Gi, step: 256Mi, value: 2Gi",
        "max: 4Gi, step: 256Mi, value: 2",
        "components.web.settings.mem.value",
        "mem: invalid value: 2 is outside of the range 256Mi-4Gi",
    );
    check(
        "value: g1",
        "value: zgc",
        "components.web.settings.gc.value",
        "gc: invalid value: 'zgc' is not in the values list ['g1', 'serial']",
    );
    check(
        "max: 12, value: 4",
        "max: 12, value: 13",
        "components.web.settings.replicas.value",
        "replicas: invalid value: 13 is outside of the range 1-12",
    );
    let error = emulator(&SHOP.replace("step: 250m, value: 2", "step: 250m, value: 8")).unwrap_err();
    assert_eq!(error.help(), Some("write a value from 250m to 4, or widen the range"));
    let error = emulator(&SHOP.replace("step: 256Mi, value: 2Gi", "step: 256Mi, value: 2")).unwrap_err();
    assert_eq!(error.help(), Some("a whole number without a unit is bytes: write an amount such as `2Gi`"));
}

#[test]
fn bounds_that_are_none_are_told_at_the_bound() {
    let cpu = |written: &str, key: &str, message: &str| {
        check(
            "cpu: {min: 250m, max: 4, step: 250m, value: 2}",
            written,
            &format!("components.web.settings.cpu{key}"),
            message,
        );
    };
    cpu(
        "cpu: {min: 5, max: 4, value: 2}",
        ".min",
        "cpu: invalid range: min cannot be greater than max (5 > 4)",
    );
    cpu("cpu: {min: 0, max: 4, value: 2}", ".min", "cpu: min must be greater than zero");
    cpu(
        "cpu: {min: 1, max: 4, step: 0, value: 2}",
        ".step",
        "cpu: invalid range: step cannot be zero: write a positive step, or equal bounds",
    );
    cpu("cpu: {min: 1, value: 2}", ".min", "`min` is given without `max`");
    cpu("cpu: {step: 1, value: 2}", ".step", "`step` is given without `min`");
    check(
        "replicas: {min: 1, max: 12, value: 4}",
        "replicas: {min: 0, max: 12, value: 4}",
        "components.web.settings.replicas.min",
        "expected pods from 1 to 10000, found 0",
    );
}

#[test]
fn a_service_without_parts_is_told() {
    let bare = |yaml: &str| refused(yaml);
    assert_eq!(
        bare("load: {rate: 1}\ncomponents: {}"),
        ("components".to_owned(), "expected at least one component, found none".to_owned())
    );
    assert_eq!(
        bare("load: {rate: 1}"),
        (String::new(), "nothing to emulate: expected `components` or `surface`".to_owned())
    );
    check("load: {rate: 100}\n", "", "", "the service has no load: expected `load`");
    let error = emulator("load: {rate: 1}\ncomponents: {}").unwrap_err();
    assert_eq!(error.help(), Some("add one under its name, with `demand`, `memory` and `settings`"));
}

#[test]
fn unknown_and_missing_keys_are_told_where_they_are() {
    for (find, replacement, key, start) in [
        ("fixed: 2ms", "fixd: 2ms", "components.web.fixd", "unknown field `fixd`, expected one of `demand`"),
        (
            "max: 12, value: 4",
            "max: 12, valu: 4",
            "components.web.settings.replicas.valu",
            "unknown field `valu`",
        ),
        (
            "demand: 1.05",
            "demnd: 1.05",
            "components.web.settings.gc.values.g1.demnd",
            "unknown field `demnd`",
        ),
        (
            "      replicas: {min: 1, max: 12, value: 4}\n",
            "",
            "components.web.settings",
            "missing field `replicas`",
        ),
        ("demand: 20ms", "demand: fast", "components.web.demand", "invalid duration 'fast'"),
        (
            "mem: {min",
            "memory: {min",
            "components.web.settings.memory",
            "the setting of a pod's memory is called `mem`",
        ),
    ] {
        let (at, message) = refused(&SHOP.replace(find, replacement));
        assert!(message.starts_with(start), "{message}");
        assert_eq!(at, key);
    }
}

#[test]
fn numbers_that_the_model_cannot_take_are_told_at_their_key() {
    check(
        "demand: 20ms",
        "demand: 0s",
        "components.web.demand",
        "expected CPU-seconds from 0.000000001 to 1000000, found 0",
    );
    check(
        "rate: 100",
        "rate: -1",
        "load.rate",
        "expected requests per second from 0 to 1000000000, found -1",
    );
    check(
        "latency: 0.05",
        "latency: 5",
        "noise.latency",
        "expected a relative standard deviation from 0 to 1, found 5",
    );
    check("count: 2", "count: 0", "nodes", "expected a number from 1 to 10000, found 0");
    check("speed: 10", "speed: 0", "speed", "expected a factor from 0.001 to 1000000, found 0");
    check(
        "demand: 1.05",
        "demand: 0",
        "components.web.settings.gc.values.g1.demand",
        "expected a factor from 0.001 to 1000, found 0",
    );
    check(
        "every: 10s",
        "every: 100ms",
        "components.web.settings.gc.values.serial.pause",
        "expected less than the interval between pauses, 0.1, found 0.12",
    );
    check(
        "pause: 120ms, every: 10s",
        "pause: 120ms",
        "components.web.settings.gc.values.serial.pause",
        "`pause` is given without `every`",
    );
    check(
        "memory: 4Mi}",
        "memory: 4Mi}\n      workers: {min: 1, max: 2, value: 1}",
        "components.web.settings.workers",
        "a number bounds how many requests a pod works on at once, which `threads` does already",
    );
    check("  web:", "  a.b:", "components.a.b", "expected a name without `.`, `=` and blanks, found \"a.b\"");
}

#[test]
fn a_route_visits_each_component_once() {
    check(
        "speed: 10",
        "speed: 10\nroute: [web, db]",
        "route[1]",
        "there is no component `db`: expected one of web",
    );
    check(
        "speed: 10",
        "speed: 10\nroute: []",
        "route",
        "no request visits `web`: expected each component once",
    );
    check(
        "speed: 10",
        "speed: 10\nroute: [web, web]",
        "route[1]",
        "a request visits `web` twice: expected each component once",
    );
}

#[test]
fn a_table_takes_no_keys_of_a_model() {
    let (key, message) = refused(&format!("load: {{rate: 1}}\n{TABLE}"));
    assert_eq!((&*key, &*message), ("load", "`load` has no effect on a replayed table"));
    let (key, message) = refused(&TABLE.replace("surface:", "components: {}\nsurface:"));
    assert_eq!((&*key, &*message), ("surface", "expected either `components` or `surface`, found both"));
    let (key, _) = refused(&TABLE.replace("component: db", "component: db\n  file: x.csv"));
    assert_eq!(key, "surface.csv");
}

/// Numbers of every size, those that nobody means too.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![12 => 0.001..4.0_f64, 1 => any::<f64>(), 1 => Just(0.0)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_numbers_are_a_service_or_an_error(
        rate in number(), demand in number(), base in number(), collection in number(), timeout in number(),
        cpu in number(), mem in number(), replicas in prop_oneof![6 => 1..9_u32, 1 => any::<u32>()], threads in 0.5..9.0_f64,
        pause in 0.0..1.1_f64, factor in number(),
    ) {
        let settings = json!({
            "load": {"rate": rate},
            "timeout": timeout,
            "nodes": [{"count": 4, "cpu": cpu, "memory": mem}],
            "components": {"web": {
                "demand": demand,
                "memory": {"base": base, "per_request": "1Mi", "collection": collection},
                "settings": {
                    "cpu": {"min": cpu, "max": factor, "value": cpu},
                    "mem": {"value": mem},
                    "replicas": {"value": replicas},
                    "threads": {"value": threads},
                    "gc": {"values": {"a": {"demand": factor, "pause": pause, "every": "1s"}}, "value": "a"},
                },
            }},
        });
        let built = typed::<Settings>(settings).and_then(|settings| Emulator::from_settings("emulator", settings));
        if let Ok(emulator) = built {
            let _ = emulator.truth(&[]);
        }
    }
}
