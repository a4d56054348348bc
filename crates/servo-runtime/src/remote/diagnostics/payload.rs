//! What is sent as diagnostics.

use serde_json::{Map, Value, json};
use servo_http::Redactor;

use super::redaction::{DEPTH, redacted, secrets};
use super::text::{self, MASK};
use crate::remote::DiagnosticsSource;

/// The most that is sent, in bytes of JSON.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// The most of it that the configuration may take, in bytes of JSON.
const MAX_CONFIGURATION_BYTES: usize = MAX_BYTES / 2;

/// What the parts of the payload that are always there take, in bytes, generously.
const FRAME_BYTES: usize = 1024;

/// Returns what is sent as diagnostics: `{"data": {"configmap": …, "logs": {"<time>": "LEVEL | …"}}}` (specification,
/// section 9.2), [`MAX_BYTES`] at most, for which the oldest lines are left out.
///
/// The configuration is [`redacted`]; no known secret is in it or in the log, nor is what it had under the name of a
/// secret in the log. Times are RFC 3339 in UTC with
/// microseconds; control characters of the log are escaped.
pub fn payload(source: &DiagnosticsSource, redactor: &Redactor) -> Value {
    // Known secrets first: the rules for text would leave parts of them that are not known any more.
    let configuration = redacted(&without_known(&source.configuration, redactor, DEPTH));
    let bytes = length(&configuration);
    let (configuration, bytes) = if bytes > MAX_CONFIGURATION_BYTES {
        (json!({"left_out": format!("{bytes} bytes")}), 0)
    } else {
        (configuration, bytes)
    };
    let configured = Redactor::default();
    for secret in secrets(&source.configuration) {
        configured.add(secret);
    }
    let known = |text: &str| configured.redact(&redactor.redact(text));
    let mut left = MAX_BYTES.saturating_sub(FRAME_BYTES).saturating_sub(bytes);
    let mut logs = Map::new();
    for (at, line) in source.log.snapshot().into_iter().rev() {
        let shown = printable(&text::of_log(&known(&line)));
        // Escaping may spell a secret that was not there before.
        let (time, line) = (format!("{at:.6}"), known(&shown).into());
        let bytes = length(&line).saturating_add(time.len()).saturating_add("\"\":,".len());
        let Some(after) = left.checked_sub(bytes) else { break };
        left = after;
        logs.insert(time, line);
    }
    json!({"data": {"configmap": configuration, "logs": logs}})
}

/// Takes known secrets out of every name and value.
fn without_known(value: &Value, redactor: &Redactor, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return MASK.into() };
    match value {
        Value::String(text) => redactor.redact(text).into(),
        // A token of digits only is a number in YAML.
        Value::Number(number) => {
            let text = number.to_string();
            if redactor.redact(&text) == text { value.clone() } else { MASK.into() }
        }
        Value::Array(items) => items.iter().map(|item| without_known(item, redactor, depth)).collect(),
        Value::Object(map) => {
            let shown = map
                .iter()
                .map(|(name, value)| (redactor.redact(name), without_known(value, redactor, depth)));
            Value::Object(shown.collect())
        }
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// Returns the text with control characters escaped, which would move a reader's terminal.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() { shown.extend(letter.escape_default()) } else { shown.push(letter) }
    }
    shown
}

/// Returns how many bytes a value takes as JSON.
fn length(value: &Value) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |text| text.len())
}

#[cfg(test)]
mod tests;
