//! What the end of a command says: an answer, or a failure that it may explain itself.

use serde::Deserialize;
use serde_json::Value;
use servo_core::connector::typed;
use servo_core::{Class, Error, Result};
use servo_exec::{Ended, Why};

/// A failure, as a command tells it: `{"error": {"class": "rejected", "reason": "unstable", "message": "…"}}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    #[serde(default)]
    class: FaultClass,
    reason: Option<String>,
    message: String,
}

/// What a command may say that its failure is.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FaultClass {
    /// The configuration is definitively bad.
    Rejected,
    /// It failed for reasons that say nothing of the configuration.
    #[default]
    Failed,
    /// It was stopped early since an objective was violated.
    Aborted,
}

/// Gives what a command answered.
///
/// # Errors
///
/// What it says itself, where it prints an error; otherwise how it ended, with the last lines it printed.
pub(super) fn answer(ended: &Ended) -> Result<Vec<u8>> {
    if ended.why != Why::Exited {
        ended.success()?;
    }
    let answer = ended.stdout.bytes();
    match fault(&answer) {
        Some(fault) => Err(told(ended, fault)),
        None => ended
            .success()
            .map(|()| if answer.iter().all(u8::is_ascii_whitespace) { Vec::new() } else { answer }),
    }
}

/// Reads the error of an answer; what stands beside it does not matter.
fn fault(answer: &[u8]) -> Option<Result<Fault>> {
    // Most answers have none, and need not be read twice.
    if !answer.windows(7).any(|window| window == b"\"error\"") {
        return None;
    }
    let value: Value = serde_json::from_slice(answer).ok()?;
    value.as_object()?.get("error").filter(|error| !error.is_null()).cloned().map(typed)
}

fn told(ended: &Ended, fault: Result<Fault>) -> Error {
    let Fault { class, reason, message } = match fault {
        Ok(fault) => fault,
        Err(error) => {
            let at = error.key().map_or("error".to_owned(), |key| format!("error.{key}"));
            let message = format!(
                "`{}` {}, and its error cannot be read: {error} (at `{at}`)",
                ended.name,
                ended.told()
            );
            return Error::failed(message).with_help(
                "an error has a `message`, and may have a `class` (rejected, failed, aborted) and a `reason`",
            );
        }
    };
    let class = match class {
        FaultClass::Rejected => Class::Rejected,
        FaultClass::Failed => Class::Failed,
        FaultClass::Aborted => Class::Aborted,
    };
    let error = Error::new(class, format!("`{}`: {}", ended.name, message.trim()));
    match reason {
        Some(reason) => error.with_reason(reason),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use servo_core::duration::Duration;
    use servo_exec::Tail;

    use super::*;

    fn ended(code: i32, stdout: &str, stderr: &str) -> Ended {
        let (mut out, mut err) = (Tail::new(1000), Tail::new(1000));
        out.push(stdout.as_bytes());
        err.push(stderr.as_bytes());
        Ended {
            name: "./bench".to_owned(),
            why: Why::Exited,
            status: Some(ExitStatus::from_raw(code << 8)),
            stdout: out,
            stderr: err,
            duration: Duration::ZERO,
            left_behind: false,
            survived: false,
        }
    }

    fn failure(code: i32, stdout: &str, stderr: &str) -> Error {
        answer(&ended(code, stdout, stderr)).unwrap_err()
    }

    #[test]
    fn what_is_printed_by_one_that_succeeds_is_the_answer() {
        assert_eq!(answer(&ended(0, "{}", "noise")).unwrap(), b"{}");
        assert!(answer(&ended(0, " \n", "")).unwrap().is_empty());
        assert!(answer(&ended(0, r#"{"error": null}"#, "")).is_ok());
    }

    #[test]
    fn an_error_that_is_printed_decides_whatever_the_exit_code() {
        let text =
            r#"{"contract": 1, "error": {"class": "rejected", "reason": "unstable", "message": "killed\n"}}"#;
        for code in [0, 1] {
            let error = failure(code, text, "");
            assert_eq!(
                (error.class(), error.reason(), error.message()),
                (Class::Rejected, Some("unstable"), "`./bench`: killed")
            );
        }
        let error = failure(1, r#"{"error": {"message": "no disk"}}"#, "");
        assert_eq!((error.class(), error.reason()), (Class::Failed, None));
    }

    #[test]
    fn without_one_the_exit_code_and_the_last_lines_are_told() {
        let error = failure(3, "{\"readings\": []}", "no\nroom");
        assert_eq!(error.message(), "`./bench` ended with exit code 3; it said last: no | room");
        assert_eq!(error.class(), Class::Failed);
        let error = failure(3, "not \"error\" JSON", "");
        assert!(error.message().contains("exit code 3"), "{error}");
    }

    #[test]
    fn an_error_that_cannot_be_read_is_told_as_that() {
        for (text, part) in [
            (r#"{"error": {"class": "bad", "message": "x"}}"#, "(at `error.class`)"),
            (r#"{"error": {"clas": "failed", "message": "x"}}"#, "unknown field `clas`"),
            (r#"{"error": "x"}"#, "(at `error`)"),
            (r#"{"error": {}}"#, "missing field `message`"),
        ] {
            let error = failure(1, text, "");
            assert!(error.message().contains(part) && error.help().is_some(), "{error}");
        }
    }
}
