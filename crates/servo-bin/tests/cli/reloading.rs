//! A configuration file that changes while its servos run: on SIGHUP, and with `--watch` without.

use crate::environment::{Environment, Ran};
use crate::left::{at_a_trial, slow};
use crate::running::{Running, a_moment};
use crate::studies::{json, shop};

/// Documents of one file.
fn file(documents: &[String]) -> String {
    documents.join("---\n")
}

/// A shop of this name that does not come to its end.
fn endless(name: &str) -> String {
    slow().replace("name: shop", &format!("name: {name}"))
}

fn changed(document: &str) -> String {
    document.replace("rate: 60", "rate: 61")
}

/// What is in force of a servo.
fn described(environment: &Environment, name: &str) -> String {
    environment.servo(&["--name", name, "describe"]).stdout
}

/// Waits until something else is in force of a servo than was.
fn at_another(environment: &Environment, name: &str, before: &str) {
    for _ in 0..400 {
        if described(environment, name) != before {
            return;
        }
        a_moment();
    }
    panic!("nothing else comes into force");
}

/// How often a servo was interrupted.
fn interruptions(ran: &Ran, servo: &str) -> usize {
    let is_it = |line: &&str| line.contains("interrupted") && line.contains(&format!("servo={servo:?}"));
    ran.stderr.lines().filter(is_it).count()
}

#[test]
fn servos_come_go_and_change_and_the_others_go_on() {
    let environment = Environment::with(&file(&[endless("shop"), endless("other"), endless("gone")]));
    let before = described(&environment, "gone");
    let mut running = Running::start(&environment, &["run", "--format", "json"]);
    at_another(&environment, "gone", &before);
    environment.write("servo.yaml", &file(&[endless("new"), endless("shop"), changed(&endless("other"))]));
    let fresh = described(&environment, "new");
    running.signal("HUP");
    running.hear("SIGHUP: the configuration and credentials are read again");
    running.hear("applying servo.yaml: 1 added (new), 1 changed (other), 1 removed (gone), 1 unchanged");
    running.hear("servo.yaml is in force");
    at_another(&environment, "new", &fresh);
    environment.write("gone.yaml", &endless("gone"));
    let gone = environment.servo(&["-c", "gone.yaml", "describe"]);
    assert_eq!(gone.stdout, before, "its trial is undone");
    running.signal("TERM");
    let ran = running.end();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report = json(&ran);
    let names: Vec<_> =
        report["servos"].as_array().unwrap().iter().map(|servo| servo["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["new", "shop", "other"], "{}", ran.stderr);
    let interrupted = ["shop", "other", "gone", "new"].map(|name| interruptions(&ran, name));
    assert_eq!(interrupted, [1, 2, 1, 1], "{}", ran.stderr);
}

#[test]
fn what_is_not_changed_makes_the_trials_that_it_would_have_made() {
    let document = shop("shop").replace("speed: 100000", "speed: 300");
    let trials = |environment: &Environment| {
        let report = environment.servo(&["--name", "shop", "report", "--format", "json"]);
        let trials = json(&report)["servos"][0]["trials"].clone();
        trials.as_array().unwrap().iter().map(|trial| trial["settings"].to_string()).collect::<Vec<_>>()
    };
    let undisturbed = Environment::with(&document);
    assert_eq!(undisturbed.servo(&["run"]).code, 0);
    let environment = Environment::with(&document);
    let mut running = at_a_trial(&environment, &["run"]);
    environment.write("servo.yaml", &format!("# A comment.\n{document}---\n{}", endless("other")));
    running.signal("HUP");
    running.hear("applying servo.yaml: 1 added (other), 1 unchanged");
    environment.write("servo.yaml", &document);
    running.signal("HUP");
    running.hear("applying servo.yaml: 1 removed (other), 1 unchanged");
    let ran = running.end();
    assert_eq!(ran.code, 0, "it ends with its study: {}", ran.stderr);
    assert_eq!(trials(&environment), trials(&undisturbed));
    assert_eq!((interruptions(&ran, "shop"), interruptions(&ran, "other")), (0, 1), "{}", ran.stderr);
}

#[test]
fn a_broken_file_is_told_of_and_the_old_one_stays_in_force_until_it_is_mended() {
    let environment = Environment::with(&endless("shop"));
    let mut running = at_a_trial(&environment, &["run", "--format", "json"]);
    environment.write(
        "servo.yaml",
        &endless("shop").replace("web:", "web: {}\n    web2:").replace("budget", "bugdet"),
    );
    running.signal("HUP");
    running.hear("bugdet");
    running.hear("servo.yaml is not applied, the configuration before it stays in force");
    std::fs::remove_file(environment.path().join("servo.yaml")).unwrap();
    running.signal("HUP");
    running.hear("config file 'servo.yaml' does not exist");
    running.hear("servo.yaml is not applied");
    environment.write("servo.yaml", &changed(&endless("shop")));
    running.signal("HUP");
    running.hear("applying servo.yaml: 1 changed (shop), 0 unchanged");
    running.hear("servo.yaml is in force");
    running.signal("TERM");
    let ran = running.end();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(json(&ran)["servos"][0]["outcome"], "interrupted");
}

#[test]
fn only_the_servo_that_was_named_is_reloaded() {
    let environment = Environment::with(&file(&[endless("shop"), endless("other")]));
    let before = described(&environment, "shop");
    let mut running = Running::start(&environment, &["--name", "shop", "run", "--format", "json"]);
    at_another(&environment, "shop", &before);
    environment.write("servo.yaml", &file(&[endless("shop"), changed(&endless("other")), endless("new")]));
    running.signal("HUP");
    running.hear("servo.yaml is in force, nothing is to be done: 1 unchanged");
    environment.write("servo.yaml", &endless("other"));
    running.signal("HUP");
    running.hear("no servo was found named \"shop\"");
    running.hear("servo.yaml is not applied");
    running.signal("TERM");
    let ran = running.end();
    assert_eq!(json(&ran)["servos"][0]["name"], "shop", "{}", ran.stderr);
}

#[test]
fn a_file_that_is_watched_is_applied_without_a_signal() {
    let environment = Environment::with(&endless("shop"));
    let mut running = at_a_trial(&environment, &["run", "--watch", "--format", "json"]);
    environment.write("servo.yaml", "name: shop\nnonsense: {}\n");
    running.hear("servo.yaml has changed");
    running.hear("nonsense");
    running.hear("servo.yaml is not applied");
    environment.write("servo.yaml", &file(&[endless("shop"), endless("new")]));
    running.hear("applying servo.yaml: 1 added (new), 1 unchanged");
    running.signal("TERM");
    let ran = running.end();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("servo.yaml has changed").count(), 2, "{}", ran.stderr);
}

#[test]
fn a_link_that_is_turned_to_another_file_is_a_change() {
    let environment = Environment::new();
    environment.write("one/servo.yaml", &endless("shop"));
    environment.write("two/servo.yaml", &file(&[endless("shop"), endless("new")]));
    // A ConfigMap is mounted like this.
    let link = |to: &str| {
        let (fresh, data) = (environment.path().join("fresh"), environment.path().join("data"));
        std::os::unix::fs::symlink(to, &fresh).unwrap();
        std::fs::rename(fresh, data).unwrap();
    };
    link("one");
    std::os::unix::fs::symlink("data/servo.yaml", environment.path().join("servo.yaml")).unwrap();
    let mut running = at_a_trial(&environment, &["run", "--watch"]);
    link("two");
    running.hear("applying servo.yaml: 1 added (new), 1 unchanged");
    running.signal("TERM");
    assert_eq!(running.end().code, 0);
}
