//! What is told while checks are run again until they pass.

use crate::program::Place;

const DATABASE: &str = "{name: API}, {name: Database, id: database, file: database, hint: start it}, {name: Cache, severity: warning, fails: cold}";

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

pub(crate) fn what_is_new_is_told_once_and_the_rest_is_silence() {
    let place = Place::new(DATABASE);
    let mut running = place.start(&["check", "scripted", "--wait", "40s", "--delay", "100ms"]);
    running.hear("check 'Database' failed (1 passed): the file is not there");
    running.hear("hint: start it");
    for _ in 0..3 {
        running.hear("waiting for 100ms before rerunning failing checks");
    }
    std::fs::write(place.path().join("database"), "").unwrap();
    let ran = running.end();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for (part, times) in [
        ("check 'API' passed", 1),
        ("check 'Database' failed", 1),
        ("check 'Database' passed", 1),
        ("check 'Cache' warns: cold", 1),
        ("hint: start it", 1),
        ("all checks passed", 1),
    ] {
        assert_eq!(count(&ran.stderr, part), times, "{part}: {}", ran.stderr);
    }
    assert_eq!(count(&ran.stdout, "CONNECTOR"), 1, "the result once: {}", ran.stdout);
}

pub(crate) fn a_table_after_each_pass_instead() {
    let place = Place::with("checks: {progressive: false}", DATABASE);
    let arguments = ["--wait", "350ms", "--delay", "100ms"];
    let stanza = place.check(&arguments);
    let typed = Place::new(DATABASE).check(&[&["--no-progressive"], &arguments[..]].concat());
    for ran in [stanza, typed] {
        assert_eq!(ran.code, 1);
        assert!(count(&ran.stderr, "CONNECTOR    STATUS    ERRORS") >= 2, "{}", ran.stderr);
        assert_eq!(count(&ran.stderr, "check 'API' passed"), 0, "{}", ran.stderr);
    }
    let typed = place.check(&[&["--progressive"], &arguments[..]].concat());
    assert_eq!(count(&typed.stderr, "check 'API' passed"), 1, "typed is nearer: {}", typed.stderr);
    let quiet = place.check(&[&["--quiet"], &arguments[..]].concat());
    assert_eq!((count(&quiet.stderr, "CONNECTOR"), quiet.stdout.as_str()), (0, ""), "{}", quiet.stderr);
}

pub(crate) fn waiting_ends_with_its_time_and_the_exit_code_says_so() {
    let place = Place::new(DATABASE);
    // A delay that is longer than what there is left does not keep anybody.
    let ran = place.check(&["--wait", "300ms", "--delay", "expo"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("timed out waiting for checks to pass 300ms"), "{}", ran.stderr);
    let (_, waits) = ran.stderr.split_once("waiting for ").unwrap();
    let (milliseconds, _) = waits.split_once("ms before rerunning failing checks").unwrap();
    assert!(milliseconds.parse::<u32>().is_ok_and(|left| left <= 300), "{}", ran.stderr);
    let stanza = Place::with("checks: {wait: 300ms, delay: 100ms}", DATABASE).check(&[]);
    assert!(stanza.stderr.contains("timed out waiting for checks to pass 300ms"), "{}", stanza.stderr);
    let variables = [("CHECKS_WAIT", "300ms"), ("CHECKS_DELAY", "100ms")];
    let environment = place.check_in(&[], &variables);
    assert!(environment.stderr.contains("to pass 300ms"), "{}", environment.stderr);
    // Without any wait they are run once.
    for once in [place.check(&[]), place.check(&["--wait", "0"])] {
        assert_eq!(once.code, 1);
        assert!(!once.stderr.contains("waiting"), "{}", once.stderr);
    }
    for wrong in [["--wait", "soon"], ["--delay", "often"]] {
        assert_eq!(place.check(&wrong).code, 2);
    }
}

pub(crate) fn what_is_told_before_a_run_is_told_while_it_waits() {
    let place =
        Place::with("checks: {wait: 40s, delay: 100ms, id: [database], connectors: [scripted]}", DATABASE);
    let mut running = place.start(&["run", "--dry-run"]);
    running.hear("check 'Database' failed (0 passed)");
    std::fs::write(place.path().join("database"), "").unwrap();
    let ran = running.end();
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("all checks passed") && !ran.stderr.contains("Cache"), "{}", ran.stderr);
    let ran = Place::with("checks: {wait: 0, progressive: false}", DATABASE).servo(&["run", "--dry-run"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("(1/2) Database: the file is not there"), "{}", ran.stderr);
}
