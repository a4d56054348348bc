//! The Opsani form, and that of Cisco's observability platform.

use serde_json::json;

use super::*;

const URL: &str = "https://api.opsani.com/accounts/dev.opsani.com/applications/shop/";

#[test]
fn an_id_and_a_token_are_enough() {
    let account = account(json!({"id": "dev.opsani.com/shop", "token": CANARY}));
    assert_eq!(account.id, "dev.opsani.com/shop");
    assert_eq!(url_and_token(&account), (URL.to_owned(), CANARY.to_owned()));
}

#[test]
fn a_base_url_keeps_its_path_with_and_without_a_slash() {
    for base_url in ["http://localhost:8080/api/v1", "http://localhost:8080/api/v1/"] {
        let section = json!({"id": "dev.opsani.com/shop", "token": CANARY, "base_url": base_url});
        let url = url_and_token(&account(section)).0;
        assert_eq!(url, "http://localhost:8080/api/v1/accounts/dev.opsani.com/applications/shop/");
    }
}

#[test]
fn a_url_counts_as_it_is_and_ends_in_a_slash() {
    for url in ["https://example.com/o", "https://example.com/o/"] {
        let section = json!({
            "id": "dev.opsani.com/shop", "token": CANARY, "url": url, "base_url": "https://other.example.com",
        });
        assert_eq!(url_and_token(&account(section)).0, "https://example.com/o/");
    }
    let section = json!({"id": "dev.opsani.com/shop", "token": CANARY, "url": "https://example.com"});
    assert_eq!(url_and_token(&account(section)).0, "https://example.com/");
}

#[test]
fn white_space_around_a_token_does_not_count() {
    let section = json!({"id": "dev.opsani.com/shop", "token": "\n  Bearer a b \r\n"});
    assert_eq!(url_and_token(&account(section)).1, "Bearer a b");
}

#[test]
fn a_padded_identifier_needs_the_url_that_goes_with_it() {
    let token = format!("X-SF-Token {CANARY}");
    let padded = json!({
        "id": "dGVuYW50/b3B0+a/W1pemVyaWQ=", "token": token, "url": "https://observe.example.com/rest/o/x",
    });
    let read = account(padded.clone());
    assert_eq!(read.id, "dGVuYW50/b3B0+a/W1pemVyaWQ=");
    assert_eq!(url_and_token(&read), ("https://observe.example.com/rest/o/x/".to_owned(), token));
    let mut without = padded;
    without["url"] = Value::Null;
    let error = super::read(without).unwrap_err();
    assert_eq!(error.key(), Some("id"));
    assert!(error.help().is_some_and(|help| help.contains("needs `url`")));
}

#[test]
fn what_is_missing_is_told_once_each() {
    assert_eq!(errors(json!({})), ["missing field `id`", "missing field `token`"]);
    let error = super::read(json!({"id": "dev.opsani.com/shop"})).unwrap_err();
    let help = error.help().unwrap();
    for part in ["token:", "token_file:", "OPSANI_TOKEN ", "OPSANI_TOKEN_FILE"] {
        assert!(help.contains(part), "{part} in {help}");
    }
    let error = super::read(json!({"token": CANARY})).unwrap_err();
    assert!(error.help().unwrap().contains("OPSANI_OPTIMIZER"));
}

#[test]
fn ids_have_the_form_that_the_protocol_says() {
    for id in ["abcde/a", "a.b-c/A_b-c.9", "...../a", &format!("{}/{}", "a".repeat(50), "b".repeat(64))] {
        let section = json!({"id": id, "token": CANARY});
        assert_eq!(account(section).id, *id);
    }
    let long = format!("{}/a", "a".repeat(51));
    for id in
        ["", "abcde", "abcd/a", "-abcde/a", "abcde/", "ab_de/a", "abcde/a b", "abcde/ü", "abcde/a/b", &long]
    {
        let section = json!({"id": id, "token": CANARY});
        assert_eq!(errors(section), [format!("id: `{id}` is not the id of an optimizer")]);
    }
    for id in ["abcde/.", "abcde/.."] {
        errors(json!({"id": id, "token": CANARY}));
        errors(json!({"id": id, "token": CANARY, "url": "https://example.com"}));
    }
}

#[test]
fn urls_are_http_and_hold_nothing_beside_host_and_path() {
    let with_user = format!("https://user:{CANARY}@example.com");
    let with_query = format!("https://example.com?token={CANARY}");
    for (url, message) in [
        ("api.opsani.com", "not a URL: relative URL without a base"),
        ("ftp://example.com", "expected a URL that begins with `https://` or `http://`"),
        ("mailto:a@example.com", "expected a URL that begins with `https://` or `http://`"),
        (&with_user, "the URL holds a user or a password"),
        (&with_query, "the URL holds a query or a fragment"),
        ("https://example.com#a", "the URL holds a query or a fragment"),
        ("https://", "not a URL: empty host"),
    ] {
        for key in ["url", "base_url"] {
            let section = json!({"id": "dev.opsani.com/shop", "token": "t", (key): url});
            assert_eq!(errors(section), [format!("{key}: {message}")]);
        }
    }
}

#[test]
fn a_token_that_cannot_be_sent_is_refused_and_not_shown() {
    let token = |token: Value| errors(json!({"id": "dev.opsani.com/shop", "token": token}));
    for broken in [format!("{CANARY}\nX: y"), format!("{CANARY}\u{7f}"), format!("{CANARY}ü")] {
        let what = "token: the token holds a line break or another character that a header cannot carry";
        assert_eq!(token(broken.into()), [what]);
    }
    assert_eq!(token(" \n".into()), ["token: the token is empty"]);
    for bare in ["Bearer ", "X-SF-Token"] {
        let what = "token: the token is only the name of a scheme, with nothing behind it";
        assert_eq!(token(bare.into()), [what]);
    }
    for no_text in
        [json!(12_345_678), json!(-5), json!(1.5), json!(true), json!([CANARY]), json!({"a": CANARY})]
    {
        assert_eq!(token(no_text), ["token: expected text: quote the secret"]);
    }
}

#[test]
fn a_token_has_one_place() {
    let section = json!({"id": "dev.opsani.com/shop", "token": CANARY, "token_file": "token"});
    assert_eq!(errors(section), ["token_file: `token` and `token_file` are both given"]);
    for path in ["token", "/etc/servo/token"] {
        let section = json!({"id": "dev.opsani.com/shop", "token_file": path});
        assert_eq!(url_and_token(&account(section)).1, "file:/etc/servo/token");
    }
    let section = json!({"id": "dev.opsani.com/shop", "token_file": ""});
    assert_eq!(errors(section), ["token_file: the path is empty"]);
}

#[test]
fn other_keys_are_refused() {
    let told = errors(json!({"id": "dev.opsani.com/shop", "tokn": CANARY}));
    assert!(told[0].contains("unknown field `tokn`"), "{told:?}");
    assert_eq!(errors(json!(["dev.opsani.com/shop", CANARY])), ["expected a mapping of settings"]);
}
