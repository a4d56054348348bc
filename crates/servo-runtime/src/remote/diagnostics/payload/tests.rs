//! What is sent, how much of it, and that no secret is in it.

use jiff::Timestamp;
use proptest::prelude::*;
use tracing::Level;

use super::*;
use crate::log_tail::LogTail;

fn source(configuration: Value, lines: &[&str]) -> DiagnosticsSource {
    let log = LogTail::new();
    for line in lines {
        log.push(Level::INFO, Timestamp::UNIX_EPOCH, None, line);
    }
    DiagnosticsSource { configuration, log }
}

fn knowing(secret: &str) -> Redactor {
    let redactor = Redactor::default();
    redactor.add(secret);
    redactor
}

#[test]
fn it_has_the_shape_that_the_optimizer_expects() {
    let source =
        source(json!({"name": "web", "optimizer": {"token": "s3cr3t"}}), &["one", "two\n\u{1b}[31m ß"]);
    let expected = json!({"data": {
        "configmap": {"name": "web", "optimizer": {"token": "[REDACTED]"}},
        "logs": {
            "1970-01-01T00:00:00.000000Z": "INFO | one",
            "1970-01-01T00:00:00.000001Z": "INFO | two\\n\\u{1b}[31m ß",
        },
    }});
    assert_eq!(payload(&source, &Redactor::default()), expected);
}

#[test]
fn the_oldest_lines_are_left_out_where_there_is_too_much() {
    // Escaped, they are several times as large as in memory.
    let line = "\u{1}".repeat(10_000);
    let lines: Vec<String> = (0..100).map(|number| format!("{number} {line}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let sent = payload(&source(json!({"x": "y".repeat(100_000)}), &lines), &Redactor::default());
    assert!(sent.to_string().len() <= MAX_BYTES);
    let logs = sent["data"]["logs"].as_object().unwrap();
    assert!((20..99).contains(&logs.len()));
    assert!(logs.values().any(|line| line.as_str().unwrap().starts_with("INFO | 99 ")));
    assert!(!logs.values().any(|line| line.as_str().unwrap().starts_with("INFO | 0 ")));
}

#[test]
fn a_configuration_that_is_too_large_is_left_out() {
    let sent = payload(&source(json!({"x": "y".repeat(MAX_BYTES)}), &["one"]), &Redactor::default());
    assert!(sent.to_string().len() < 1000);
    assert_eq!(sent["data"]["logs"].as_object().unwrap().len(), 1);
}

#[test]
fn what_the_configuration_calls_a_secret_is_taken_out_of_the_log() {
    let configuration =
        json!({"prometheus": {"headers": [{"Authorization": {"is": "Basic c4n4ry"}}], "key": "web"}});
    let sent = payload(&source(configuration, &["web said: no Basic c4n4ry"]), &Redactor::default());
    let logs = &sent["data"]["logs"];
    assert_eq!(logs["1970-01-01T00:00:00.000000Z"], "INFO | web said: no [REDACTED]");
}

#[test]
fn a_token_of_digits_is_taken_out_wherever_it_stands() {
    let sent = payload(&source(json!({"x": 123_456, "y": 12}), &["x=123456"]), &knowing("123456"));
    assert_eq!(sent["data"]["configmap"], json!({"x": "[REDACTED]", "y": 12}));
    assert!(!sent.to_string().contains("123456"));
}

#[test]
fn a_very_deep_configuration_is_cut() {
    let deep = (0..400).fold(json!("x"), |inner, _| json!({"a": [inner]}));
    assert!(payload(&source(deep, &[]), &Redactor::default()).to_string().contains(MASK));
}

proptest! {
    #[test]
    fn no_known_secret_is_sent(
        canary in "c4n4ry[!#-\\[\\]-~]{0,12}",
        before in "(?s).{0,20}",
        after in "(?s).{0,20}",
        name in "[a-z]{1,5}|proxies|env|url",
    ) {
        let text = format!("{before}{canary}{after}");
        let configuration = json!({&name: text, "b": [{&text: 1}, {&name: [&text]}], "c": format!("http://{text}@h")});
        let sent = payload(&source(configuration, &[&text, "other"]), &knowing(&canary)).to_string();
        prop_assert!(!sent.contains("c4n4ry"), "{sent}");
        prop_assert!(sent.len() <= MAX_BYTES);
    }
}
