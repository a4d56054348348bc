//! What the answers to progress and reports mean: sections 3.6, 3.10 and 3.11 of the specification.

use http::StatusCode;
use servo_core::optimizer::Reply;
use servo_http::Redactor;

use crate::remote::answer::{self, Status};
use crate::remote::fault::Fault;

/// The reason of the status `invalid` by which a command is known to be outdated.
const STALE: &str = "unexpected cmd_uid";

/// How much of what an answer says is kept.
const EXCERPT: usize = 256;

/// Reads the answer to progress, which may end the command.
pub(super) fn to_progress(body: &[u8], redactor: &Redactor) -> Reply {
    let Some(Status { status, reason, message }) = read(body, redactor) else {
        return Reply::Ok;
    };
    let said = reason.clone().or(message).unwrap_or_default();
    match (status.as_str(), reason.as_deref()) {
        ("ok", _) => Reply::Ok,
        ("cancel", _) => Reply::Cancel(said),
        ("unexpected-event", _) => Reply::Unexpected(said),
        ("invalid", Some(STALE)) => Reply::Unexpected(STALE.to_owned()),
        _ => {
            tracing::warn!("progress was answered `{status}`: {said}");
            Reply::Ok
        }
    }
}

/// Reads the answer to a report. The command is over, so that none changes anything but what is logged.
pub(super) fn to_report(body: &[u8], redactor: &Redactor) -> Reply {
    let Some(Status { status, reason, message }) = read(body, redactor) else {
        return Reply::Ok;
    };
    let said = reason.or(message).unwrap_or_default();
    match status.as_str() {
        "ok" => Reply::Ok,
        "cancel" => Reply::Cancel(said),
        _ => Reply::Unexpected(format!("{status}: {said}")),
    }
}

/// Returns true where the optimizer does not know the servo any more (410 in answer to progress).
pub(super) fn is_gone(fault: &Fault) -> bool {
    matches!(fault, Fault::Status { status: StatusCode::GONE, .. })
}

/// Reads a status as it can be logged: on one line, capped, and without the secrets that it may repeat. An answer that
/// cannot be read came with a status of success: what was posted was taken.
fn read(body: &[u8], redactor: &Redactor) -> Option<Status> {
    let shown = |text: String| redactor.excerpt(text.as_bytes(), EXCERPT);
    match answer::status(body) {
        Ok(Status { status, reason, message }) => {
            Some(Status { status: shown(status), reason: reason.map(shown), message: message.map(shown) })
        }
        Err(error) => {
            tracing::warn!("an answer that cannot be read: {error}: {}", redactor.excerpt(body, EXCERPT));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(body: &str) -> Reply {
        to_progress(body.as_bytes(), &Redactor::default())
    }

    #[test]
    fn what_an_answer_says_is_repeated_without_secrets() {
        let redactor = Redactor::default();
        redactor.add("canary-1");
        let body = br#"{"status": "cancel", "reason": "you are canary-1"}"#;
        assert_eq!(to_progress(body, &redactor), Reply::Cancel("you are [REDACTED]".to_owned()));
        assert_eq!(to_report(body, &redactor), Reply::Cancel("you are [REDACTED]".to_owned()));
    }

    #[test]
    fn what_an_answer_says_is_capped_and_on_one_line() {
        let body = serde_json::json!({"status": "cancel", "reason": "a\n".repeat(10_000)}).to_string();
        let Reply::Cancel(reason) = progress(&body) else { panic!("it cancels") };
        assert!(reason.len() < 2 * EXCERPT && !reason.contains('\n'), "{reason}");
    }

    #[test]
    fn progress_is_cancelled_lost_or_outdated_only_by_the_words_for_it() {
        assert_eq!(progress(r#"{"status": "ok"}"#), Reply::Ok);
        let cancel = r#"{"status": "cancel", "reason": "user cancelled"}"#;
        assert_eq!(progress(cancel), Reply::Cancel("user cancelled".to_owned()));
        assert_eq!(progress(r#"{"status": "cancel"}"#), Reply::Cancel(String::new()));
        let lost = r#"{"status": "unexpected-event", "reason": "x"}"#;
        assert_eq!(progress(lost), Reply::Unexpected("x".to_owned()));
        let stale = r#"{"status": "invalid", "reason": "unexpected cmd_uid"}"#;
        assert_eq!(progress(stale), Reply::Unexpected("unexpected cmd_uid".to_owned()));
        assert_eq!(progress(r#"{"status": "invalid", "reason": "bad progress"}"#), Reply::Ok);
        assert_eq!(progress(r#"{"status": "sideways"}"#), Reply::Ok);
        assert_eq!(progress("<html>"), Reply::Ok);
    }

    #[test]
    fn no_answer_to_a_report_gives_it_up() {
        let report = |body: &str| to_report(body.as_bytes(), &Redactor::default());
        assert_eq!(report(r#"{"status": "ok"}"#), Reply::Ok);
        let stale = r#"{"status": "invalid", "reason": "unexpected cmd_uid"}"#;
        assert_eq!(report(stale), Reply::Unexpected("invalid: unexpected cmd_uid".to_owned()));
        assert_eq!(report("?"), Reply::Ok);
    }
}
