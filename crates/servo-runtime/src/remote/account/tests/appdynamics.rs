//! The `AppDynamics` form.

use serde_json::json;

use super::*;

const BASE: &str = "https://tenant.observe.example.com/";

fn client() -> Value {
    json!({
        "optimizer_id": "b3B0aW1pemVy=", "tenant_id": "tenant", "base_url": BASE, "client_id": "srv_1",
        "client_secret": CANARY,
    })
}

/// URL, token URL, client and secret.
fn parts(account: &Account) -> [String; 4] {
    match &account.access {
        Access::Client { url, token_url, client_id, client_secret } => [
            url.to_string(),
            token_url.to_string(),
            client_id.clone(),
            client_secret.expose_secret().to_owned(),
        ],
        other => panic!("expected client credentials, found {other:?}"),
    }
}

#[test]
fn client_credentials_lead_to_both_urls() {
    let account = account(client());
    assert_eq!(account.id, "b3B0aW1pemVy=");
    let expected = [
        "https://tenant.observe.example.com/rest/optimize/co/v1/optimizers/b3B0aW1pemVy=/",
        "https://tenant.observe.example.com/auth/tenant/default/oauth2/token",
        "srv_1",
        CANARY,
    ];
    assert_eq!(parts(&account), expected);
}

#[test]
fn urls_of_its_own_need_neither_base_nor_tenant() {
    let section = json!({
        "optimizer_id": "a", "client_id": "c", "client_secret": CANARY, "url": "https://example.com/o",
        "token_url": "https://login.example.com/token",
    });
    let expected = ["https://example.com/o/", "https://login.example.com/token", "c", CANARY];
    assert_eq!(parts(&account(section)), expected);
}

#[test]
fn identifiers_are_encoded_as_one_segment_each() {
    let mut section = client();
    section["optimizer_id"] = "a/b?c%2e#=+".into();
    section["tenant_id"] = "t/../u".into();
    let [url, token_url, ..] = parts(&account(section));
    assert_eq!(url, format!("{BASE}rest/optimize/co/v1/optimizers/a%2Fb%3Fc%252e%23=+/"));
    assert_eq!(token_url, format!("{BASE}auth/t%2F..%2Fu/default/oauth2/token"));
}

#[test]
fn identifiers_that_are_no_segment_are_refused() {
    for id in ["", ".", "..", "a b", "a\n", &"a".repeat(201)] {
        let mut section = client();
        section["optimizer_id"] = (*id).into();
        assert!(errors(section)[0].starts_with("optimizer_id: "), "{id:?}");
    }
    let mut section = client();
    section["tenant_id"] = "..".into();
    assert_eq!(errors(section), ["tenant_id: expected an identifier of 1 to 200 characters"]);
}

#[test]
fn a_connection_file_comes_before_everything_else() {
    let mut section = client();
    section["connection_file"] = "connection.yaml".into();
    let Access::File { path, optimizer_id, url } = account(section.clone()).access else {
        panic!("expected a connection file")
    };
    assert_eq!((path.to_str(), optimizer_id.as_str()), (Some("/etc/servo/connection.yaml"), "b3B0aW1pemVy="));
    assert_eq!(url, None);
    section["url"] = "https://example.com/o".into();
    let Access::File { url: Some(url), .. } = account(section).access else { panic!("expected a URL") };
    assert_eq!(url.as_str(), "https://example.com/o/");
}

#[test]
fn a_token_makes_client_credentials_needless() {
    let mut section = client();
    section["token"] = format!("X-SF-Token {CANARY}").into();
    let (url, token) = url_and_token(&account(section));
    assert!(url.ends_with("/optimizers/b3B0aW1pemVy=/"));
    assert_eq!(token, format!("X-SF-Token {CANARY}"));
    let section = json!({"optimizer_id": "a", "url": "https://example.com", "token_file": "token"});
    let expected = ("https://example.com/".to_owned(), "file:/etc/servo/token".to_owned());
    assert_eq!(url_and_token(&account(section)), expected);
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    assert_eq!(errors(json!({"optimizer_id": "a"})), ["the AppDynamics optimizer has no credentials"]);
    let told = errors(json!({"client_id": "c"}));
    let keys = ["optimizer_id", "client_secret", "base_url", "tenant_id"];
    assert_eq!(told, keys.map(|key| format!("missing field `{key}`")));
    let error = read(json!({"optimizer_id": "a", "client_id": "c", "tenant_id": "t", "base_url": BASE}));
    assert!(error.unwrap_err().help().unwrap().contains("APPD_CLIENT_SECRET"));
    assert_eq!(errors(json!({"optimizer_id": "a", "token": CANARY})), ["missing field `base_url`"]);
}

#[test]
fn values_that_cannot_work_are_refused_at_their_keys() {
    for (key, value, message) in [
        ("client_secret", json!(""), "client_secret: the secret is empty"),
        ("client_secret", json!(12), "client_secret: expected text: quote the secret"),
        ("client_id", json!("a b"), "client_id: the text holds white space or control characters"),
        ("base_url", json!("tenant"), "base_url: not a URL: relative URL without a base"),
        (
            "token_url",
            json!("ftp://a/"),
            "token_url: expected a URL that begins with `https://` or `http://`",
        ),
        ("connection_file", json!(""), "connection_file: the path is empty"),
        (
            "token",
            json!("a\nb"),
            "token: the token holds a line break or another character that a header cannot carry",
        ),
    ] {
        let mut section = client();
        section[key] = value;
        assert_eq!(errors(section), [message]);
    }
    let told = errors(json!({"optimizer_id": "a", "connection_file": "x", "id": "dev.opsani.com/shop"}));
    assert!(told[0].contains("unknown field `id`"), "{told:?}");
    let section = json!({"optimizer_id": "a", "base_url": BASE, "token": CANARY, "token_file": "x"});
    assert_eq!(errors(section), ["token_file: `token` and `token_file` are both given"]);
}
