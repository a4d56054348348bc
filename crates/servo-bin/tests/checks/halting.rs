//! Where a run of checks ends, with the example that the original's documentation gives.

use crate::program::Place;

/// The namespace, pods, deployments and limits of an application, and first of all whether there is an API.
const CLUSTER: &str = "{name: API connectivity, severity: critical, fails: connection refused, hint: is the URL right?}, \
                       {name: Namespace, fails: no namespace}, {name: Pods, fails: no pods}, {name: Deployments}, \
                       {name: Limits, severity: warning, fails: no limits}";

pub(crate) fn a_critical_failure_is_one_error_and_what_comes_after_it_is_not_run() {
    let ran = Place::new(CLUSTER).check(&[]);
    let expected = "\
CONNECTOR    STATUS    ERRORS
scripted     X FAILED  (1/1) API connectivity: connection refused
                             hint: is the URL right?
                       4 not run since `API connectivity` failed: Namespace, Pods, Deployments, Limits
";
    assert_eq!((ran.code, ran.stdout.as_str()), (1, expected), "{}", ran.stderr);
}

pub(crate) fn with_never_all_of_them_are_run() {
    let place = Place::new(CLUSTER);
    let expected = "\
CONNECTOR    STATUS    ERRORS
scripted     X FAILED  (1/4) API connectivity: connection refused
                             hint: is the URL right?
                       (2/4) Namespace: no namespace
                       (3/4) Pods: no pods
                       (4/4) Limits: no limits
";
    for halt_on in ["--halt-on", "--halt-on-failed"] {
        let ran = place.check(&[halt_on, "never"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, expected), "{}", ran.stderr);
    }
    // The old words, and the stanza.
    let halted = "(2/2) Namespace: no namespace\n                       3 not run since `Namespace` failed";
    let checks = CLUSTER.replacen("severity: critical", "severity: warning", 1);
    for word in ["common", "check"] {
        assert!(Place::new(&checks).check(&["--halt-on", word]).stdout.contains(halted));
        let stanza = Place::with(&format!("checks: {{halt_on: {word}}}"), &checks);
        assert!(stanza.check(&[]).stdout.contains(halted));
        assert!(!stanza.check(&["--halt-on", "requirement"]).stdout.contains("not run"), "typed is nearer");
    }
    assert_eq!(place.check(&["--halt-on", "sometimes"]).code, 2);
}

pub(crate) fn a_failing_warning_ends_a_run_where_that_is_asked_for() {
    let place =
        Place::new("{name: Limits, severity: warning, fails: no limits}, {name: Pods}, {name: Deployments}");
    let ran = place.check(&[]);
    let expected = "CONNECTOR    STATUS    ERRORS\nscripted     √ PASSED  (1/1) Limits: no limits\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected), "advice fails nothing");
    let ran = place.check(&["--halt-on", "warning"]);
    assert_eq!(ran.code, 1, "what comes after it was not run");
    assert!(ran.stdout.contains("2 not run since `Limits` failed: Pods, Deployments"), "{}", ran.stdout);
}

const LAYERS: &str = "{name: API, id: api, severity: critical}, {name: Pods, id: pods, tags: [slow]}, \
                      {name: Queries, id: queries, severity: critical}, {name: Data, id: data, tags: [fast, low_priority]}, \
                      {name: Disk, id: disk, severity: critical}";

/// The ids of the rows of a table of every check, with a `*` where it is a prerequisite.
fn shown(table: &str) -> Vec<String> {
    let row = |line: &str| {
        let words: Vec<&str> = line.trim_start_matches("scripted").split_whitespace().collect();
        format!("{}{}", words[1], if line.contains("(prerequisite)") { "*" } else { "" })
    };
    table.lines().skip(1).map(row).collect()
}

pub(crate) fn prerequisites_run_first_and_are_shown_as_such() {
    let place = Place::new(LAYERS);
    let chosen = |arguments: &[&str]| {
        let ran = place.check(&[&["--verbose"], arguments].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        shown(&ran.stdout)
    };
    assert_eq!(chosen(&["--id", "data"]), ["api*", "queries*", "data"]);
    assert_eq!(chosen(&["--id", "data", "--exclusive"]), ["data"]);
    assert_eq!(chosen(&["--id", "pods,disk"]), ["api*", "pods", "queries*", "disk"]);
    assert_eq!(chosen(&["--id", "/^d/", "--exclusive"]), ["data", "disk"]);
    assert_eq!(chosen(&["--name", "Pods", "--name", "Disk", "--exclusive"]), ["pods", "disk"]);
    assert_eq!(chosen(&["--name", "/a/", "--tag", "fast", "--exclusive"]), ["data"]);
    assert_eq!(chosen(&["--tag", "slow,low_priority", "--exclusive"]), ["pods", "data"]);
    assert_eq!(chosen(&["--tag", "slow", "--tag", "fast", "--exclusive"]), ["pods", "data"]);
}

pub(crate) fn a_prerequisite_that_fails_is_why_the_rest_is_not_run() {
    let place = Place::new(&LAYERS.replacen("severity: critical", "severity: critical, fails: no API", 1));
    let ran = place.check(&["--id", "data"]);
    let expected = "\
CONNECTOR    STATUS    ERRORS
scripted     X FAILED  (1/1) API: no API
                       2 not run since `API` failed: Queries, Data
";
    assert_eq!((ran.code, ran.stdout.as_str()), (1, expected));
    let ran = place.check(&["--id", "data", "--verbose"]);
    assert!(ran.stdout.contains("X FAILED (prerequisite)"), "{}", ran.stdout);
    assert!(ran.stdout.contains("not run: its prerequisite `API` failed"), "{}", ran.stdout);
}
