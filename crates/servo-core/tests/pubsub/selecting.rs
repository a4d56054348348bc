//! Which channels a selector means.

use servo_core::Error;
use servo_core::pubsub::Selector;

use crate::fixture::{name, selector};

/// Says which of the names are meant.
fn chosen<'a>(written: &str, candidates: &[&'a str]) -> Vec<&'a str> {
    let selector = selector(written);
    candidates.iter().copied().filter(|candidate| selector.matches(&name(candidate))).collect()
}

fn refused(written: &str) -> String {
    Error::from(written.parse::<Selector>().unwrap_err()).chain()
}

#[test]
fn a_name_means_that_channel() {
    assert_eq!(
        chosen("metrics.a", &["metrics.a", "metrics.ab", "xmetrics.a", "metricsxa", "METRICS.A"]),
        ["metrics.a"]
    );
    assert_eq!(selector("metrics.a").name(), Some(&name("metrics.a")));
    assert_eq!(selector("metrics.*").name(), None);
}

#[test]
fn a_star_is_anything_and_dots_as_well() {
    assert_eq!(
        chosen("metrics.*", &["metrics.a", "metrics.a.b", "metrics", "a.metrics.b"]),
        ["metrics.a", "metrics.a.b"]
    );
    assert_eq!(chosen("*", &["aa", "a.b.c"]), ["aa", "a.b.c"]);
    assert_eq!(chosen("a*b", &["ab", "a-b", "a.x.b", "abc"]), ["ab", "a-b", "a.x.b"]);
    assert_eq!(chosen("**.**", &["ab", "a.b"]), ["a.b"]);
}

#[test]
fn a_question_mark_is_one_character() {
    assert_eq!(chosen("a?c", &["abc", "a.c", "ac", "abbc"]), ["abc", "a.c"]);
}

#[test]
fn a_set_is_one_of_its_characters_or_none_of_them() {
    assert_eq!(chosen("n[13]", &["n1", "n2", "n3", "n13"]), ["n1", "n3"]);
    assert_eq!(chosen("n[!13]", &["n1", "n2", "n3"]), ["n2"]);
    assert_eq!(chosen("n[a-c0-1]", &["na", "nc", "nd", "n0", "n2"]), ["na", "nc", "n0"]);
    assert_eq!(chosen("n[a-]x", &["nax", "n-x", "nbx"]), ["nax", "n-x"]);
    assert_eq!(chosen("n[-a]x", &["nax", "n-x", "nbx"]), ["nax", "n-x"]);
    assert_eq!(chosen("n[.^]x", &["n.x", "nax"]), ["n.x"]);
}

#[test]
fn between_slashes_is_a_regular_expression_that_the_whole_name_matches() {
    assert_eq!(
        chosen(r"/metrics\.(a|ab)/", &["metrics.a", "metrics.ab", "metrics.abc", "xmetrics.a"]),
        ["metrics.a", "metrics.ab"]
    );
    assert_eq!(chosen("/a|bb/", &["bb", "ab", "abb"]), ["bb"]);
    assert_eq!(chosen("/(?i)ABC/", &["abc"]), ["abc"]);
}

#[test]
fn every_channel_can_be_meant_without_reading_anything() {
    let all = Selector::all();
    assert!(all.matches(&name("a.b")) && all.as_str() == "*");
}

#[test]
fn space_around_it_is_taken_away() {
    assert_eq!(chosen(" a* ", &["ab"]), ["ab"]);
    assert_eq!(selector(" a* ").to_string(), "a*");
}

#[test]
fn what_selects_nothing_says_why() {
    assert_eq!(
        refused(" "),
        "expected the name of a channel or a pattern of such names, found an empty text"
    );
    assert_eq!(
        refused("a b"),
        "expected the name of a channel, made of letters, digits, '.', '-' and '_', found ' ' in 'a b'"
    );
    assert_eq!(refused("/abc"), "expected a regular expression between slashes, found '/abc'");
    assert_eq!(refused("/"), "expected a regular expression between slashes, found '/'");
    assert_eq!(refused("//"), "expected a regular expression between slashes, found '//'");
    assert!(refused("/a(/").starts_with("expected a regular expression between slashes, found '/a(/': "));
    assert!(
        refused("/a)|(b/").starts_with("expected a regular expression between slashes, found '/a)|(b/': ")
    );
    assert_eq!(refused("a[bc"), "expected a ']' after '[' in the pattern 'a[bc'");
    assert_eq!(refused("a["), "expected a ']' after '[' in the pattern 'a['");
    assert_eq!(refused("a[]b"), "expected characters between '[' and ']' in the pattern 'a[]b'");
    assert_eq!(refused("a[!]"), "expected characters between '[' and ']' in the pattern 'a[!]'");
    assert_eq!(
        refused("a[z-a]"),
        "expected a range from a lower to a higher character, found 'z-a' in the pattern 'a[z-a]'"
    );
    assert_eq!(refused("a/*"), "expected a pattern of names, which have no '/', found 'a/*'");
    assert_eq!(refused(&"*a".repeat(501)), "expected a pattern of at most 1000 characters, found 1002");
}

#[test]
fn a_wrong_expression_is_told_with_what_to_write() {
    let error = Error::from("/abc".parse::<Selector>().unwrap_err());
    assert_eq!(error.help(), Some("write it as `/metrics[.].*/`"));
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in r"[/\[\]!*?a-c.()|\\-]{0,12}") {
        if let Ok(selector) = text.parse::<Selector>() {
            selector.matches(&name("a.b-c"));
        }
    }

    #[test]
    fn a_pattern_without_stars_matches_what_it_says(text in "[a-c]{2,6}") {
        proptest::prop_assert!(selector(&text).matches(&name(&text)));
        let longer = format!("{text}*");
        proptest::prop_assert!(selector(&longer).matches(&name(&text)));
        let sets: Vec<String> = text.chars().map(|character| format!("[{character}]")).collect();
        proptest::prop_assert!(selector(&sets.concat()).matches(&name(&text)));
    }
}
