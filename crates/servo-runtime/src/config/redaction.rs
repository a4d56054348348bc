//! Which values of a configuration are secrets, and a configuration with stars in their place.

use serde_json::Value;

use super::diagnostic::is_secret_place;
use super::path::{Path, Segment};
use crate::remote::diagnostics;

/// What stands in place of a secret.
pub const STARS: &str = "********";

/// What diagnostics put in place of a secret.
const REDACTED: &str = "[REDACTED]";

/// The shortest secret that is looked for outside its place, in bytes: shorter ones are parts of other words.
const MIN_BYTES: usize = 8;

/// Returns true where what stands at a path is a secret, by the names of its keys.
pub fn is_secret_key(path: &Path) -> bool {
    is_secret_place(path)
}

/// Returns the values of a document with [`STARS`] in place of secrets: of what [`is_secret_key`] knows by its place,
/// and of what looks like one anywhere, such as the password of a URL or what follows `Bearer`. In doubt there are
/// stars.
pub fn masked(value: &Value) -> Value {
    let mut known = Vec::new();
    let mut shown = walk(&Path::root(), value, &diagnostics::redacted(value), &mut known);
    scrub(&mut shown, &known);
    shown
}

/// `shown` is the same value without what looks like a secret. Texts that were taken out are added to `known`.
fn walk(path: &Path, value: &Value, shown: &Value, known: &mut Vec<String>) -> Value {
    // By its name alone it would be one; its text may still hold one.
    let public = is_public(path).then(|| diagnostics::redacted(value));
    match (value, public.as_ref().unwrap_or(shown)) {
        // A section of settings, such as that of an embedded optimizer, is more than a text.
        (Value::Object(values), Value::Object(shown)) if !is_secret_section(path) => {
            let entry = |(key, value): (&String, &Value)| {
                let seen = shown_key(key);
                let inner = shown.get(&seen).map(|shown| walk(&path.key(key.as_str()), value, shown, known));
                (seen.replace(REDACTED, STARS), inner.unwrap_or_else(|| STARS.into()))
            };
            Value::Object(values.iter().map(entry).collect())
        }
        (Value::Array(items), Value::Array(shown)) if items.len() == shown.len() => {
            let items = items.iter().zip(shown).enumerate();
            items.map(|(at, (item, shown))| walk(&path.item(at), item, shown, known)).collect()
        }
        (Value::Null | Value::Bool(_), _) => value.clone(),
        (Value::String(text), _) if text.is_empty() => value.clone(),
        (value, _) if is_secret_place(path) => {
            known.extend(
                value.as_str().map(str::trim).filter(|text| text.len() >= MIN_BYTES).map(str::to_owned),
            );
            STARS.into()
        }
        (value, shown) if value == shown => value.clone(),
        (_, Value::String(shown)) => shown.replace(REDACTED, STARS).into(),
        _ => STARS.into(),
    }
}

/// Takes known secrets out of every other text.
fn scrub(shown: &mut Value, known: &[String]) {
    match shown {
        Value::String(text) => {
            for secret in known {
                if text.contains(secret.as_str()) {
                    *text = text.replace(secret.as_str(), STARS);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| scrub(item, known)),
        Value::Object(entries) => entries.values_mut().for_each(|value| scrub(value, known)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether a value is known to be none, whatever its name: where things are, and the names of retry limits.
fn is_public(path: &Path) -> bool {
    match path.segments() {
        [Segment::Key(first), Segment::Key(_)] if first == "optimizer" => !is_secret_place(path),
        [Segment::Key(first), Segment::Key(second), _] => first == "settings" && second == "backoff",
        _ => false,
    }
}

/// Whether a mapping as a whole is a secret: of those of `optimizer` only one whose name is almost that of a secret,
/// for the settings of an optimizer within the servo have names of their own.
fn is_secret_section(path: &Path) -> bool {
    match path.segments() {
        [Segment::Key(first), Segment::Key(_)] if first == "optimizer" => is_secret_place(&path.key("-")),
        _ => is_secret_place(path),
    }
}

fn shown_key(key: &str) -> String {
    match diagnostics::redacted(&Value::from(key)) {
        Value::String(shown) => shown,
        _ => STARS.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stands_under_the_name_of_a_secret_is_stars() {
        let shown = masked(&json!({
            "name": "shop",
            "optimizer": {"id": "example.com/shop", "token": "abc", "base_url": "https://x.invalid"},
            "vegeta": {"headers": {"Authorization": ["a", "b"]}, "password": 12, "api_key": "", "rate": 3},
        }));
        assert_eq!(
            shown,
            json!({
                "name": "shop",
                "optimizer": {"id": "example.com/shop", "token": STARS, "base_url": "https://x.invalid"},
                "vegeta": {"headers": {"Authorization": STARS}, "password": STARS, "api_key": "", "rate": 3},
            })
        );
    }

    #[test]
    fn what_looks_like_a_secret_is_stars_wherever_it_stands() {
        let shown = masked(&json!({
            "settings": {"proxies": {"all://": "http://user:word@proxy.invalid:3128"}, "backoff": {"token": {"max_tries": 3}}},
            "scripts": {"run": ["curl -H 'Authorization: Bearer abc'", "--token", "abc"], "env": {"LEVEL": "abc"}},
        }));
        let text = shown.to_string();
        assert!(!text.contains("abc") && !text.contains("word") && !text.contains("[REDACTED]"), "{text}");
        assert!(text.contains("proxy.invalid:3128") && text.contains("curl"), "{text}");
    }

    #[test]
    fn a_secret_is_stars_wherever_else_it_stands() {
        let shown = masked(&json!({"description": "of canary-5f2c", "optimizer": {"token": "canary-5f2c"}}));
        assert_eq!(shown, json!({"description": format!("of {STARS}"), "optimizer": {"token": STARS}}));
    }

    #[test]
    fn settings_that_are_no_secrets_stay_as_they_are() {
        let plain = json!({
            "optimizer": {"embedded": {"budget": {"trials": 8}, "slo": {"conditions": [{"metric": "tokens"}]}}},
            "settings": {"backoff": {"token": {"max_time": "1h"}}},
            "emulator": {"speed": 10, "seed": null, "fast": true},
        });
        assert_eq!(masked(&plain), plain);
        let places =
            json!({"optimizer": {"token_file": "/run/token", "token_url": "https://x.invalid/token"}});
        assert_eq!(masked(&places), places);
        assert_eq!(masked(&json!({"optimizer": {"tokn": "abc"}})), json!({"optimizer": {"tokn": STARS}}));
        assert_eq!(
            masked(&json!({"optimizer": {"tokn": {"a": "b"}}})),
            json!({"optimizer": {"tokn": STARS}})
        );
    }
}
