//! Where log lines go, and how they look.

use std::os::unix::fs::PermissionsExt as _;

use crate::environment::{Environment, Ran};
use crate::studies::shop;

/// Runs the program with a variable set.
fn with_variable(environment: &Environment, name: &str, arguments: &[&str]) -> Ran {
    Ran::of(&environment.command(arguments).env(name, "1").output().unwrap())
}

/// What the lines of a log in JSON say.
fn messages(log: &str) -> Vec<String> {
    let message =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["message"].to_string();
    log.lines().map(message).collect()
}

#[test]
fn log_lines_are_appended_to_a_file_beside_standard_error() {
    let environment = Environment::with(&shop("shop"));
    let path = environment.path().join("servo.log");
    let ran = environment.servo(&["--log-file", "servo.log", "--color", "always", "run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let log = std::fs::read_to_string(&path).unwrap();
    assert_eq!(log.lines().count(), ran.stderr.lines().count(), "{log}\n{}", ran.stderr);
    assert!(ran.stderr.contains('\u{1b}') && !log.contains('\u{1b}'), "{log}");
    assert!(log.contains("shop"), "the servo is named in the file, too: {log}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let again = environment.servo(&["run", "--log-file", "servo.log", "--log-format", "json"]);
    let longer = std::fs::read_to_string(&path).unwrap();
    let added = longer.strip_prefix(&log).unwrap();
    assert_eq!((again.code, messages(added)), (0, messages(&again.stderr)));
}

#[test]
fn a_log_file_that_cannot_be_opened_is_wrong_usage() {
    let ran = Environment::with(&shop("shop")).servo(&["--log-file", "no/such/folder.log", "run"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("cannot open the log file 'no/such/folder.log'"), "{}", ran.stderr);
}

#[test]
fn colour_is_used_on_a_terminal_or_where_it_is_asked_for() {
    let environment = Environment::with("nmae: shop\n");
    let is_coloured = |ran: &Ran| ran.stderr.contains('\u{1b}');
    assert!(!is_coloured(&environment.servo(&["list"])));
    assert!(is_coloured(&environment.servo(&["list", "--color", "always"])));
    assert!(!is_coloured(&environment.servo(&["list", "--color", "never"])));
    assert!(!is_coloured(&environment.servo(&["list", "--no-color"])));
    assert!(!is_coloured(&with_variable(&environment, "NO_COLOR", &["list"])));
    assert!(!is_coloured(&with_variable(&environment, "SERVO_NO_COLOR", &["list"])));
    let asked = with_variable(&environment, "NO_COLOR", &["list", "--color", "always"]);
    assert!(is_coloured(&asked), "what is typed wins over the environment");
    assert_eq!(environment.servo(&["list", "--color", "sometimes"]).code, 2);
}
