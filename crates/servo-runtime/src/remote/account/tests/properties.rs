//! Properties of reading: nothing panics, URLs stay below their base, and no secret is shown.

use proptest::collection::btree_map;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::*;

const KEYS: [&str; 12] = [
    "id",
    "token",
    "token_file",
    "base_url",
    "url",
    "optimizer_id",
    "tenant_id",
    "client_id",
    "client_secret",
    "connection_file",
    "token_url",
    "other",
];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "\\PC{0,12}".prop_map(Value::from),
        "https?://[a-z]{1,5}(/[a-z.%]{0,5}){0,3}".prop_map(Value::from),
        "[a-z.]{5,8}/[a-z.=+/]{1,8}".prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!([CANARY])),
    ]
}

proptest! {
    #[test]
    fn no_section_makes_it_panic(section in btree_map(select(&KEYS[..]), value(), 0..6)) {
        let section = section.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        if let Ok(account) = read(Value::Object(section)) {
            let url = match account.access {
                Access::Token { url, .. } | Access::Client { url, .. } => Some(url),
                Access::File { url, .. } => url,
            };
            prop_assert!(url.is_none_or(|url| url.path().ends_with('/') && url.query().is_none()));
        }
    }

    #[test]
    fn an_identifier_stays_one_segment(id in "\\PC{1,12}") {
        let section = json!({"optimizer_id": id, "base_url": "https://example.com/x", "token": CANARY});
        if let Ok(account) = read(section) {
            let url = url_and_token(&account).0;
            let before = "https://example.com/x/rest/optimize/co/v1/optimizers/";
            let segment = url.strip_prefix(before).and_then(|rest| rest.strip_suffix('/'));
            prop_assert!(segment.is_some_and(|segment| !segment.is_empty() && !segment.contains('/')), "{}", url);
        }
    }

    #[test]
    fn a_token_is_printable_or_refused(text in any::<String>()) {
        match token_text(&text) {
            Ok(token) => prop_assert!(token.expose_secret().bytes().all(|byte| (b' '..=b'~').contains(&byte))),
            Err(error) => prop_assert!(text.trim().len() < 3 || !error.to_string().contains(text.trim())),
        }
    }
}
