//! Tests of reading answers.

mod commands;
mod hostile;

use serde_json::json;
use servo_core::optimizer::Operation;

use super::*;

/// Reads a command that can be carried out.
fn command(body: &Value) -> (Option<String>, Operation, Option<Event>) {
    match next(body.to_string().as_bytes()) {
        Ok(Next::Command(Command { uid, operation }, event)) => (uid, operation, event),
        other => panic!("{body}: {other:?}"),
    }
}

/// Reads a command that cannot.
fn refused(body: &Value) -> (Option<String>, Option<Event>, String) {
    match next(body.to_string().as_bytes()) {
        Ok(Next::Refused { uid, event, reason }) => (uid, event, reason),
        other => panic!("{body}: {other:?}"),
    }
}

fn said(status: &str, reason: Option<&str>, message: Option<&str>) -> Status {
    let text = |text: Option<&str>| text.map(str::to_owned);
    Status { status: status.to_owned(), reason: text(reason), message: text(message) }
}

#[test]
fn a_status_is_a_word_with_a_reason_and_a_message() {
    let bodies = [
        (json!({"status": "ok"}), said("ok", None, None)),
        (json!({"status": "cancel"}), said("cancel", None, None)),
        (
            json!({"status": "cancel", "reason": "user cancelled"}),
            said("cancel", Some("user cancelled"), None),
        ),
        (
            json!({"status": "invalid", "reason": "unexpected cmd_uid"}),
            said("invalid", Some("unexpected cmd_uid"), None),
        ),
        (
            json!({"status": "unexpected-event", "reason": "unexpected event \"MEASUREMENT\""}),
            said("unexpected-event", Some("unexpected event \"MEASUREMENT\""), None),
        ),
        (
            json!({"status": "failed", "message": "boom", "reason": null, "other_messages": ["x"], "y": {}}),
            said("failed", None, Some("boom")),
        ),
        (json!({"status": "ok", "reason": ["x"], "message": 1}), said("ok", None, None)),
    ];
    for (body, expected) in bodies {
        let body = body.to_string();
        assert_eq!(status(body.as_bytes()), Ok(expected.clone()), "{body}");
        assert_eq!(next(body.as_bytes()), Ok(Next::Status(expected)), "{body}");
    }
}

#[test]
fn what_has_no_valid_command_is_a_status_if_it_can_be() {
    let body = json!({"cmd": "DANCE", "status": "unexpected-event"}).to_string();
    assert_eq!(next(body.as_bytes()), Ok(Next::Status(said("unexpected-event", None, None))));
    let body = json!({"cmd": null, "status": "ok"}).to_string();
    assert_eq!(next(body.as_bytes()), Ok(Next::Status(said("ok", None, None))));
    let (_, operation, _) = command(&json!({"cmd": "DESCRIBE", "status": "ok"}));
    assert_eq!(operation.name(), "describe");
}

#[test]
fn what_is_neither_is_an_error_that_does_not_repeat_it() {
    let bodies = [
        ("<html>not json</html>", "expected JSON: expected value at line 1 column 1"),
        ("", "expected JSON: EOF while parsing a value at line 1 column 0"),
        ("{\"status\":\n \"ok\", secret}", "expected JSON: key must be a string at line 2 column 8"),
        (r#"{"status": NaN}"#, "expected JSON: expected value at line 1 column 12"),
        (r#"{"status": "ok"} secret"#, "expected JSON: trailing characters at line 1 column 18"),
        (r#"["secret"]"#, "expected a JSON object, found a list"),
        (r#""secret""#, "expected a JSON object, found a string"),
        ("null", "expected a JSON object, found null"),
        (r#"{"detail": "secret"}"#, "expected an object with `cmd` or `status`"),
        (r#"{"status": null}"#, "expected an object with `cmd` or `status`"),
        (r#"{"status": 200}"#, "`status`: expected a string, found a number"),
        (r#"{"status": {"secret": true}}"#, "`status`: expected a string, found an object"),
    ];
    for (body, expected) in bodies {
        assert_eq!(next(body.as_bytes()).unwrap_err().to_string(), expected, "{body}");
    }
    let error = status(br#"{"cmd": "DESCRIBE"}"#).unwrap_err();
    assert_eq!(error.to_string(), "expected an object with `status`");
    assert!(matches!(status(b"\xff\xfe{}"), Err(AnswerError::Syntax { .. })));
}

#[test]
fn an_unknown_command_is_refused_by_its_name() {
    let expected = "expected DESCRIBE, MEASURE, ADJUST or SLEEP";
    let dance = json!({"cmd": "DANCE", "param": {}});
    assert_eq!(refused(&dance), (None, None, format!("unknown command `DANCE`: {expected}")));
    let lower = json!({"cmd": "describe", "cmd_uid": "u"});
    assert_eq!(
        refused(&lower),
        (Some("u".to_owned()), None, format!("unknown command `describe`: {expected}"))
    );
    assert_eq!(refused(&json!({"cmd": 5})), (None, None, format!("cmd: {expected}, found a number")));
    let (_, _, reason) = refused(&json!({"cmd": "a\nb".repeat(100_000)}));
    assert_eq!(
        reason,
        format!("unknown command `{}…`: {expected}", &"a ba ba ba ba ba ba ba ba ba ba ba b"[..32])
    );
}

#[test]
fn an_identity_is_a_text_or_nothing() {
    assert_eq!(command(&json!({"cmd": "DESCRIBE", "cmd_uid": "c-1"})).0.as_deref(), Some("c-1"));
    assert_eq!(command(&json!({"cmd": "DESCRIBE", "cmd_uid": null})).0, None);
    assert_eq!(command(&json!({"cmd": "DESCRIBE"})).0, None);
    assert_eq!(
        refused(&json!({"cmd": "DESCRIBE", "cmd_uid": 7})),
        (None, Some(Event::Description), "cmd_uid: expected a string, found a number".to_owned())
    );
}
