//! That what is written is read back as it was, and looks as people write it.

use proptest::prelude::*;
use serde_json::{Value, json};
use servo_runtime::config::{Source, document};

use super::*;

fn tree(value: &Value) -> Tree {
    match value {
        Value::Array(items) => Tree::List(items.iter().map(tree).collect()),
        Value::Object(entries) => Tree::map(entries.iter().map(|(key, value)| (key.clone(), tree(value)))),
        scalar => Tree::Scalar(scalar.clone()),
    }
}

fn read(text: &str) -> Value {
    let documents =
        document::parse(&Source::new("servo.yaml", text)).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    assert_eq!(documents.len(), 1, "{text}");
    documents[0].value().clone()
}

fn comes_back(value: &Value) {
    let text = render(&tree(value));
    assert_eq!(read(&text), *value, "{text}");
}

#[test]
fn a_document_looks_as_people_write_it() {
    let value = json!({
        "a": {"b": "500m", "c": [1, "x y", {"d": null, "e": true}, [2], [], {}]},
        "f": "line one\n  line two\n\nline three\n",
        "g": "1m30s",
        "h": {},
    });
    let expected = "\
a:
  b: 500m
  c:
    - 1
    - x y
    - d: null
      e: true
    - - 2
    - []
    - {}
f: |
  line one
    line two

  line three
g: 1m30s
h: {}
";
    assert_eq!(render(&tree(&value)), expected);
    comes_back(&value);
    assert_eq!(documents(&[tree(&json!({"a": 1})), tree(&json!({"a": 2}))]), "a: 1\n---\na: 2\n");
}

#[test]
fn text_that_a_reader_may_take_for_something_else_is_quoted() {
    for text in [
        "",
        "1",
        "-1",
        "+1",
        "0x1F",
        "0o17",
        "0b1",
        "017",
        "1_000",
        "1e3",
        "1.5",
        ".5",
        "1.",
        "1:30",
        "12:30:45",
        "2020-01-01",
        "true",
        "Yes",
        "NO",
        "on",
        "Off",
        "y",
        "N",
        "null",
        "Null",
        "~",
        ".inf",
        ".NaN",
        "nan",
        "inf",
        "<<",
        "=",
        "- a",
        "a: b",
        "a:",
        "#a",
        "a #b",
        " a",
        "a ",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "'a'",
        "\"a\"",
        "[a]",
        "{a}",
        "a\tb",
        "?",
        "? a",
        "---",
        "...",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{feff}a",
        "0.1.0",
        ".",
        "a, b: c",
        "0x",
        "0xd",
    ] {
        let shown = scalar(&Value::from(text));
        assert!(shown.starts_with('"') && shown.ends_with('"') && shown.len() >= 2, "{shown}");
        comes_back(&json!({ "a": text, "b": [text] }));
        comes_back(&json!({ text: text }));
    }
}

#[test]
fn text_that_nobody_mistakes_is_plain() {
    for text in [
        "shop",
        "500m",
        "2Gi",
        "1.5Gi",
        "1m30s",
        "p95_latency",
        "https://api.opsani.com/x",
        "/run/token",
        "./x",
        ".servo",
        "example.com/shop",
        "a, b",
        "größer",
        "90d",
        "Mon-Fri",
        "50/1s rate",
    ] {
        assert_eq!(scalar(&Value::from(text)).trim_matches('"'), text);
        comes_back(&json!({ "a": text, "b": [text] }));
    }
    for text in ["shop", "500m", "1m30s", "https://api.opsani.com/x", ".servo", "größer"] {
        assert_eq!(scalar(&Value::from(text)), text);
    }
}

#[test]
fn lines_are_a_literal_only_where_they_come_back() {
    for text in [
        "a\nb",
        "a\nb\n",
        "a\nb\n\n",
        "\na",
        " a\nb",
        "a\n b",
        "a\n\tb",
        "a\n \nb",
        "a \nb",
        "\n",
        "a\r\nb",
        "a\n",
        "#a\nb",
        "---\na",
        "a\n---\n",
        "a\n...\nb",
        "a: b\nc: d\n",
        "a\u{2028}\nb",
        "- a\n- b\n",
        "a\n\n\nb",
    ] {
        comes_back(&json!({ "a": text, "b": [text, {"c": text}], "d": {"e": text} }));
    }
}

#[test]
fn numbers_keep_their_kind() {
    let numbers =
        [json!(0), json!(-7), json!(1.0), json!(1e21), json!(1e-7), json!(1.5e300), json!(u64::MAX)];
    comes_back(&json!({ "numbers": numbers }));
    assert_eq!(scalar(&json!(1e21)), "1.0e+21");
    assert_eq!(scalar(&json!(1e-7)), "1.0e-7");
}

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a", "1", "0", ".", "-", " ", "\n", ":", "#", "x", "e", "+", "\t", "\"", "'", "\\", "é", "\u{85}",
        "true", "null", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "%", "_", "~", "\r",
    ]);
    prop_oneof![
        prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat()),
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back(values in prop::collection::btree_map(text(), value(), 1..4)) {
        comes_back(&Value::Object(values.into_iter().collect()));
    }
}
