//! Configurations without what looks like a secret.

use serde_json::{Map, Value};

use super::names::{is_environment, is_proxies, is_secret};
use super::text::{self, MASK};

/// How deep a configuration is shown.
pub(super) const DEPTH: usize = 100;

/// The shortest text under the name of a secret that is looked for elsewhere: `key: web` would blacken the log.
const MIN_SECRET_BYTES: usize = 8;

/// Returns the configuration without what looks like a secret:
///
/// - all that stands under a name such as `token`, `client_secret`, `password`, `api_key` or `authorization`;
/// - the `value` beside such a `name`, `header` or `key`;
/// - values of environment variables under `env` and `environment`, whatever their names; ranges of tuned ones stay;
/// - user and password of URLs, and of anything under `proxies`;
/// - in other text: `Authorization: …`, `TOKEN=…`, `--password …`, `Bearer …`.
///
/// What it lets through may still hold secrets under names that say nothing: those that Servo itself uses are taken
/// out by a [`Redactor`](servo_http::Redactor) besides.
pub fn redacted(configuration: &Value) -> Value {
    walk(configuration, Inside::Anything, DEPTH)
}

/// Returns the texts under names of secrets that are long enough to be looked for elsewhere.
pub(super) fn secrets(configuration: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let mut left = vec![(configuration, false)];
    while let Some((value, is_secret_place)) = left.pop() {
        match value {
            Value::String(text) if is_secret_place && text.len() >= MIN_SECRET_BYTES => {
                found.push(text.as_str());
            }
            Value::Array(items) => left.extend(items.iter().map(|item| (item, is_secret_place))),
            Value::Object(map) => {
                left.extend(map.iter().map(|(name, value)| (value, is_secret_place || is_secret(name))));
            }
            _ => {}
        }
    }
    found
}

/// What is known of the place of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Anything,
    Proxies,
}

fn walk(value: &Value, inside: Inside, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return MASK.into() };
    match value {
        Value::String(text) if inside == Inside::Proxies => text::without_user(text).into(),
        Value::String(text) => text::redacted(text).into(),
        Value::Array(items) => list(items, inside, depth),
        Value::Object(map) => object(map, inside, is_named_secret(map), depth),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A list; what follows an argument such as `--token` is a secret.
fn list(items: &[Value], inside: Inside, depth: usize) -> Value {
    let mut is_announced = false;
    let shown = items.iter().map(|item| {
        let was_announced = std::mem::replace(&mut is_announced, item.as_str().is_some_and(text::announces));
        if was_announced { masked(item) } else { walk(item, inside, depth) }
    });
    shown.collect()
}

/// An object; `value` and its like are secrets where `is_secret_value`.
fn object(map: &Map<String, Value>, inside: Inside, is_secret_value: bool, depth: usize) -> Value {
    let shown = map.iter().map(|(name, value)| {
        let shown = if is_secret(name) || is_secret_value && is_value(name) {
            masked(value)
        } else if is_environment(name) {
            environment(value, inside, depth)
        } else {
            walk(value, if is_proxies(name) { Inside::Proxies } else { inside }, depth)
        };
        (text::redacted(name), shown)
    });
    Value::Object(shown.collect())
}

/// Environment variables: a map from their names, a list of objects with `name` and `value`, or of `NAME=value`.
fn environment(variables: &Value, inside: Inside, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return MASK.into() };
    let variable = |value: &Value| match value {
        Value::Object(map) => object(map, inside, true, depth),
        Value::String(text) => match text.split_once('=') {
            Some((name, _)) if variables.is_array() => format!("{name}={MASK}").into(),
            _ => masked(value),
        },
        _ => masked(value),
    };
    match variables {
        Value::Array(items) => items.iter().map(variable).collect(),
        Value::Object(map) => {
            let shown = map.iter().map(|(name, value)| {
                (text::redacted(name), if is_secret(name) { masked(value) } else { variable(value) })
            });
            Value::Object(shown.collect())
        }
        _ => masked(variables),
    }
}

/// Returns true where an object says, beside its value, that this is a secret.
fn is_named_secret(map: &Map<String, Value>) -> bool {
    let says = |name: &str| {
        map.iter().any(|(key, value)| key.eq_ignore_ascii_case(name) && value.as_str().is_some_and(is_secret))
    };
    says("name") || says("header") || map.keys().any(|key| key.eq_ignore_ascii_case("key"))
}

fn is_value(name: &str) -> bool {
    ["value", "values", "default"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What stands in place of a secret; that there is none, or that it is a switch, is told.
fn masked(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::String(text) if text.is_empty() => value.clone(),
        _ => MASK.into(),
    }
}

#[cfg(test)]
mod tests;
