//! A setting and another value for it, found in a description.

use serde_json::{Map, Value, json};

/// A change of one setting, and the way back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    component: String,
    setting: String,
    before: Value,
    after: Value,
}

impl Change {
    /// Finds the first setting of a description that may be changed: a choice that has another value, or a range in
    /// which there is room for a step down, or else up.
    pub(super) fn of(descriptor: &Value) -> Option<Self> {
        let components = descriptor.pointer("/application/components")?.as_object()?;
        components.iter().find_map(|(component, described)| {
            let settings = described.get("settings")?.as_object()?;
            settings.iter().find_map(|(setting, described)| {
                let described = described.as_object()?;
                let is_pinned = described.get("pinned").and_then(Value::as_bool).unwrap_or_default();
                let before = described.get("value").filter(|_| !is_pinned)?;
                let after = other(described, before)?;
                let (component, setting) = (component.clone(), setting.clone());
                Some(Self { component, setting, before: before.clone(), after })
            })
        })
    }

    /// The parameter of ADJUST that makes the change.
    pub(super) fn forth(&self) -> Value {
        self.to(&self.after)
    }

    /// The parameter of ADJUST that takes it back.
    pub(super) fn back(&self) -> Value {
        self.to(&self.before)
    }

    pub(super) fn words_forth(&self) -> String {
        format!("{}.{} from {} to {}", self.component, self.setting, self.before, self.after)
    }

    pub(super) fn words_back(&self) -> String {
        format!("{}.{} back to {}", self.component, self.setting, self.before)
    }

    fn to(&self, value: &Value) -> Value {
        let settings = Map::from_iter([(self.setting.clone(), json!({ "value": value }))]);
        let components = Map::from_iter([(self.component.clone(), json!({ "settings": settings }))]);
        json!({"state": {"application": {"components": components}}, "control": {}})
    }
}

/// Another value that the setting may have.
fn other(described: &Map<String, Value>, before: &Value) -> Option<Value> {
    if let Some(values) = described.get("values").and_then(Value::as_array) {
        return values.iter().find(|value| *value != before).cloned();
    }
    let number = |key| described.get(key).and_then(Value::as_f64);
    let (value, min, max, step) = (before.as_f64()?, number("min")?, number("max")?, number("step")?);
    let after = [value - step, value + step].into_iter().find(|after| (min..=max).contains(after))?;
    Some(json!(after)).filter(|_| step > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(settings: &Value) -> Option<Change> {
        Change::of(&json!({"application": {"components": {"web": {"settings": settings}}}}))
    }

    #[test]
    fn a_range_goes_a_step_down_or_else_up() {
        let range = |value: f64| json!({"cpu": {"value": value, "min": 0.25, "max": 4.0, "step": 0.25}});
        assert_eq!(change(&range(1.5)).unwrap().words_forth(), "web.cpu from 1.5 to 1.25");
        let up = change(&range(0.25)).unwrap();
        assert_eq!(up.words_back(), "web.cpu back to 0.25");
        let state = json!({"application": {"components": {"web": {"settings": {"cpu": {"value": 0.5}}}}}});
        assert_eq!(up.forth(), json!({"state": state, "control": {}}));
        assert_eq!(
            up.back().pointer("/state/application/components/web/settings/cpu/value"),
            Some(&json!(0.25))
        );
    }

    #[test]
    fn what_is_pinned_or_has_no_other_value_is_passed_over() {
        let settings = json!({
            "a": {"pinned": true, "value": 1.0, "min": 0.0, "max": 9.0, "step": 1.0},
            "b": {"value": 1.0, "min": 1.0, "max": 1.0, "step": 1.0},
            "c": {"min": 0.0, "max": 9.0, "step": 1.0},
            "d": {"type": "enum", "values": ["g1"], "value": "g1"},
            "e": {"type": "enum", "values": ["g1", "zgc"], "value": "g1"},
        });
        assert_eq!(change(&settings).unwrap().words_forth(), r#"web.e from "g1" to "zgc""#);
        assert_eq!(change(&json!({"b": {"value": 1.0, "min": 1.0, "max": 9.0, "step": 0.0}})), None);
        assert_eq!(Change::of(&json!({"application": {"components": {}}})), None);
        assert_eq!(Change::of(&Value::Null), None);
    }
}
