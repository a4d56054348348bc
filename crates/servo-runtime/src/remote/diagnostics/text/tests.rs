//! Which parts of a text are hidden, and which stay.

use proptest::prelude::*;

use super::*;

#[test]
fn urls_lose_user_and_password() {
    for (text, shown) in [
        ("http://user:pw@host:80/path", "http://[REDACTED]@host:80/path"),
        ("see https://user@host, then", "see https://[REDACTED]@host, then"),
        ("a://x:y@h b://x:y@h", "a://[REDACTED]@h b://[REDACTED]@h"),
        ("http://user:p/w@d@host/", "http://[REDACTED]@host/"),
        ("http://user:my pw@host/", "http://[REDACTED]@host/"),
        ("http://host:80/path and a@b", "http://host:80/path and a@b"),
        ("://", "://"),
        ("://@", "://[REDACTED]@"),
    ] {
        assert_eq!(redacted(text), shown);
        assert_eq!(of_log(text), shown);
    }
}

#[test]
fn values_beside_the_name_of_a_secret_are_taken_out() {
    for (text, shown) in [
        ("TOKEN=abc ls -l", "TOKEN=[REDACTED] ls -l"),
        ("password = 'a b' c", "password = [REDACTED] c"),
        ("password='a b' c", "password=[REDACTED] c"),
        (r#"password="a\" b" c"#, "password=[REDACTED] c"),
        ("https://h/p?api_key=abc&x=1", "https://h/p?api_key=[REDACTED]&x=1"),
        ("Authorization: Bearer abc\nAccept: */*", "Authorization: [REDACTED]\nAccept: */*"),
        (r#"{"a": 1, "token": "abc"}"#, r#"{"a": 1, "token": [REDACTED]"#),
        ("curl --token abc -v", "curl --token [REDACTED] -v"),
        ("x: Bearer  abc d", "x: Bearer  [REDACTED] d"),
        ("a: b\nsecret:\n  c: d\n", "a: b\nsecret:\n[REDACTED]"),
        ("token:", "token:"),
        ("token=", "token="),
    ] {
        assert_eq!(redacted(text), shown, "{text}");
    }
}

#[test]
fn other_text_stays() {
    for text in [
        "",
        "\n",
        "50/1s",
        "GET https://example.com/?a=1",
        "sum(rate(requests_total{job=\"web\"}[1m]))",
        "a: b = c\n\nd",
        "🦀: ß=ß ://",
    ] {
        assert_eq!(redacted(text), text);
        assert_eq!(of_log(text), text);
    }
}

#[test]
fn in_the_log_prose_stays() {
    let text = "no token: the file /run/token does not exist";
    assert_eq!(of_log(text), text);
    assert_eq!(of_log("-H 'Authorization: Bearer abc'"), "-H 'Authorization: Bearer [REDACTED]");
}

#[test]
fn proxies_need_no_scheme() {
    assert_eq!(without_user("user:pw@proxy:3128"), "[REDACTED]@proxy:3128");
    assert_eq!(without_user("socks5://u:p@proxy:1080"), "socks5://[REDACTED]@proxy:1080");
    assert_eq!(without_user("http://proxy:3128"), "http://proxy:3128");
}

proptest! {
    #[test]
    fn any_text_is_taken(text in "(?s).{0,60}|[a-z:/@=\"'\\\\& \n-]{0,60}|(token|://|@|=|:| |\n|ß|Bearer|--key){0,12}") {
        redacted(&text);
        of_log(&text);
        without_user(&text);
    }

    #[test]
    fn a_password_in_a_url_is_taken_out(
        password in "[!-~]{0,8}s3cr3t[!-~]{0,8}",
        before in "[a-z \n]{0,20}",
        after in "(/[a-z]*)?( [a-z:@/]*)?",
    ) {
        let text = format!("{before}http://user:{password}@host{after}");
        prop_assert!(!redacted(&text).contains("s3cr3t"));
        prop_assert!(!of_log(&text).contains("s3cr3t"));
        prop_assert!(!without_user(&text).contains("s3cr3t"));
    }

    #[test]
    fn a_value_is_taken_out_whole(
        name in "TOKEN|db_password|X-Api-Key|clientSecret",
        between in "=|: |=\"|='|: \"|\": \"|=Bearer |: Basic ",
        secret in "[a-zA-Z0-9+/,;.@:=_-]{0,9}s3cr3t[a-zA-Z0-9+/,;.@:=_-]{0,9}",
        before in "([a-z=:]{0,6} ){0,3}",
    ) {
        let text = format!("{before}{name}{between}{secret}");
        prop_assert!(!redacted(&text).contains("s3cr3t"), "{}", redacted(&text));
    }
}
