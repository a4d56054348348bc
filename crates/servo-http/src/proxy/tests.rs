//! Which way requests take.

use proptest::prelude::*;
use url::Url;

use super::{Pattern, Proxies, ProxyError, Route};

/// Shows a route as the address of the proxy, or `direct`.
fn way(proxies: &Proxies, url: &str) -> String {
    match proxies.route(&url.parse::<Url>().unwrap()) {
        Route::Direct => "direct".to_owned(),
        Route::Via(proxy) => proxy.to_string(),
    }
}

fn environment(variables: &[(&str, &str)]) -> Result<Proxies, ProxyError> {
    with_environment(Proxies::default(), variables)
}

fn with_environment(proxies: Proxies, variables: &[(&str, &str)]) -> Result<Proxies, ProxyError> {
    let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
    proxies.or_environment(&|name| find(name).map(|(_, value)| (*value).to_owned()))
}

#[test]
fn without_rules_everything_goes_directly() {
    assert_eq!(way(&Proxies::default(), "https://api.opsani.com/"), "direct");
}

#[test]
fn the_most_specific_pattern_counts() {
    let proxies = Proxies::from_rules([
        ("all://", Some("http://all:1")),
        ("https://", Some("http://https:2")),
        ("all://*.opsani.com", Some("http://below:3")),
        ("https://*.opsani.com", Some("socks5://below:4")),
        ("all://api.opsani.com", Some("http://host:5")),
        ("all://api.opsani.com:8443", Some("http://port:6")),
        ("https://direct.opsani.com", None),
    ])
    .unwrap();
    for (url, expected) in [
        ("http://example.com/", "http://all:1"),
        ("https://example.com/", "http://https:2"),
        ("https://opsani.com/", "http://https:2"),
        ("http://a.opsani.com/", "http://below:3"),
        ("https://a.opsani.com/", "socks5://below:4"),
        ("https://api.opsani.com/", "http://host:5"),
        ("https://api.opsani.com:8443/", "http://port:6"),
        ("https://direct.opsani.com/", "direct"),
        ("http://direct.opsani.com/", "http://below:3"),
    ] {
        assert_eq!(way(&proxies, url), expected, "{url}");
    }
}

#[test]
fn a_pattern_or_an_address_that_cannot_be_read_is_an_error() {
    let pattern = Proxies::from_rules([("api.opsani.com", None)]).unwrap_err();
    assert_eq!(
        pattern.to_string(),
        "invalid proxy pattern `api.opsani.com`: expected a scheme such as `all://`, `https://` or \
         `https://*.example.com`"
    );
    let address = Proxies::from_rules([("all://", Some("http://ann:canary@proxy:port"))]).unwrap_err();
    assert_eq!(
        address.to_string(),
        "invalid proxy for `all://`: expected a port from 1 to 65535 after the colon"
    );
}

#[test]
fn two_patterns_that_say_the_same_are_an_error() {
    let error = Proxies::from_rules([("https://a.example", None), ("HTTPS://A.example/", None)]).unwrap_err();
    assert!(error.to_string().contains("another pattern selects the same requests"), "{error}");
}

#[test]
fn the_environment_chooses_by_scheme() {
    let proxies = environment(&[("HTTPS_PROXY", "http://s:1"), ("ALL_PROXY", "socks5h://all")]).unwrap();
    assert_eq!(way(&proxies, "https://a/"), "http://s:1");
    assert_eq!(way(&proxies, "http://a/"), "socks5://all:1080");
    let proxies = environment(&[("http_proxy", "p:3128")]).unwrap();
    assert_eq!(way(&proxies, "http://a/"), "http://p:3128");
    assert_eq!(way(&proxies, "https://a/"), "direct");
}

#[test]
fn lower_case_variables_count_before_upper_case_ones() {
    let both = environment(&[("HTTP_PROXY", "upper"), ("http_proxy", "lower")]).unwrap();
    assert_eq!(way(&both, "http://a/"), "http://lower:80");
    let empty = environment(&[("HTTP_PROXY", "upper"), ("http_proxy", " ")]).unwrap();
    assert_eq!(way(&empty, "http://a/"), "http://upper:80");
}

#[test]
fn no_proxy_exempts_from_the_environment_and_not_from_rules() {
    let rules = Proxies::from_rules([("all://ruled.internal", Some("http://rule:1"))]).unwrap();
    let variables = [("ALL_PROXY", "http://env:2"), ("NO_PROXY", ".internal, 10.0.0.0/8")];
    let proxies = with_environment(rules, &variables).unwrap();
    for (url, expected) in [
        ("https://a.internal/", "direct"),
        ("http://10.1.2.3/", "direct"),
        ("https://ruled.internal/", "http://rule:1"),
        ("https://example.com/", "http://env:2"),
    ] {
        assert_eq!(way(&proxies, url), expected, "{url}");
    }
}

#[test]
fn a_rule_that_says_direct_hides_the_environment() {
    let rules = Proxies::from_rules([("https://a", None)]).unwrap();
    let proxies = with_environment(rules, &[("ALL_PROXY", "http://env:2")]).unwrap();
    assert_eq!(way(&proxies, "https://a/"), "direct");
    assert_eq!(way(&proxies, "https://b/"), "http://env:2");
}

#[test]
fn an_environment_that_cannot_be_read_is_an_error_that_names_the_variable() {
    for (variables, expected) in [
        (("https_proxy", "https://p"), "invalid proxy for `https_proxy`: connections to a proxy over TLS"),
        (("ALL_PROXY", "ftp://p"), "invalid proxy for `ALL_PROXY`: expected an address such as"),
    ] {
        let error = environment(&[("HTTP_PROXY", "p"), variables]).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn never_wins_over_all() {
    let rules =
        Proxies::from_rules([("all://10.96.0.1:443", Some("http://p:1")), ("all://", Some("p:1"))]).unwrap();
    let proxies = with_environment(rules, &[("ALL_PROXY", "http://env:2")]).unwrap();
    let proxies =
        proxies.never("10.96.0.1").never("fd00::1").never("Kubernetes.default.svc").never("no host");
    for url in ["https://10.96.0.1/", "https://[fd00::1]:6443/", "http://kubernetes.default.svc/"] {
        assert_eq!(way(&proxies, url), "direct", "{url}");
    }
    assert_eq!(way(&proxies, "https://10.96.0.2/"), "http://p:1");
}

#[test]
fn a_password_is_shown_nowhere() {
    let canary = "c4n4ry";
    let address = format!("http://ann:{canary}@proxy:80");
    let rules = Proxies::from_rules([("all://", Some(address.as_str()))]).unwrap();
    let proxies = with_environment(rules, &[("ALL_PROXY", &address)]).unwrap();
    let route = proxies.route(&"http://a/".parse().unwrap());
    let shown = format!("{proxies:?} {route:?} {}", way(&proxies, "http://a/"));
    assert!(shown.contains("http://proxy:80"), "{shown}");
    let mut errors = Vec::new();
    for wrong in
        [format!("ftp://ann:{canary}@p"), format!("http://ann:{canary}@p:x"), format!("http://{canary}%@p")]
    {
        for rule in [("all://", Some(wrong.as_str())), (wrong.as_str(), None)] {
            errors.push(Proxies::from_rules([rule]).unwrap_err());
        }
        environment(&[("NO_PROXY", &wrong), ("HTTP_PROXY", "p")]).unwrap();
    }
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    let shown = format!("{shown} {errors:?} {texts:?}");
    assert!(!shown.contains(canary), "{shown}");
}

#[test]
fn addresses_of_version_6_are_shown_in_brackets() {
    let proxies = Proxies::from_rules([("all://", Some("[fd00::1]:3128"))]).unwrap();
    assert_eq!(way(&proxies, "http://a/"), "http://[fd00::1]:3128");
}

/// Patterns and URLs over so few names that they often meet.
fn patterns() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("(all|http|https)://(\\*|\\*\\.b|\\*a\\.b|a\\.b|c\\.a\\.b)?(:8)?", 0..8)
}

proptest! {
    #[test]
    fn no_selecting_pattern_is_more_specific_than_the_one_that_counts(
        patterns in patterns(),
        url in "(http|https)://(a\\.b|c\\.a\\.b|b|d)(:8)?/",
    ) {
        let mut rules: Vec<(Pattern, String, String)> = Vec::new();
        for (index, text) in patterns.iter().enumerate() {
            let pattern = Pattern::read(text).unwrap();
            if rules.iter().all(|(other, ..)| *other != pattern) {
                rules.push((pattern, text.clone(), format!("http://proxy:{}", index + 1)));
            }
        }
        let proxies =
            Proxies::from_rules(rules.iter().map(|(_, text, address)| (text.as_str(), Some(address.as_str())))).unwrap();
        let parsed = url.parse::<Url>().unwrap();
        let selecting: Vec<_> = rules.iter().filter(|(pattern, ..)| pattern.selects(&parsed)).collect();
        let expected = selecting.iter().max_by_key(|(pattern, ..)| pattern.specificity());
        prop_assert_eq!(way(&proxies, &url), expected.map_or("direct", |(_, _, address)| address.as_str()));
        let counted = selecting.iter().map(|(pattern, ..)| pattern.specificity()).collect::<std::collections::HashSet<_>>();
        prop_assert_eq!(counted.len(), selecting.len(), "patterns that select the same URL are never equally specific");
    }

    #[test]
    fn no_text_makes_it_panic(pattern in "\\PC*", address in "\\PC*", url in "https?://[a-z0-9.]{1,9}[a-z]/") {
        let _ = Proxies::from_rules([(pattern.as_str(), Some(address.as_str()))]);
        let _ = environment(&[("ALL_PROXY", &address), ("NO_PROXY", &pattern)]);
        if let Ok(url) = url.parse::<Url>() {
            Proxies::default().never(&pattern).route(&url);
        }
    }
}

#[test]
fn a_client_tells_its_redactor_the_passwords_of_its_proxies() {
    let rules = [("https://", Some("http://me:canary-1@proxy.example.com:3128")), ("http://", None)];
    let variable =
        |name: &str| (name == "ALL_PROXY").then(|| "socks5://me:canary%2F2@127.0.0.1:1080".to_owned());
    let proxies = Proxies::from_rules(rules).unwrap().or_environment(&variable).unwrap();
    let options = crate::Options { proxies, ..crate::Options::default() };
    let redactor = options.redactor.clone();
    crate::Client::new(options).unwrap();
    assert_eq!(redactor.redact("canary-1 and canary/2"), "[REDACTED] and [REDACTED]");
}

#[test]
fn an_exemption_that_cannot_be_read_is_passed_over_and_the_others_count() {
    let list = "192.168.*,a,10.0.0.0/99,b";
    let proxies = environment(&[("NO_PROXY", list), ("HTTP_PROXY", "http://proxy")]).unwrap();
    let ways = ["http://a/", "http://b/", "http://c/"].map(|url| way(&proxies, url));
    assert_eq!(ways, ["direct", "direct", "http://proxy:80"]);
    assert!(environment(&[("NO_PROXY", list)]).is_ok());
}

#[test]
fn proxies_that_go_the_same_ways_with_the_same_credentials_are_the_same() {
    let rules = |address| Proxies::from_rules([("https://", Some(address)), ("http://", None)]).unwrap();
    let one = rules("http://me:canary-1@proxy.example.com:3128");
    assert_eq!(one, one.clone());
    for other in
        ["http://me:canary-2@proxy.example.com:3128", "http://proxy.example.com:3128", "http://me:canary-1@x"]
    {
        assert_ne!(one, rules(other));
    }
    assert_ne!(one, one.clone().never("example.com"));
    let list = [("NO_PROXY", "a"), ("HTTP_PROXY", "http://proxy")];
    assert_eq!(environment(&list), environment(&list));
    assert_ne!(environment(&list), environment(&[("HTTP_PROXY", "http://proxy")]));
}
