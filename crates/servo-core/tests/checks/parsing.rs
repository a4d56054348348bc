//! Filters as they are written on the command line and in a configuration (5.7).

use serde_json::{Value, json};
use servo_core::check::{Filter, FilterError};

fn parse(names: &[&str], ids: &[&str], tags: &[&str]) -> Result<Value, FilterError> {
    Filter::parse(names, ids, tags).map(|filter| serde_json::to_value(filter).unwrap())
}

fn refused(names: &[&str], ids: &[&str], tags: &[&str]) -> String {
    parse(names, ids, tags).unwrap_err().to_string()
}

#[test]
fn nothing_chooses_everything() {
    assert!(Filter::parse::<&str>(&[], &[], &[]).unwrap().is_empty());
}

#[test]
fn one_name_between_slashes_is_a_regular_expression() {
    assert_eq!(parse(&["/.*exec.+/"], &[], &[]).unwrap()["name"], "/.*exec.+/");
    assert_eq!(parse(&["/a{1,2}/"], &[], &[]).unwrap()["name"], "/a{1,2}/");
}

#[test]
fn other_names_are_a_list() {
    assert_eq!(parse(&["Web, too"], &[], &[]).unwrap()["name"], json!(["Web, too"]), "names may have commas");
    assert_eq!(parse(&["a", "b"], &[], &[]).unwrap()["name"], json!(["a", "b"]));
    assert_eq!(parse(&["/healthz answers"], &[], &[]).unwrap()["name"], json!(["/healthz answers"]));
    assert_eq!(parse(&["/", "//"], &[], &[]).unwrap()["name"], json!(["/", "//"]));
}

#[test]
fn ids_are_the_same_and_several_with_commas() {
    assert_eq!(parse(&[], &["/^check_.{1,3}/"], &[]).unwrap()["id"], "/^check_.{1,3}/");
    assert_eq!(parse(&[], &["a", "b"], &[]).unwrap()["id"], json!(["a", "b"]));
    assert_eq!(parse(&[], &["a, b,c"], &[]).unwrap()["id"], json!(["a", "b", "c"]));
}

#[test]
fn tags_are_several_with_commas() {
    assert_eq!(
        parse(&[], &[], &["fast, low_priority", "v1.2"]).unwrap()["tags"],
        json!(["fast", "low_priority", "v1.2"])
    );
}

#[test]
fn a_regular_expression_that_is_none_is_an_error() {
    let error = Filter::parse(&["/(/"], &[], &[]).unwrap_err();
    assert_eq!(error.to_string(), "expected a regular expression between slashes, found `/(/`");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("open group without closing"), "{cause}");
    assert!(error.help().is_some());
}

#[test]
fn a_regular_expression_stands_alone() {
    let expected = "expected a regular expression alone, or names, found `/b/` among others";
    assert_eq!(refused(&["a", "/b/"], &[], &[]), expected);
}

#[test]
fn what_no_check_can_have_is_an_error() {
    assert_eq!(refused(&[""], &[], &[]), "expected the name of a check, found an empty text");
    assert_eq!(refused(&[], &["a,,b"], &[]), "expected the id of a check, found an empty text");
    assert_eq!(refused(&[], &[], &[","]), "expected the tag of a check, found an empty text");
    let id = "expected the id of a check, made of `a-z`, `0-9` and `_`, found `Check-1`";
    assert_eq!(refused(&[], &["Check-1"], &[]), id);
    let tag = "expected a tag, 1 to 32 characters of `a-z`, `0-9`, `.`, `_` and `-`, found `Fast`";
    assert_eq!(refused(&[], &[], &["Fast"]), tag);
}
