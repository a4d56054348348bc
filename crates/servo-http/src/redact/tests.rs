//! Tests of redaction.

use proptest::prelude::*;

use super::*;

fn redactor(secrets: &[&str]) -> Redactor {
    let redactor = Redactor::default();
    for secret in secrets {
        redactor.add(secret);
    }
    redactor
}

#[test]
fn a_longer_secret_is_replaced_whole_where_it_begins_with_a_shorter_one() {
    let redactor = redactor(&["token", "token-and-more"]);
    assert_eq!(redactor.redact("a token-and-more, a token"), "a [REDACTED], a [REDACTED]");
}

#[test]
fn secrets_that_overlap_are_replaced_as_one() {
    assert_eq!(redactor(&["abcd", "cdefgh"]).redact("<abcdefgh>"), "<[REDACTED]>");
    assert_eq!(redactor(&["abab1abab"]).redact("abab1abab1abab"), "[REDACTED]");
}

#[test]
fn a_secret_that_reads_as_the_marker_does_not_grow() {
    assert_eq!(redactor(&["REDACTED", "other"]).redact("other"), "[REDACTED]");
}

#[test]
fn very_short_secrets_are_ignored() {
    assert_eq!(redactor(&["", "a", "abc"]).redact("abc"), "abc");
    assert_eq!(redactor(&["abcd"]).redact("abcd"), "[REDACTED]");
}

#[test]
fn clones_share_what_they_know() {
    let first = Redactor::default();
    let second = first.clone();
    first.add("canary");
    assert_eq!(second.redact("a canary"), "a [REDACTED]");
}

#[test]
fn the_escaped_forms_are_replaced_in_urls_json_and_base64() {
    let redactor = redactor(&["s3cr\"et/ é"]);
    for text in [
        "s3cr%22et%2F%20%C3%A9",
        "s3cr%22et%2F+%C3%A9",
        "s3cr\\\"et/ é",
        "s3cr\\\"et/ \\u00e9",
        "czNjciJldC8gw6k=",
    ] {
        assert_eq!(redactor.redact(&format!("<{text}>")), "<[REDACTED]>", "{text}");
    }
}

#[test]
fn an_excerpt_is_one_line_and_says_what_it_is_cut_from() {
    let redactor = Redactor::default();
    assert_eq!(redactor.excerpt(b"<html>\n<body>\x1b[31m\xff", 100), "<html>\\n<body>\\u{1b}[31m\u{fffd}");
    assert_eq!(redactor.excerpt(b"0123456789", 4), "0123… (of 10 bytes)");
}

#[test]
fn an_excerpt_does_not_end_in_half_a_secret() {
    assert_eq!(redactor(&["canary-canary"]).excerpt(b"0123canary-canary", 10), "0123[REDAC… (of 17 bytes)");
}

#[test]
fn a_secret_that_escaping_spells_is_replaced() {
    assert_eq!(redactor(&["ab\\ncd"]).excerpt(b"ab\ncd", 100), "[REDACTED]");
}

proptest! {
    // The letters of the secrets are not those of the marker, which would be found in it.
    #[test]
    fn no_excerpt_holds_a_known_secret(
        secrets in prop::collection::vec("[a-d%\\\\\"\n é]{4,8}", 1..4),
        pieces in prop::collection::vec("[a-d%\\\\\"\n é]{0,6}", 5),
        limit in 0_usize..80,
    ) {
        let known = redactor(&secrets.iter().map(String::as_str).collect::<Vec<_>>());
        let text: String = pieces.iter().zip(secrets.iter().cycle()).flat_map(|(piece, secret)| {
            let forms = forms::of(secret);
            let form = forms[piece.len() % forms.len()].clone();
            [piece.clone(), form]
        }).collect();
        let excerpt = known.excerpt(text.as_bytes(), limit);
        prop_assert!(!excerpt.chars().any(char::is_control));
        for secret in &secrets {
            for form in forms::of(secret) {
                prop_assert!(!excerpt.contains(&form), "{form:?} in {excerpt:?} of {text:?}");
            }
        }
    }

    #[test]
    fn any_bytes_have_an_excerpt_within_the_limit(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        limit in 0_usize..100,
    ) {
        let excerpt = redactor(&["abcd"]).excerpt(&bytes, limit);
        prop_assert!(excerpt.len() <= limit + "… (of 200 bytes)".len());
    }

    #[test]
    fn text_without_a_secret_is_left_alone(text in "[e-z ]{0,60}") {
        prop_assert_eq!(redactor(&["abcd"]).redact(&text), text);
    }
}

#[test]
fn secrets_that_come_and_go_are_forgotten_and_lasting_ones_are_not() {
    let redactor = Redactor::default();
    redactor.add("lasting-secret");
    for n in 0..300 {
        redactor.add_passing(&format!("passing-{n:03}."));
        redactor.add_passing("passing-in-use");
    }
    let shown = redactor.redact("lasting-secret passing-in-use passing-299. passing-045.");
    assert_eq!(shown, "[REDACTED] [REDACTED] [REDACTED] [REDACTED]");
    assert_eq!(redactor.redact("passing-044."), "passing-044.");
}
