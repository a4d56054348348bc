//! Tests of readiness and of its text.

use super::super::reading::samples::{standing, waiting};
use super::*;

fn text(servos: &[Reading], verbose: bool) -> (bool, String) {
    let Readiness { is_ready, text } = check(servos, None, verbose);
    (is_ready, text)
}

#[test]
fn every_servo_that_has_reached_its_optimizer_is_ready() {
    let servos = [waiting("a"), waiting("b")];
    assert_eq!(text(&servos, false), (true, "ok".to_owned()));
    let shown = "[+]a ok: waiting for 12s\n[+]b ok: waiting for 12s\n[+]shutdown ok\nreadyz check passed";
    assert_eq!(text(&servos, true), (true, shown.to_owned()));
}

#[test]
fn one_that_has_not_reached_its_optimizer_is_not() {
    let fresh = Reading { was_greeted: false, state: State::Starting, ..waiting("b") };
    let failing = "[-]b failed: starting for 12s, has not reached its optimizer yet\n";
    let servos = [waiting("a"), fresh];
    assert_eq!(text(&servos, false), (false, format!("{failing}readyz check failed")));
    let shown = format!("[+]a ok: waiting for 12s\n{failing}[+]shutdown ok\nreadyz check failed");
    assert_eq!(text(&servos, true), (false, shown));
}

#[test]
fn one_that_has_failed_is_not_and_says_why_on_one_line() {
    let note = Some("the optimizer refuses\r\n[+]shop ok".to_owned());
    let failed = Reading { state: State::Failed, note, ..waiting("shop") };
    let shown =
        "[-]shop failed: it ended with an error: the optimizer refuses  [+]shop ok\nreadyz check failed";
    assert_eq!(text(&[failed], false), (false, shown.to_owned()));
}

#[test]
fn one_whose_work_is_done_is() {
    let ended = Reading { state: State::Ended, was_greeted: false, ..waiting("a") };
    let idle = Reading { state: State::Idle, was_greeted: false, ..waiting("b") };
    let shown = "[+]a ok: ended\n[+]b ok: idle for 12s\n[+]shutdown ok\nreadyz check passed";
    assert_eq!(text(&[ended, idle], true), (true, shown.to_owned()));
}

#[test]
fn one_whose_circuit_is_broken_is_and_says_so() {
    let tripped = Reading { standing: Some(standing(Some("3 failures in a row"))), ..waiting("a") };
    let (is_ready, shown) = text(&[tripped], true);
    assert!(is_ready);
    let part = "[+]a ok: waiting for 12s; its circuit is broken, no changes are made: 3 failures in a row\n";
    assert!(shown.starts_with(part), "{shown}");
}

#[test]
fn one_that_is_held_is_and_says_why() {
    let note = Some("outside of the window".to_owned());
    let held = Reading { state: State::Held, note, ..waiting("a") };
    let (is_ready, shown) = text(&[held], true);
    assert!(is_ready);
    assert!(shown.starts_with("[+]a ok: held for 12s: outside of the window\n"), "{shown}");
}

#[test]
fn one_that_has_lost_its_optimizer_is_not() {
    let silence = Some(Duration::from_secs(1234));
    let lost = Reading { is_lost: true, silence, ..waiting("a") };
    let shown = "[-]a failed: nothing was heard of its optimizer for 20m34s\nreadyz check failed";
    assert_eq!(text(&[lost], false), (false, shown.to_owned()));
}

#[test]
fn a_program_that_winds_up_is_not_ready() {
    let Readiness { is_ready, text } = check(&[waiting("a")], Some("SIGTERM"), false);
    assert!(!is_ready);
    assert_eq!(text, "[-]shutdown failed: winding up after SIGTERM\nreadyz check failed");
}
