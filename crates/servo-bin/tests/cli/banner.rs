//! What `servo run` shows at a terminal, and nowhere else: the banner, and a line for each servo.

use crate::environment::Environment;
use crate::left::slow;
use crate::studies::shop;
use crate::terminal::Terminal;

/// A line of the wordmark.
const MARK: &str = "'--.  |--   |--'";

/// What a short study shows at a terminal.
fn shown(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let environment = Environment::with(&shop("shop"));
    let terminal = Terminal::start(&environment, &[&["run"], arguments].concat(), variables);
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    shown
}

#[test]
fn a_terminal_shows_the_banner_first_with_the_file_and_the_servo() {
    let shown = shown(&[], &[]);
    let banner = shown.find(MARK).unwrap();
    assert!(
        shown.find("config file: servo.yaml").unwrap() > banner && shown.contains("servo:       shop"),
        "{shown}"
    );
    assert!(shown.contains("\x1b[36m"), "{shown}");
}

#[test]
fn it_can_be_turned_off_and_has_the_colour_that_is_asked_for() {
    assert!(!shown(&["--no-banner"], &[]).contains(MARK));
    assert!(!shown(&[], &[("SERVO_NO_BANNER", "1")]).contains(MARK));
    assert!(shown(&[], &[("SERVO_BANNER_COLOR", "RED")]).contains("\x1b[31m '--."));
    let plain = shown(&[], &[("NO_COLOR", "1")]);
    assert!(plain.contains(MARK) && !plain.contains("\x1b[36m"), "{plain}");
}

#[test]
fn no_pipe_sees_it() {
    let ran = Environment::with(&shop("shop")).servo(&["run"]);
    assert!(ran.code == 0 && !ran.stderr.contains(MARK) && !ran.stdout.contains(MARK), "{}", ran.stderr);
    assert!(!ran.stderr.contains('\x1b'), "{}", ran.stderr);
}

#[test]
fn a_terminal_shows_a_line_for_each_servo() {
    let environment = Environment::with(&slow());
    let mut terminal = Terminal::start(&environment, &["run", "--no-banner"], &[("TERM", "xterm")]);
    terminal.see("shop ");
    terminal.see("measuring ");
    terminal.see(", trial 1 of 100, ");
    terminal.signal("TERM");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn debugging_logs_more() {
    let environment = Environment::with(&shop("shop"));
    let quiet = environment.servo(&["run"]);
    assert!(!quiet.stderr.contains("DEBUG"), "{}", quiet.stderr);
    for arguments in [["run", "--debug"], ["run", "--DEBUG"]] {
        let ran = environment.servo(&arguments);
        assert!(ran.code == 0 && ran.stderr.contains("DEBUG"), "{}", ran.stderr);
    }
}
