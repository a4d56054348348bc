//! The `checks` stanza, and the old names of connectors.

use servo_core::check::{Delay, HaltOnFailed};
use servo_core::duration::Duration;

use super::{check, loaded};
use crate::config::ChecksSection;

#[test]
fn checks_are_read_as_they_are_written() {
    let text = "\
emulator: {}
checks: {connectors: [emulator], name: [/a.*/], tag: [fast], quiet: true, wait: 30m, delay: expo, halt_on: common}
";
    let (_, servo) = loaded(text).remove(0);
    let texts = |text: &str| Some(vec![text.to_owned()]);
    let expected = ChecksSection {
        connectors: texts("emulator"),
        name: texts("/a.*/"),
        tag: texts("fast"),
        quiet: Some(true),
        wait: Some("30m".parse::<Duration>().unwrap()),
        delay: Some(Delay::Exponential),
        halt_on: Some(HaltOnFailed::Common),
        ..ChecksSection::default()
    };
    assert_eq!(servo.checks, expected);
    let (_, servo) = loaded("checks: {delay: 10}").remove(0);
    assert_eq!(servo.checks.delay, Some(Delay::Fixed("10s".parse().unwrap())));
    assert_eq!(loaded("checks:").remove(0).1.checks, ChecksSection::default());
}

#[test]
fn what_is_wrong_with_checks_is_told() {
    check(
        "checks: {quite: true, tag: fast}\n",
        "\
servo.yaml:1:10: unknown key `quite` (at checks.quite)
  help: did you mean `quiet`? valid keys: connectors, name, id, tag, quiet, verbose, progressive, wait, delay, halt_on, remedy, check_halting
servo.yaml:1:28: expected a list, found the text \"fast\" (at checks.tag)",
    );
    check(
        "checks: {halt_on: always}\n",
        "servo.yaml:1:19: expected `critical` (or `requirement`), `common` (or `check`), `warning` or `never`, found \
         `always` (at checks.halt_on)",
    );
    check(
        "emulator: {}\nchecks: {connectors: [emulater]}\n",
        "\
servo.yaml:2:23: the servo has no connector `emulater` (at checks.connectors[0])
  help: did you mean `emulator`? its connectors: emulator, servo",
    );
    check(
        "checks: {delay: soon}\n",
        "servo.yaml:1:17: expected `expo`, or a duration such as `10s` (at checks.delay)",
    );
    check(
        "checks: [a]\n",
        "\
servo.yaml:1:9: expected a mapping of settings (at checks)
  help: write `key: value` lines below it",
    );
}

#[test]
fn what_chooses_no_check_is_told_at_its_place() {
    check(
        "checks: {name: ['/(/'], tag: [Fast]}\n",
        "\
servo.yaml:1:16: expected a regular expression between slashes, found `/(/` (at checks.name)
  help: put a backslash before characters that have a meaning, such as `(`, `[`, `*` and `+`
servo.yaml:1:30: expected a tag, 1 to 32 characters of `a-z`, `0-9`, `.`, `_` and `-`, found `Fast` (at checks.tag)",
    );
}

#[test]
fn an_empty_wait_is_none_and_old_words_for_halting_work() {
    let (_, servo) = loaded("checks: {wait: '', halt_on: requirement}").remove(0);
    assert_eq!(
        (servo.checks.wait, servo.checks.halt_on),
        (Some(Duration::ZERO), Some(HaltOnFailed::Critical))
    );
    let (_, servo) = loaded("checks: {wait: 0, halt_on: never, connectors: [servo]}").remove(0);
    assert_eq!((servo.checks.wait, servo.checks.halt_on), (Some(Duration::ZERO), Some(HaltOnFailed::Never)));
}

#[test]
fn old_names_of_connectors_work() {
    for identifier in ["emulator", "EmulatorConnector", "servo.connectors.emulator.EmulatorConnector"] {
        let (_, servo) = loaded(&format!("connectors: [{identifier}]\nemulator: {{}}\n")).remove(0);
        assert_eq!((&*servo.connectors[0].name, &*servo.connectors[0].kind), ("emulator", "emulator"));
        let (_, servo) = loaded(&format!("connectors: {{shop: {identifier}}}\nshop: {{}}\n")).remove(0);
        assert_eq!((&*servo.connectors[0].name, &*servo.connectors[0].kind), ("shop", "emulator"));
    }
    check(
        "connectors: [emulator, EmulatorConnector]\nemulator: {}\n",
        "\
servo.yaml:1:24: connector `emulator` is listed twice (at connectors[1])
  help: for two of a kind, write `connectors: {first: emulator, second: emulator}`",
    );
}
