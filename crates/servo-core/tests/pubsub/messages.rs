//! What messages are made of.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use servo_core::pubsub::Message;

#[test]
fn text_json_yaml_and_bytes_have_their_types() {
    let made = [
        Message::from_text("hello"),
        Message::from_json(&json!({"a": 1})).unwrap(),
        Message::from_yaml("a: 1\n"),
        Message::from_bytes([1, 2, 3], "application/octet-stream"),
    ];
    let seen: Vec<(&str, &[u8])> = made.iter().map(|one| (one.content_type(), one.content())).collect();
    assert_eq!(
        seen,
        [
            ("text/plain", b"hello".as_slice()),
            ("application/json", br#"{"a":1}"#),
            ("application/x-yaml", b"a: 1\n"),
            ("application/octet-stream", &[1, 2, 3]),
        ]
    );
    assert_eq!(Message::from_text("a,b").with_content_type("text/csv").content_type(), "text/csv");
}

#[test]
fn a_message_knows_when_it_was_created_and_keeps_notes() {
    let before = jiff::Timestamp::now();
    let message = Message::from_text("hello");
    assert!((before..=jiff::Timestamp::now()).contains(&message.created_at()));
    assert_eq!(message.metadata(), &BTreeMap::new());

    let at = "2026-11-21T21:28:46Z".parse().unwrap();
    let noted = message.clone().with_created_at(at).with_metadata("pod", "a").with_metadata("pod", "b");
    assert_eq!((noted.created_at(), noted.metadata()["pod"].as_str()), (at, "b"));
    assert!(message.metadata().is_empty(), "the other one has not changed");
}

#[test]
fn text_is_strict() {
    assert_eq!(Message::from_text("grüße").text().unwrap(), "grüße");
    let error = Message::from_bytes([b'a', 0xff], Message::TEXT).text().unwrap_err();
    assert_eq!(
        error.chain(),
        "expected a message of UTF-8 text: invalid utf-8 sequence of 1 bytes from index 1"
    );
}

#[test]
fn json_is_read_as_the_type_that_is_asked_for() {
    let message = Message::from_json(&vec![1, 2, 3]).unwrap();
    assert_eq!(message.json::<Vec<u8>>().unwrap(), [1, 2, 3]);
    assert_eq!(message.json::<Value>().unwrap(), json!([1, 2, 3]));
    assert!(
        message
            .json::<String>()
            .unwrap_err()
            .chain()
            .starts_with("expected a message of JSON of another form: ")
    );
    assert!(Message::from_text("{").json::<Value>().is_err());
}

#[test]
fn what_cannot_be_written_as_json_is_an_error() {
    let map = BTreeMap::from([(vec![1], 2)]);
    assert_eq!(
        Message::from_json(&map).unwrap_err().chain(),
        "expected a message that can be written as JSON: key must be a string"
    );
}
