//! What is read of a section, and what is refused with its key.

use serde_json::{Value, json};
use servo_core::connector::typed;
use servo_core::model::Unit;

use super::*;

fn read(section: Value) -> Result<Settings> {
    typed::<Settings>(section)?.checked()
}

fn metric() -> Value {
    json!({"name": "throughput", "unit": "rps", "query": "rate(http_requests_total[5m])"})
}

#[test]
fn what_is_left_out_has_the_defaults_of_servox() {
    let settings = read(json!({"metrics": [metric()]})).unwrap();
    assert_eq!(settings.base_url, "https://prometheus:9090");
    let [throughput] = &settings.metrics[..] else { panic!("{settings:?}") };
    assert_eq!((throughput.step, throughput.absent), (Duration::from_secs(60), Absent::Ignore));
    assert_eq!(throughput.unit, Unit::RequestsPerSecond);
    let bare = read(json!({"metrics": [{"name": "up", "query": "up"}]})).unwrap();
    assert_eq!(bare.metrics[0].unit, Unit::Float);
    assert!(read(json!({})).unwrap_err().message().contains("metrics"));
}

#[test]
fn slashes_at_the_end_of_the_url_make_no_difference() {
    let settings = read(json!({"base_url": " http://localhost:9090/prometheus// ", "metrics": []})).unwrap();
    assert_eq!(settings.base_url, "http://localhost:9090/prometheus");
}

#[test]
fn every_mistake_is_told_with_its_key() {
    let error = read(json!({
        "metrics": [metric(), {"name": "", "query": " "}, metric(), {"name": "slow", "query": "up", "step": 0}],
        "streaming_interval": "0s",
        "timeout": 0,
        "fast_fail": {"period": 0},
        "eager": {"metrics": ["throughput", "load"]},
    }))
    .unwrap_err();
    let keys: Vec<_> = std::iter::once(&error).chain(error.additional()).filter_map(Error::key).collect();
    let expected = [
        "timeout",
        "metrics[1].name",
        "metrics[1].query",
        "metrics[2].name",
        "metrics[3].step",
        "streaming_interval",
        "fast_fail.period",
        "eager.metrics[1]",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn unknown_keys_and_words_are_refused_where_they_stand() {
    for (section, key) in [
        (json!({"metrics": [], "metric": []}), "metric"),
        (json!({"metrics": [{"name": "a", "query": "b", "absent": "never"}]}), "metrics[0].absent"),
        (json!({"metrics": [], "targets": [{"scrape_pool": "a"}]}), "targets[0].scrape_pool"),
        (json!({"metrics": [], "targets": [{"health": "ill"}]}), "targets[0].health"),
        (json!({"metrics": [], "tls": {"ca": "a"}}), "tls.ca"),
        (json!({"metrics": [], "basic_auth": {}}), "basic_auth"),
    ] {
        let error = read(section).unwrap_err();
        assert_eq!(error.key(), Some(key), "{error}");
    }
}

#[test]
fn how_the_server_is_reached_is_handed_to_the_client_and_checked_at_once() {
    let settings = read(json!({
        "base_url": "https://p.example.com/prefix/",
        "metrics": [],
        "bearer_token_file": "token",
        "tenant": "shop",
        "tls": {"ca_file": "ca.pem", "certificate": "own.pem", "key": "own.key"},
        "timeout": "5s",
    }))
    .unwrap();
    let reach = settings.reach();
    assert_eq!(reach.base_url, "https://p.example.com/prefix");
    assert_eq!(reach.bearer_token_file.as_deref(), Some(std::path::Path::new("token")));
    assert_eq!((reach.tenant.as_deref(), reach.timeout), (Some("shop"), Some(Duration::from_secs(5))));
    assert_eq!(reach.tls.unwrap().key.as_deref(), Some(std::path::Path::new("own.key")));
    let error = read(json!({"metrics": [], "base_url": "prometheus:9090"})).unwrap_err();
    assert_eq!(error.key(), Some("base_url"), "{error}");
    let error = read(json!({"metrics": [], "bearer_token": "a", "bearer_token_file": "b"})).unwrap_err();
    assert_eq!(error.key(), Some("bearer_token_file"), "{error}");
}

#[test]
fn secrets_are_in_no_message_and_no_debug() {
    let settings = read(json!({
        "metrics": [],
        "basic_auth": {"username": "me", "password": "canary-2"},
        "headers": {"X-Key": "canary-3"},
    }))
    .unwrap();
    let token = read(json!({"metrics": [], "bearer_token": "canary-1"})).unwrap();
    let shown = format!("{settings:?} {token:?} {:?} {:?}", settings.reach(), token.reach());
    assert!(!shown.contains("canary") && shown.contains("[REDACTED]"), "{shown}");
    for wrong in [json!(4242), json!(true), json!(42.42), json!(-4242)] {
        let error = read(json!({"metrics": [], "bearer_token": wrong})).unwrap_err();
        assert!(error.chain().contains("quotes") && !error.chain().contains("42"), "{}", error.chain());
    }
}
