//! What is in the manifests, and what must not be.

use serde_json::json;
use servo_runtime::config::{Source, document, redaction};

use super::*;

const NOW: &str = "2020-01-01T00:00:00Z";

fn manifests(text: &str, show_secrets: bool) -> String {
    rendered(text, show_secrets).unwrap()
}

fn rendered(text: &str, show_secrets: bool) -> Result<String, Failure> {
    let documents = document::parse(&Source::new("servo.yaml", text)).unwrap();
    let servos: Vec<Deployed<'_>> = documents
        .iter()
        .map(|document| Deployed {
            name: document.value()["name"].as_str().unwrap_or("shop"),
            whole: Tree::of(document, document.value()),
            masked: Tree::of(document, &redaction::masked(document.value())),
        })
        .collect();
    render(&servos, &json!([{"name": "emulator"}]), NOW.parse().unwrap(), show_secrets)
}

fn read(text: &str) -> Vec<Value> {
    let documents = document::parse(&Source::new("servo.k8s.yaml", text)).unwrap();
    documents.iter().map(|document| document.value().clone()).collect()
}

#[test]
fn secrets_are_references_to_a_secret_that_is_described() {
    let text = "name: shop\noptimizer: {id: example.com/shop, token: canary-5f2c}\nvegeta: {api_key: canary-77, rate: 3}\n";
    let expected = format!(
        "\
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: opsani-servo-config
  labels:
    app.kubernetes.io/name: servo
    app.kubernetes.io/version: \"{0}\"
  annotations:
    servo.opsani.com/configured_at: \"2020-01-01T00:00:00Z\"
    servo.opsani.com/connectors: \"[{{\\\"name\\\":\\\"emulator\\\"}}]\"
data:
  servo.yaml: |
    name: shop
    optimizer:
      id: example.com/shop
    vegeta:
      rate: 3
---
# Servo takes these from its environment. In the container of its Deployment write
#   envFrom:
#     - secretRef:
#         name: servo-optimizer
apiVersion: v1
kind: Secret
metadata:
  name: servo-optimizer
  labels:
    app.kubernetes.io/name: servo
    app.kubernetes.io/version: \"{0}\"
type: Opaque
stringData:
  OPSANI_TOKEN: REPLACE_ME
  SERVO_VEGETA_API_KEY: REPLACE_ME
",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(manifests(text, false), expected);
    let shown = read(&manifests(text, true));
    assert_eq!(shown[1]["stringData"]["OPSANI_TOKEN"], "canary-5f2c");
    assert!(!shown[0].to_string().contains("canary"), "a ConfigMap has no secrets, whoever looks");
}

#[test]
fn the_client_of_the_platform_has_variables_of_its_own() {
    let text = "optimizer: {optimizer_id: x, tenant_id: t, client_id: c, client_secret: canary-5f2c}\n";
    let shown = read(&manifests(text, false));
    assert_eq!(shown[1]["stringData"], json!({"APPD_CLIENT_SECRET": "REPLACE_ME"}));
    let data = read(shown[0]["data"]["servo.yaml"].as_str().unwrap());
    assert_eq!(data[0], json!({"optimizer": {"optimizer_id": "x", "tenant_id": "t", "client_id": "c"}}));
}

#[test]
fn without_secrets_there_is_none_to_describe() {
    let shown = read(&manifests("name: shop\noptimizer: {embedded: {}}\n", false));
    assert_eq!(shown.len(), 1);
}

#[test]
fn a_secret_deep_in_a_section_takes_its_key_with_it_as_json() {
    let text = "settings: {proxies: {'all://': 'http://user:canary-5f2c@proxy.invalid'}}\nx: {y: {password: canary-77}}\n";
    let shown = manifests(text, false);
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(
        read(&shown)[1]["stringData"],
        json!({"COMMON_PROXIES": "REPLACE_ME", "SERVO_X_Y": "REPLACE_ME"})
    );
    let shown = read(&manifests(text, true));
    assert_eq!(shown[1]["stringData"]["SERVO_X_Y"], r#"{"password":"canary-77"}"#);
}

#[test]
fn what_no_variable_can_stand_for_is_named_and_left_out() {
    let shown = manifests("name: shop\noptimizer: {embedded: {a: {password: canary-77}, seed: 7}}\n", false);
    let expected = "# Left out, for it is a secret: optimizer.embedded.a.password of servo shop\n";
    assert!(shown.contains(expected) && !shown.contains("canary"), "{shown}");
    let data = read(read(&shown)[0]["data"]["servo.yaml"].as_str().unwrap());
    assert_eq!(data[0]["optimizer"], json!({"embedded": {"a": {}, "seed": 7}}));
}

#[test]
fn the_variables_of_several_servos_are_named_for_theirs() {
    let text = "name: a-1\noptimizer: {id: e.com/a, token: canary-1111}\n---\nname: b\noptimizer: {id: e.com/b, token: \
                canary-2222}\n";
    let shown = manifests(text, false);
    assert!(!shown.contains("canary"), "{shown}");
    let shown = read(&shown);
    assert_eq!(read(shown[0]["data"]["servo.yaml"].as_str().unwrap()).len(), 2);
    let expected = json!({"OPSANI_TOKEN__A_1": "REPLACE_ME", "OPSANI_TOKEN__B": "REPLACE_ME"});
    assert_eq!(shown[1]["stringData"], expected);
}

#[test]
fn secrets_that_one_variable_would_stand_for_are_refused() {
    let refusal = |text: &str| match rendered(text, false) {
        Err(Failure::Usage { message, .. }) => message,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        refusal("name: shop\na-b: {token: canary-1111}\na_b: {token: canary-2222}\n"),
        "the variable SERVO_A_B_TOKEN would stand for `a-b.token` of servo `shop` and for `a_b.token` of servo `shop`"
    );
    let text = "name: a-1\noptimizer: {id: e.com/a, token: canary-1111}\n---\nname: a_1\noptimizer: {id: e.com/b, token: \
                canary-2222}\n";
    let said = refusal(text);
    assert!(said.contains("OPSANI_TOKEN__A_1") && said.contains("`a-1`") && said.contains("`a_1`"), "{said}");
    assert!(rendered("name: shop\na-b: {token: canary-1111}\na_b: {password: canary-2222}\n", false).is_ok());
}

#[test]
fn nothing_that_is_looked_at_shows_a_secret() {
    let text = "name: shop\nvegeta: {api_key: canary-77}\n";
    let documents = document::parse(&Source::new("servo.yaml", text)).unwrap();
    let whole = Tree::of(&documents[0], documents[0].value());
    let masked = Tree::of(&documents[0], &redaction::masked(documents[0].value()));
    let deployed = Deployed { name: "shop", whole, masked };
    let shown = format!("{deployed:?} {:?}", variables::left_out(&deployed, 1));
    assert!(shown.contains("SERVO_VEGETA_API_KEY") && !shown.contains("canary"), "{shown}");
}
