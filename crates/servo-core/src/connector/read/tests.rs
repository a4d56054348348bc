//! Sections read into types, and what is told of those that cannot be.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    budget: Option<Budget>,
    #[serde(default)]
    budgets: Vec<Budget>,
    #[serde(default)]
    by_port: BTreeMap<u16, (u8, u8)>,
    #[serde(default)]
    mode: Mode,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    trials: u32,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    #[default]
    Fixed,
    Shared(Budget),
    Scaled {
        factor: f64,
    },
    Pair(u8, u8),
}

fn refused(settings: Value) -> (String, String) {
    let error = typed::<Settings>(settings).expect_err("the settings have a mistake");
    assert!(error.is_unreadable());
    (error.key().unwrap_or_default().to_owned(), error.message().to_owned())
}

#[test]
fn what_is_written_is_read() {
    let settings: Settings = typed(json!({
        "budget": {"trials": 4}, "budgets": [{"trials": 1}], "by_port": {"80": [1, 2]}, "mode": {"pair": [1, 2]},
    }))
    .expect("the settings are valid");
    let expected = Settings {
        budget: Some(Budget { trials: 4 }),
        budgets: vec![Budget { trials: 1 }],
        by_port: BTreeMap::from([(80, (1, 2))]),
        mode: Mode::Pair(1, 2),
    };
    assert_eq!(settings, expected);
    for (mode, expected) in [
        (json!("fixed"), Mode::Fixed),
        (json!({"fixed": null}), Mode::Fixed),
        (json!({"shared": {"trials": 1}}), Mode::Shared(Budget { trials: 1 })),
        (json!({"scaled": {"factor": 2}}), Mode::Scaled { factor: 2.0 }),
    ] {
        assert_eq!(typed::<Settings>(json!({"mode": mode})).expect("a mode").mode, expected);
    }
}

#[test]
fn a_list_is_no_structure_however_deep_it_is() {
    for (settings, at) in [
        (json!([null]), ""),
        (json!({"budget": [4]}), "budget"),
        (json!({"budgets": [{"trials": 1}, [4]]}), "budgets[1]"),
        (json!({"mode": {"shared": [4]}}), "mode.shared"),
        (json!({"mode": {"scaled": [4]}}), "mode.scaled"),
    ] {
        let (key, message) = refused(settings);
        assert_eq!(key, at);
        assert!(message.starts_with("invalid type: sequence, expected struct "), "{message}");
    }
}

#[test]
fn mistakes_are_told_where_they_are() {
    for (settings, at, told) in [
        (json!({"by_port": {"http": [1, 2]}}), "by_port.http", "invalid type: string \"http\", expected u16"),
        (json!({"by_port": {"1": [1]}}), "by_port.1", "invalid length 1, expected a tuple of size 2"),
        (
            json!({"by_port": {"1": [1, 2, 3]}}),
            "by_port.1",
            "invalid length 3, expected 2 elements in sequence",
        ),
        (json!({"mode": {"fixed": 1}}), "mode.fixed", "invalid type: integer `1`, expected unit"),
        (json!({"mode": "fxed"}), "mode", "unknown variant `fxed`"),
        (json!({"mode": {"a": 1, "b": 2}}), "mode", "invalid value: map, expected map with a single key"),
        (json!({"budget": "4"}), "budget", "invalid type: string \"4\", expected struct Budget"),
    ] {
        let (key, message) = refused(settings);
        assert_eq!(key, at, "{message}");
        assert!(message.starts_with(told), "{message}");
    }
}
