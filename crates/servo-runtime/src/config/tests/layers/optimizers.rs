//! The variables and options of remote optimizers.

use serde_json::json;

use super::*;

/// The `optimizer` section of a text.
#[track_caller]
fn optimizer(text: &str, variables: &[(&str, &str)], assignments: &[&str]) -> Value {
    let document = document(text, variables, assignments);
    document.value().get("optimizer").cloned().unwrap_or_default()
}

const OPSANI: [(&str, &str); 3] = [
    ("OPSANI_OPTIMIZER", "example.com/env"),
    ("OPSANI_TOKEN", "007"),
    ("OPSANI_BASE_URL", "https://example.com"),
];

const APPD: [(&str, &str); 2] = [("APPD_OPTIMIZER_ID", "abc"), ("APPD_CONNECTION_FILE", "/run/x")];

#[test]
fn the_environment_wins_key_by_key() {
    let text = "optimizer: {id: example.com/file, token: file, url: 'https://file'}";
    let expected = json!({
        "id": "example.com/env", "token": "007", "base_url": "https://example.com", "url": "https://file",
    });
    assert_eq!(optimizer(text, &OPSANI, &[]), expected);
    let document = document(text, &OPSANI, &[]);
    assert_eq!(document.origin(&path("optimizer.token")), variable("OPSANI_TOKEN"));
    assert_eq!(document.origin(&path("optimizer.url")), Origin::Document);
    assert_eq!(document.origin(&path("optimizer")), Origin::Document);
}

#[test]
fn the_environment_names_an_optimizer_where_the_document_does_not() {
    let both: Vec<_> = OPSANI.into_iter().chain(APPD).collect();
    for text in ["name: a", "optimizer: {}", "optimizer:"] {
        assert_eq!(optimizer(text, &OPSANI, &[])["id"], "example.com/env");
        let expected = json!({"optimizer_id": "abc", "connection_file": "/run/x"});
        assert_eq!(optimizer(text, &both, &[]), expected, "of two the environment names AppDynamics counts");
    }
    assert_eq!(optimizer("name: a", &[("OPSANI_TOKEN", "t")], &[]), Value::Null, "a token names none");
    let document = document("name: a", &OPSANI, &[]);
    assert_eq!(document.origin(&path("optimizer")), variable("OPSANI_OPTIMIZER"));
}

#[test]
fn variables_of_another_optimizer_do_not_count() {
    let both: Vec<_> = OPSANI.into_iter().chain(APPD).collect();
    let embedded = "optimizer: {embedded: {}}";
    assert_eq!(optimizer(embedded, &both, &[]), json!({"embedded": {}}));
    let text = "optimizer: {optimizer_id: a, tenant_id: t}";
    let expected = json!({"optimizer_id": "abc", "tenant_id": "t", "connection_file": "/run/x"});
    assert_eq!(optimizer(text, &both, &[]), expected);
    let text = "optimizer: {id: example.com/file, token: t}";
    assert_eq!(optimizer(text, &APPD, &[]), json!({"id": "example.com/file", "token": "t"}));
}

#[test]
fn a_token_takes_the_place_of_a_file_with_one_and_the_other_way_round() {
    let (value, file) = (("OPSANI_TOKEN", "v"), ("OPSANI_TOKEN_FILE", "f"));
    let token = |text: &str, variables: &[(&str, &str)], assignments: &[&str]| {
        let section = optimizer(&format!("optimizer: {{id: example.com/a{text}}}"), variables, assignments);
        (
            section.get("token").cloned().unwrap_or_default(),
            section.get("token_file").cloned().unwrap_or_default(),
        )
    };
    assert_eq!(token(", token_file: x", &[value], &[]), (json!("v"), Value::Null));
    assert_eq!(token(", token: x", &[file], &[]), (Value::Null, json!("f")));
    assert_eq!(token(", token: x", &[value, file], &[]), (json!("v"), Value::Null));
    assert_eq!(token("", &[value], &["--token-file optimizer.token_file=o"]), (Value::Null, json!("o")));
    assert_eq!(token("", &[file], &["--set optimizer.token=0"]), (json!("0"), Value::Null));
    let whole = ("SERVO_OPTIMIZER", r#"{"token": "w"}"#);
    assert_eq!(token(", token_file: x", &[whole], &[]), (json!("w"), Value::Null));
}

#[test]
fn credentials_of_the_environment_take_the_place_of_others_only_where_they_suffice() {
    let text = "optimizer: {optimizer_id: a, connection_file: f}";
    let keys = |text: &str, variables: &[(&str, &str)]| -> Vec<String> {
        optimizer(text, variables, &[]).as_object().unwrap().keys().cloned().collect()
    };
    let secret = ("APPD_CLIENT_SECRET", "s");
    assert_eq!(keys(text, &[("APPD_TOKEN", "t")]), ["optimizer_id", "token"]);
    assert_eq!(keys(text, &[secret]), ["client_secret", "connection_file", "optimizer_id"]);
    let client = [("APPD_CLIENT_ID", "c"), secret];
    assert_eq!(keys(text, &client), ["client_id", "client_secret", "optimizer_id"]);
    let all = [("APPD_CONNECTION_FILE", "x"), ("APPD_TOKEN", "t"), ("APPD_CLIENT_ID", "c"), secret];
    assert_eq!(keys("optimizer: {optimizer_id: a}", &all), ["connection_file", "optimizer_id"]);
}

#[test]
fn an_option_that_names_an_optimizer_replaces_the_one_within_the_servo() {
    let text = "optimizer: {embedded: {a: 1}}";
    let assignments = ["--optimizer optimizer.id=example.com/cli"];
    let expected = json!({"id": "example.com/cli", "token": "007", "base_url": "https://example.com"});
    assert_eq!(optimizer(text, &OPSANI, &assignments), expected);
    let whole = [("SERVO_OPTIMIZER", r#"{"id": "example.com/w"}"#), ("OPSANI_TOKEN", "t")];
    assert_eq!(optimizer(text, &whole, &[]), json!({"id": "example.com/w", "token": "t"}));
    let back = [("SERVO_OPTIMIZER", r#"{"embedded": {"b": 2}}"#), ("OPSANI_TOKEN", "t")];
    assert_eq!(
        optimizer("optimizer: {id: example.com/a, url: x}", &back, &[]),
        json!({"embedded": {"b": 2}})
    );
    assert_eq!(optimizer(text, &back, &[]), json!({"embedded": {"a": 1, "b": 2}}));
    let wrong = told(text, &[], &["--token optimizer.token=x"]);
    let expected = "servo.yaml: the option --token: `embedded` and `token` stand for two optimizers";
    assert!(wrong.starts_with(expected), "{wrong}");
}
