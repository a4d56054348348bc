//! Checks before a servo runs: `servo run --check` and `servo run --dry-run`.

use super::{listing, pinned};
use crate::environment::Environment;
use crate::studies::shop;

/// A servo that cannot run: nothing is free.
fn unready() -> Environment {
    Environment::with(&format!("{}checks: {{wait: 200ms, delay: 100ms}}\n", pinned("shop")))
}

#[test]
fn a_servo_that_will_work_goes_on_to_run() {
    for option in ["--check", "-c"] {
        let ran = Environment::with(&shop("shop")).servo(&["run", option]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stderr.contains("all checks passed"), "{}", ran.stderr);
        assert!(ran.stdout.starts_with("shop: "), "the report: {}", ran.stdout);
    }
}

#[test]
fn one_that_will_not_ends_with_1_and_nothing_is_begun() {
    let environment = unready();
    let before = listing(&environment);
    for arguments in [["run", "--check"], ["run", "--dry-run"]] {
        let ran = environment.servo(&arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
        for part in [
            "check 'At least one setting is free' failed",
            "every setting is pinned or has one value",
            "hint: give a setting a range",
            "timed out waiting for checks to pass 200ms",
        ] {
            assert!(ran.stderr.contains(part), "no {part:?} in:\n{}", ran.stderr);
        }
        assert_eq!(listing(&environment), before);
    }
}

#[test]
fn the_variable_asks_for_them_too() {
    let environment = unready();
    let ran = crate::environment::Ran::of(
        &environment.command(&["run"]).env("SERVO_RUN_CHECK", "true").output().unwrap(),
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
}

#[test]
fn a_dry_run_ends_after_them_and_prints_nothing_on_standard_output() {
    let environment = Environment::with(&shop("shop"));
    for option in ["--dry-run", "-d"] {
        let ran = environment.servo(&["run", option]);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains("all checks passed"), "{}", ran.stderr);
    }
    assert!(!environment.path().join(".servo").exists());
    let broken = Environment::with("name: shop\nnonsense: {}\n").servo(&["run", "--dry-run"]);
    assert_eq!(broken.code, 78, "{}", broken.stderr);
}

#[test]
fn the_stanza_says_what_is_checked_before_a_run() {
    let text = format!("{}checks: {{connectors: [emulator], progressive: false}}\n", shop("shop"));
    let ran = Environment::with(&text).servo(&["run", "--dry-run"]);
    let expected = "CONNECTOR    STATUS    ERRORS\nemulator     √ PASSED\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (0, expected));
}
