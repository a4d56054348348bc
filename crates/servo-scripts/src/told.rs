//! What a command is told: in its environment, and as JSON on its standard input.

use serde_json::{Map, Value, json};
use servo_core::Context;
use servo_core::duration::Duration;

use crate::CONTRACT;

/// The occasion on which a command runs.
#[derive(Clone, Debug)]
pub(crate) struct Occasion {
    pub(crate) event: String,
    pub(crate) phase: &'static str,
    pub(crate) servo: String,
    pub(crate) connector: String,
    pub(crate) command_uid: Option<String>,
}

impl Occasion {
    /// Takes it from what a handler sees of its host; `event` where the command does another thing than its handler.
    pub(crate) fn of(cx: &Context, event: Option<&str>) -> Self {
        Self {
            event: event.unwrap_or(&cx.event().event).to_owned(),
            phase: cx.event().phase.as_str(),
            servo: cx.servo().to_owned(),
            connector: cx.connector().to_owned(),
            command_uid: cx.command_uid().map(str::to_owned),
        }
    }

    /// Gives what is told in the environment. The durations are seconds, so that a shell can calculate with them.
    pub(crate) fn variables(&self, input: &Value) -> Vec<(&'static str, String)> {
        let mut all = vec![
            ("SERVO_CONTRACT", CONTRACT.to_string()),
            ("SERVO_EVENT", self.event.clone()),
            ("SERVO_PREPOSITION", self.phase.to_owned()),
            ("SERVO_NAME", self.servo.clone()),
            ("SERVO_CONNECTOR", self.connector.clone()),
        ];
        all.extend(self.command_uid.clone().map(|uid| ("SERVO_COMMAND_UID", uid)));
        // The input of `describe` is the control itself.
        let control = input.get("control").unwrap_or(input);
        let seconds = |key: &str| {
            let duration: Duration = control.get(key)?.as_str()?.parse().ok()?;
            Some(duration.as_secs_f64().to_string())
        };
        for (name, key) in [
            ("SERVO_WARMUP_SECONDS", "warmup"),
            ("SERVO_DURATION_SECONDS", "duration"),
            ("SERVO_DELAY_SECONDS", "delay"),
            ("SERVO_SETTLEMENT_SECONDS", "settlement"),
        ] {
            all.extend(seconds(key).map(|seconds| (name, seconds)));
        }
        if let Some(metrics) = input.get("metrics").and_then(Value::as_array) {
            let names: Vec<&str> = metrics.iter().filter_map(Value::as_str).collect();
            all.push(("SERVO_METRICS", names.join(" ")));
        }
        if let Some(adjustments) = input.get("adjustments").and_then(Value::as_array) {
            let lines: Vec<String> = adjustments.iter().filter_map(assignment).collect();
            all.push(("SERVO_ADJUSTMENTS", lines.join("\n")));
        }
        all
    }

    /// Gives what is told on standard input: one line of JSON.
    pub(crate) fn text(&self, input: &Value, results: Option<&Value>) -> Vec<u8> {
        let mut told = Map::new();
        let mut tell = |key: &str, value: Value| told.insert(key.to_owned(), value);
        tell("contract", json!(CONTRACT));
        tell("event", json!(self.event));
        tell("preposition", json!(self.phase));
        tell("servo", json!(self.servo));
        tell("connector", json!(self.connector));
        if let Some(uid) = &self.command_uid {
            tell("command_uid", json!(uid));
        }
        tell("input", input.clone());
        if let Some(results) = results {
            tell("results", results.clone());
        }
        let mut text = Value::Object(told).to_string().into_bytes();
        text.push(b'\n');
        text
    }
}

/// Writes an adjustment as `component.setting=value`, on one line.
fn assignment(adjustment: &Value) -> Option<String> {
    let (component, setting) = (adjustment.get("component")?.as_str()?, adjustment.get("setting")?.as_str()?);
    let value = match adjustment.get("value")? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(format!("{component}.{setting}={}", value.replace('\n', " ")))
}

#[cfg(test)]
mod tests {
    use servo_core::event::standard::{Adjusting, Measuring};
    use servo_core::model::{Adjustment, Control};

    use super::*;

    fn occasion() -> Occasion {
        Occasion {
            event: "measure".to_owned(),
            phase: "before",
            servo: "shop".to_owned(),
            connector: "scripts".to_owned(),
            command_uid: None,
        }
    }

    fn told(input: &impl serde::Serialize) -> Vec<String> {
        let input = serde_json::to_value(input).unwrap();
        let variables = occasion().variables(&input);
        variables.iter().skip(5).map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn durations_are_seconds_and_names_are_lists_in_the_environment() {
        let control = Control {
            duration: "1m30s".parse().unwrap(),
            warmup: "500ms".parse().unwrap(),
            ..Control::default()
        };
        let measuring =
            Measuring { metrics: Some(vec!["p99".to_owned(), "rps".to_owned()]), control: control.clone() };
        assert_eq!(
            told(&measuring),
            [
                "SERVO_WARMUP_SECONDS=0.5",
                "SERVO_DURATION_SECONDS=90",
                "SERVO_DELAY_SECONDS=0",
                "SERVO_METRICS=p99 rps"
            ]
        );
        assert_eq!(told(&control).len(), 3);
        let adjustments = vec![Adjustment::new("web", "threads", 4), Adjustment::new("web", "gc", "g1\nx")];
        let adjusting = Adjusting { adjustments, control: Control::default() };
        assert_eq!(told(&adjusting).last().unwrap(), "SERVO_ADJUSTMENTS=web.threads=4\nweb.gc=g1 x");
        assert!(told(&()).is_empty());
    }

    #[test]
    fn the_input_is_told_as_json_with_its_occasion() {
        let results = json!([{"connector": "a", "value": null}]);
        let occasion = Occasion { command_uid: Some("u".to_owned()), ..occasion() };
        let text = occasion.text(&json!({"metrics": null}), Some(&results));
        let expected = json!({
            "contract": 1, "event": "measure", "preposition": "before", "servo": "shop", "connector": "scripts",
            "command_uid": "u", "input": {"metrics": null}, "results": results,
        });
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), expected);
    }
}
