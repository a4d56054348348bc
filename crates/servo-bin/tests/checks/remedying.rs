//! What puts right what a check found: only where that is asked for.

use crate::program::Place;

const LABEL: &str = "{name: Label, file: label, remedy: add the label}";

pub(crate) fn nothing_is_put_right_unless_that_is_asked_for() {
    let place = Place::new(LABEL);
    let ran = place.check(&["--wait", "300ms", "--delay", "100ms"]);
    let expected = "\
CONNECTOR    STATUS    ERRORS
scripted     X FAILED  (1/1) Label: the file is not there
                             --remedy would add the label
";
    assert_eq!((ran.code, ran.stdout.as_str()), (1, expected));
    assert!(!place.has("label") && !ran.stderr.contains("about to"), "{}", ran.stderr);
}

pub(crate) fn remedies_say_what_they_are_about_to_do_and_the_checks_pass_afterwards() {
    let place = Place::new(LABEL);
    let ran = place.check(&["--remedy", "--wait", "30s", "--delay", "100ms"]);
    let expected = "CONNECTOR    STATUS    ERRORS\nscripted     √ PASSED\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected), "{}", ran.stderr);
    for part in ["about to apply its remedy: add the label", "the remedy of 'Label' was applied"] {
        assert_eq!(ran.stderr.matches(part).count(), 1, "{part}: {}", ran.stderr);
    }
    assert!(place.has("label"));
}

pub(crate) fn the_stanza_and_the_environment_ask_for_them_too() {
    let more = ["--wait", "30s", "--delay", "100ms"];
    let place = Place::with("checks: {remedy: true}", LABEL);
    assert_eq!((place.check(&more).code, place.has("label")), (0, true));
    let place = Place::new(LABEL);
    let ran = place.check_in(&more, &[("CHECKS_REMEDY", "true")]);
    assert_eq!((ran.code, place.has("label")), (0, true), "{}", ran.stderr);
}

const TWO: &str = "{name: One, file: one, remedy: make one}, {name: Two, file: two, remedy: make two}";

pub(crate) fn one_at_a_time_where_that_is_asked_for() {
    let place = Place::new(TWO);
    assert_eq!(place.check(&["--remedy", "--check-halting"]).code, 1);
    assert!(place.has("one") && !place.has("two"));
    assert_eq!(place.check(&["--remedy", "--check-halting"]).code, 0);
    assert!(place.has("two"));
    let stanza = Place::with("checks: {remedy: true, check_halting: true}", TWO);
    assert_eq!((stanza.check(&[]).code, stanza.has("one"), stanza.has("two")), (1, true, false));
    let both = Place::new(TWO);
    let ran = both.check(&["--remedy"]);
    // What came of them is found out by another pass, though nobody waits.
    assert_eq!((ran.code, both.has("one"), both.has("two")), (0, true, true), "{}", ran.stderr);
}

pub(crate) fn a_remedy_that_fails_is_told_and_ends_nothing() {
    let place =
        Place::new("{name: One, fails: never right, remedy: try}, {name: Two, file: two, remedy: make two}");
    let ran = place.check(&["--remedy"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("the remedy of 'One' failed: there is no file to make"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the remedy of 'Two' was applied") && place.has("two"), "{}", ran.stderr);
}
