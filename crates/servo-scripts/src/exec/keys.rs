//! The keys that a description may have, so that a misspelt one is an error and not a setting without a step.

use serde_json::Value;

/// What stands at a place of a description.
enum Shape {
    /// A value, which the model judges.
    Leaf,
    /// An object with these keys.
    Keys(&'static [(&'static str, Shape)]),
    /// An object whose keys are names.
    Names(&'static Shape),
}

const SETTING: Shape = Shape::Keys(&[
    ("type", Shape::Leaf),
    ("pinned", Shape::Leaf),
    ("unit", Shape::Leaf),
    ("value", Shape::Leaf),
    ("min", Shape::Leaf),
    ("max", Shape::Leaf),
    ("step", Shape::Leaf),
    ("values", Shape::Leaf),
]);
const COMPONENT: Shape = Shape::Keys(&[("settings", Shape::Names(&SETTING))]);
const METRIC: Shape = Shape::Keys(&[("unit", Shape::Leaf)]);
const DESCRIPTION: Shape = Shape::Keys(&[
    ("application", Shape::Keys(&[("components", Shape::Names(&COMPONENT))])),
    ("measurement", Shape::Keys(&[("metrics", Shape::Names(&METRIC))])),
]);

/// Finds a key that is not known, and gives its path.
pub(super) fn unknown(description: &Value) -> Option<String> {
    find(description, &DESCRIPTION, "")
}

fn find(value: &Value, shape: &Shape, path: &str) -> Option<String> {
    // Where there is no object, the model says what was expected.
    let object = value.as_object()?;
    object.iter().find_map(|(key, value)| {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match shape {
            Shape::Leaf => None,
            Shape::Names(shape) => find(value, shape, &path),
            Shape::Keys(keys) => match keys.iter().find(|(known, _)| known == key) {
                Some((_, shape)) => find(value, shape, &path),
                None => Some(path),
            },
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use servo_core::model::{Component, Description, Metric, Setting, Unit};

    use super::*;

    #[test]
    fn what_servo_describes_itself_is_known() {
        let cpu =
            Setting::cpu("250m".parse().unwrap(), "4".parse().unwrap(), "250m".parse().unwrap()).unwrap();
        let web = Component::new("web", vec![cpu.observe(2).0.pinned(true)]);
        let described = Description::new(vec![web], vec![Metric::new("p99", Unit::Milliseconds)]);
        assert_eq!(unknown(&serde_json::to_value(described).unwrap()), None);
    }

    #[test]
    fn a_key_that_is_not_known_is_found_at_any_depth() {
        for (value, path) in [
            (json!({"aplication": {}}), "aplication"),
            (
                json!({"application": {"components": {"a": {"setting": {}}}}}),
                "application.components.a.setting",
            ),
            (json!({"measurement": {"metrics": {"a": {"units": ""}}}}), "measurement.metrics.a.units"),
        ] {
            assert_eq!(unknown(&value).as_deref(), Some(path));
        }
        assert_eq!(unknown(&json!({"application": 5})), None);
    }
}
