//! Which values of a configuration are hidden, and which stay.

use proptest::prelude::*;
use serde_json::json;
use servo_http::Redactor;

use super::super::payload;
use super::*;
use crate::log_tail::LogTail;
use crate::remote::DiagnosticsSource;

#[test]
fn a_servo_document_keeps_what_is_no_secret() {
    let document = json!({
        "name": "web",
        "no_diagnostics": false,
        "optimizer": {
            "id": "example.com/web", "token": "s3cr3t", "token_file": "/run/token", "url": "https://u:s3cr3t@host/",
        },
        "settings": {
            "proxies": {"all://": "u:s3cr3t@proxy:3128", "https://x": null},
            "ssl_verify": true,
            "backoff": {"connect": {"max_time": "1h"}},
        },
        "vegeta": {"rate": "50/1s", "target": "GET https://h/\nAuthorization: Bearer s3cr3t", "token": ""},
    });
    let shown = json!({
        "name": "web",
        "no_diagnostics": false,
        "optimizer": {
            "id": "example.com/web", "token": "[REDACTED]", "token_file": "/run/token",
            "url": "https://[REDACTED]@host/",
        },
        "settings": {
            "proxies": {"all://": "[REDACTED]@proxy:3128", "https://x": null},
            "ssl_verify": true,
            "backoff": {"connect": {"max_time": "1h"}},
        },
        "vegeta": {"rate": "50/1s", "target": "GET https://h/\nAuthorization: [REDACTED]", "token": ""},
    });
    assert_eq!(redacted(&document), shown);
}

#[test]
fn environment_variables_keep_their_names() {
    let document = json!([
        {"env": {"PLAIN": "s3cr3t", "NUMBER": 1, "GOGC": {"type": "range", "min": 10, "max": 200, "value": "s3cr3t"}}},
        {"env": [{"name": "PLAIN", "value": "s3cr3t"}, "PLAIN=s3cr3t", "s3cr3t"]},
        {"environment": "s3cr3t"},
    ]);
    let shown = json!([
        {"env": {
            "PLAIN": "[REDACTED]", "NUMBER": "[REDACTED]",
            "GOGC": {"type": "range", "min": 10, "max": 200, "value": "[REDACTED]"},
        }},
        {"env": [{"name": "PLAIN", "value": "[REDACTED]"}, "PLAIN=[REDACTED]", "[REDACTED]"]},
        {"environment": "[REDACTED]"},
    ]);
    assert_eq!(redacted(&document), shown);
}

#[test]
fn a_value_is_a_secret_where_a_name_beside_it_says_so() {
    let document = json!({
        "headers": [{"name": "X-Token", "value": "s3cr3t"}, {"name": "Accept", "value": "*/*"}],
        "arguments": ["--rate", "5", "--api-key", "s3cr3t", "-v"],
    });
    let shown = json!({
        "headers": [{"name": "X-Token", "value": "[REDACTED]"}, {"name": "Accept", "value": "*/*"}],
        "arguments": ["--rate", "5", "--api-key", "[REDACTED]", "-v"],
    });
    assert_eq!(redacted(&document), shown);
}

#[test]
fn a_deep_document_is_cut() {
    let deep = (0..400).fold(json!("s3cr3t"), |inner, _| json!([inner]));
    let deep_environment = (0..400).fold(json!("s3cr3t"), |inner, _| json!({"env": [inner]}));
    for deep in [deep, deep_environment] {
        assert!(redacted(&deep).to_string().contains(MASK));
    }
}

/// Any document, with a hole in it.
fn documents(hole: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z:/@= ]{0,10}".prop_map(Value::from),
    ];
    let name = || "[a-z]{1,5}|env|proxies|name|value|headers";
    hole.prop_recursive(5, 20, 4, move |inner| {
        prop_oneof![
            (leaf.clone(), inner.clone(), leaf.clone())
                .prop_map(|(before, hole, after)| json!([before, hole, after])),
            (name(), inner, name(), leaf.clone()).prop_map(|(name, hole, other, leaf)| {
                // Where both have the same name, the hole is kept.
                let map = [(other, leaf), (name, hole)];
                Value::Object(map.into_iter().collect())
            }),
        ]
    })
}

/// A canary as it may stand under the name of a secret.
fn canaries() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("c4n4ry")),
        Just(json!(["a", "c4n4ry"])),
        Just(json!({"a": {"b": "c4n4ry"}})),
        Just(json!({"c4n4ry": 1})),
        Just(json!("line\nc4n4ry\nline")),
    ]
}

proptest! {
    #[test]
    fn nothing_under_the_name_of_a_secret_is_shown(
        document in documents(("(?i)(client_secret|token|my[_-]?password|authorization|api[_-]key|x-sf-token|private[.]key)", canaries())
            .prop_map(|(name, canary)| json!({name: canary}))),
    ) {
        prop_assert!(document.to_string().contains("c4n4ry"));
        let source = DiagnosticsSource { configuration: document, log: LogTail::disabled() };
        let shown = payload(&source, &Redactor::default()).to_string();
        prop_assert!(!shown.contains("c4n4ry"), "{shown}");
    }

    #[test]
    fn no_password_of_a_url_is_shown(document in documents(Just(json!({"url": "https://me:c4n4ry@host/"})))) {
        prop_assert!(!redacted(&document).to_string().contains("c4n4ry"));
    }

    #[test]
    fn what_is_redacted_stays_as_it_is(document in documents(canaries())) {
        let once = redacted(&document);
        prop_assert_eq!(redacted(&once), once);
    }
}
