//! Properties of laying: what is not touched stays as it is, exactly.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Number;

use super::*;
use crate::config::documents;

fn value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<u64>().prop_map(Number::from),
        any::<i64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", Number::from_f64),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number.prop_map(Value::Number),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[a-c]{1,2}", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = &'static str> {
    select(
        &["name", "mode", "optimizer", "connectors", "emulator", "replay", "windows", "settings", "other"][..],
    )
}

const NAMES: [&str; 12] = [
    "SERVO_NAME",
    "SERVO_MODE",
    "SERVO_OPTIMIZER",
    "SERVO_CONNECTORS",
    "SERVO_EMULATOR",
    "SERVO_EMULATOR_A",
    "SERVO_WINDOWS",
    "COMMON_TIMEOUTS",
    "OPSANI_OPTIMIZER",
    "OPSANI_TOKEN",
    "APPD_OPTIMIZER_ID",
    "SERVO_MODE__SERVO",
];

proptest! {
    #[test]
    fn what_no_variable_touches_is_as_it_was(
        text in btree_map(key(), value(), 1..6),
        variables in btree_map(select(&NAMES[..]), value(), 0..5),
        set in "[a-c]{1,2}",
    ) {
        let text: Value = text.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let variables: Vec<_> = variables.into_iter().map(|(name, value)| (name, value.to_string())).collect();
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let all = layers(&variables, &[&format!("--set replay.{set}=1")]);
        let read = |layers: &Layers| documents(&source(&text.to_string()), &KNOWN, layers).map(|mut all| all.remove(0));
        let plain = read(&Layers::default()).map_err(|wrong| TestCaseError::fail(wrong.render_plain()))?;
        prop_assert_eq!(plain.value(), &text);
        let laid = read(&all).map_err(|wrong| TestCaseError::fail(wrong.render_plain()))?;
        let mut wrong = Vec::new();
        laid.index().walk(|path, entry| {
            let value = laid.get(path);
            let is_leaf = value.is_some_and(|value| !value.is_object());
            match laid.origin(path) {
                Origin::Document if is_leaf && value != plain.get(path) => wrong.push(format!("{path} has changed")),
                Origin::Document if laid.slice(&entry.value) != plain.index().get(path).map_or("", |entry| plain.slice(&entry.value)) => {
                    wrong.push(format!("{path} has moved"));
                }
                Origin::Default => wrong.push(format!("{path} comes from nowhere")),
                _ if value.is_none() => wrong.push(format!("{path} has no value")),
                _ => {}
            }
        });
        prop_assert!(wrong.is_empty(), "{:?}", wrong);
        let touched = |key: &str| key == "replay" || variables.iter().any(|(name, _)| {
            let key = key.to_uppercase();
            name.contains(&key) || (key == "OPTIMIZER" && (name.starts_with("OPSANI") || name.starts_with("APPD")))
                || (key == "SETTINGS" && name.starts_with("COMMON"))
        });
        for (key, value) in text.as_object().into_iter().flatten().filter(|(key, _)| !touched(key)) {
            prop_assert_eq!(laid.value().get(key), Some(value));
        }
    }
}
