//! Which values of a configuration are secrets, and a configuration with stars in their place.

use serde_json::Value;

use super::path::{Path, Segment};
use super::suggest;
use crate::remote::diagnostics;

/// What stands in place of a secret.
pub const STARS: &str = "********";

/// What diagnostics put in place of a secret.
const REDACTED: &str = "[REDACTED]";

/// A key with one of these in its name holds a secret, unless it ends in one of [`NOT_SECRET`].
const SECRET: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "authorization",
    "credential",
    "api_key",
    "apikey",
];

/// Ends of keys that say where a secret is, not what it is.
const NOT_SECRET: [&str; 4] = ["_file", "_path", "_url", "_name"];

/// The keys directly under `optimizer` whose values are none; another one may be a misspelt `token`.
const PUBLIC: [&str; 9] = [
    "id",
    "token_file",
    "base_url",
    "url",
    "optimizer_id",
    "tenant_id",
    "client_id",
    "connection_file",
    "token_url",
];

/// Returns true where what stands at a path, or below it, is a secret.
pub fn is_secret_key(path: &Path) -> bool {
    let key = |segment: &Segment| match segment {
        Segment::Key(key) => is_secret(key),
        Segment::Item(_) => false,
    };
    match path.segments() {
        [Segment::Key(first), Segment::Key(second), ..] if first == "settings" && second == "backoff" => {
            false
        }
        [Segment::Key(first), Segment::Key(second)] if first == "optimizer" => {
            !PUBLIC.contains(&second.as_str())
        }
        [Segment::Key(first), Segment::Key(second), ..] if first == "optimizer" && is_like_secret(second) => {
            true
        }
        segments => segments.iter().any(key),
    }
}

/// Returns the values of a document with [`STARS`] in place of secrets: of what [`is_secret_key`] knows by its place,
/// and of what looks like one anywhere, such as the password of a URL or what follows `Bearer`. In doubt there are
/// stars.
pub fn masked(value: &Value) -> Value {
    walk(&Path::root(), value, &diagnostics::redacted(value))
}

/// `shown` is the same value without what looks like a secret.
fn walk(path: &Path, value: &Value, shown: &Value) -> Value {
    // By its name alone it would be one; its text may still hold one.
    let known = is_public(path).then(|| diagnostics::redacted(value));
    match (value, known.as_ref().unwrap_or(shown)) {
        // A section of settings, such as that of an embedded optimizer, is more than a text.
        (Value::Object(values), Value::Object(shown)) if !is_secret_section(path) => {
            let entry = |(key, value): (&String, &Value)| {
                let seen = shown_key(key);
                let inner = shown.get(&seen).map(|shown| walk(&path.key(key.as_str()), value, shown));
                (seen.replace(REDACTED, STARS), inner.unwrap_or_else(|| STARS.into()))
            };
            Value::Object(values.iter().map(entry).collect())
        }
        (Value::Array(items), Value::Array(shown)) if items.len() == shown.len() => {
            let items = items.iter().zip(shown).enumerate();
            items.map(|(at, (item, shown))| walk(&path.item(at), item, shown)).collect()
        }
        (Value::Null | Value::Bool(_), _) => value.clone(),
        (Value::String(text), _) if text.is_empty() => value.clone(),
        _ if is_secret_key(path) => STARS.into(),
        (value, shown) if value == shown => value.clone(),
        (_, Value::String(shown)) => shown.replace(REDACTED, STARS).into(),
        _ => STARS.into(),
    }
}

/// Whether a value is known to be none, whatever its name: where things are, and the names of retry limits.
fn is_public(path: &Path) -> bool {
    match path.segments() {
        [Segment::Key(first), Segment::Key(second)] if first == "optimizer" => {
            PUBLIC.contains(&second.as_str())
        }
        [Segment::Key(first), Segment::Key(second), _] => first == "settings" && second == "backoff",
        _ => false,
    }
}

/// Whether a mapping as a whole is a secret: not the sections of `optimizer`, whose settings have names of their own.
fn is_secret_section(path: &Path) -> bool {
    match path.segments() {
        [Segment::Key(first), Segment::Key(second)] if first == "optimizer" => is_like_secret(second),
        _ => is_secret_key(path),
    }
}

fn shown_key(key: &str) -> String {
    match diagnostics::redacted(&Value::from(key)) {
        Value::String(shown) => shown,
        _ => STARS.to_owned(),
    }
}

/// Whether a key holds a secret, by its name.
pub(crate) fn is_secret(key: &str) -> bool {
    let name = key.to_ascii_lowercase().replace('-', "_");
    SECRET.iter().any(|part| name.contains(part)) && !NOT_SECRET.iter().any(|end| name.ends_with(end))
}

/// Whether a key may be the misspelt name of a secret.
pub(crate) fn is_like_secret(key: &str) -> bool {
    let names = ["token", "client_secret", "password"];
    key.len() > 3 && !PUBLIC.contains(&key) && suggest::nearest(key, names).is_some()
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
    fn settings_that_are_no_secrets_stay_as_they_are() {
        let plain = json!({
            "optimizer": {"embedded": {"budget": {"trials": 8}, "slo": {"conditions": [{"metric": "tokens"}]}}},
            "settings": {"backoff": {"token": {"max_time": "1h"}}},
            "emulator": {"speed": 10, "seed": null, "fast": true},
        });
        assert_eq!(masked(&plain), plain);
        let places = json!({"optimizer": {"token_file": "/run/token", "token_url": "https://x.invalid/token"}});
        assert_eq!(masked(&places), places);
        assert_eq!(masked(&json!({"optimizer": {"tokn": "abc"}})), json!({"optimizer": {"tokn": STARS}}));
        assert_eq!(masked(&json!({"optimizer": {"tokn": {"a": "b"}}})), json!({"optimizer": {"tokn": STARS}}));
    }
}
