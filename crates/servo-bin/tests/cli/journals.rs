//! Journals: shown, refused, reset, and written by hand.

use std::fs;

use servo_core::journal::Entry;

use crate::environment::Environment;
use crate::left::{a_trial, at_a_trial, slow, written};
use crate::studies::{json, shop};

#[test]
fn a_study_is_told_change_by_change() {
    let environment = Environment::with(&shop("shop"));
    assert_eq!(environment.servo(&["run"]).code, 0);
    let ran = environment.servo(&["journal", "--limit", "0"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("shop: at its baseline\n\nfile      ./.servo/shop/journal\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("(trial): web."), "{}", ran.stdout);
    assert!(ran.stdout.contains("(restoration): web."), "{}", ran.stdout);
    let all = ran.stdout.lines().skip_while(|line| !line.starts_with("TIME ")).count();
    let ran = environment.servo(&["journal", "--limit", "3"]);
    let last = ran.stdout.lines().skip_while(|line| !line.starts_with("TIME ")).count();
    assert!(all > 8 && last == 4, "{all} and {last} lines");
}

#[test]
fn the_journal_for_scripts_has_the_promised_form() {
    let environment = Environment::with(&shop("shop"));
    a_trial(&environment, "shop");
    let ran = environment.servo(&["journal", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let servo = &json(&ran)["servos"][0];
    assert_eq!((servo["name"].as_str(), servo["is_damaged"].as_bool()), (Some("shop"), Some(false)));
    assert!(servo["file"].as_str().unwrap().ends_with(".servo/shop/journal"), "{servo}");
    assert_eq!(servo["ledger"]["baseline"]["web.cpu"], 2);
    assert_eq!(servo["ledger"]["in_force"]["web.cpu"], 1);
    assert_eq!(servo["records"][0]["entry"]["change"]["purpose"], "trial");
    assert_eq!(servo["records"].as_array().unwrap().len(), 2);
}

#[test]
fn a_servo_without_a_journal_has_changed_nothing() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["journal"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("shop: has changed nothing\n"), "{}", ran.stdout);
    assert!(!environment.path().join(".servo").exists());
}

#[test]
fn a_damaged_journal_is_shown_as_far_as_it_can_be_read_and_refused_by_what_would_use_it() {
    let environment = Environment::with(&shop("shop"));
    a_trial(&environment, "shop");
    let file = environment.path().join(".servo/shop/journal");
    let damaged = fs::read_to_string(&file).unwrap().replacen("web.cpu", "web.cpx", 1);
    fs::write(&file, &damaged).unwrap();
    let ran = environment.servo(&["journal"]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("shop: the journal is DAMAGED; "), "{}", ran.stdout);
    assert!(ran.stdout.contains("confirmed  1: web.cpu=1"), "{}", ran.stdout);
    assert!(ran.stderr.contains("error: servo `shop`: line 2 of the journal"), "{}", ran.stderr);
    for arguments in [&["run"][..], &["restore"], &["reset"], &["adjust", "web.cpu=2"]] {
        let ran = environment.servo(arguments);
        assert_eq!(ran.code, 78, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("is damaged") && ran.stderr.contains("help: "), "{}", ran.stderr);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), damaged, "it is left as it is");
}

#[test]
fn the_journal_of_another_servo_is_refused() {
    let environment = Environment::with(&format!("{}---\n{}", shop("one"), shop("two")));
    a_trial(&environment, "one");
    environment.write(".servo/two/journal", "");
    fs::copy(environment.path().join(".servo/one/journal"), environment.path().join(".servo/two/journal"))
        .unwrap();
    for arguments in [&["journal"][..], &["restore"], &["--name", "two", "run"]] {
        let ran = environment.servo(arguments);
        assert_eq!(ran.code, 78, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("of another servo, `one`"), "{}", ran.stderr);
    }
}

#[test]
fn a_broken_circuit_ends_runs_until_it_is_reset() {
    let environment = Environment::with(&shop("shop"));
    written(&environment, "shop", vec![Entry::Tripped { reason: "three trials have failed".to_owned() }]);
    let ran = environment.servo(&["run"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("three trials have failed") && ran.stderr.contains("servo reset"),
        "{}",
        ran.stderr
    );
    let ran = environment.servo(&["journal"]);
    assert!(ran.stdout.contains("\ncircuit   broken since 20"), "{}", ran.stdout);

    let ran = environment.servo(&["reset"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("shop: changes are allowed again; none were since 20"), "{}", ran.stdout);
    assert!(ran.stdout.ends_with(": three trials have failed\n"), "{}", ran.stdout);
    let ran = environment.servo(&["reset"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "shop: nothing to reset; changes are allowed\n"));
    let ran = environment.servo(&["run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_reset_for_scripts_says_what_it_was() {
    let environment = Environment::with(&format!("{}---\n{}", shop("one"), shop("two")));
    written(&environment, "two", vec![Entry::Tripped { reason: "enough".to_owned() }]);
    let ran = environment.servo(&["reset", "--format", "json"]);
    let json = json(&ran);
    assert_eq!(json["servos"][0], serde_json::json!({"name": "one", "was": null}));
    assert_eq!(json["servos"][1]["was"]["reason"], "enough");
}

#[test]
fn a_change_by_hand_is_recorded_and_the_new_baseline() {
    let environment = Environment::with(&shop("shop"));
    assert_eq!(environment.servo(&["adjust", "web.cpu=1500m", "web.mem=512Mi"]).code, 0);
    let ran = environment.servo(&["journal"]);
    assert!(ran.stdout.contains("1 (operator): web.cpu 2 -> 1.5, web.mem 1Gi -> 512Mi"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\nbaseline  web.cpu=1.5, web.mem=512Mi\n"), "{}", ran.stdout);
    let ran = environment.servo(&["restore"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "shop: at its baseline; nothing to restore\n"));
    assert!(environment.servo(&["describe"]).stdout.contains("web.cpu=1.5"));
}

#[test]
fn a_change_by_hand_that_fails_leaves_nothing_behind() {
    let environment = Environment::with(&shop("shop"));
    let before = environment.servo(&["describe"]).stdout;
    // Within its range, and too little for a pod to live.
    assert_eq!(environment.servo(&["adjust", "web.mem=256Mi"]).code, 1);
    assert_eq!(environment.servo(&["describe"]).stdout, before);
    let ran = environment.servo(&["journal"]);
    assert!(ran.stdout.starts_with("shop: at its baseline\n"), "{}", ran.stdout);
    assert_eq!(environment.servo(&["adjust", "web.cpu=1"]).code, 0);
}

#[test]
fn a_change_by_hand_makes_no_baseline_of_a_trial_that_was_left() {
    let environment = Environment::with(&slow());
    let before = environment.servo(&["describe", "--format", "json"]);
    let running = at_a_trial(&environment, &["run"]);
    running.signal("KILL");
    running.end();
    let ran = environment.servo(&["adjust", "web.mem=1280Mi"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("is undone first"), "{}", ran.stderr);
    let after = environment.servo(&["describe", "--format", "json"]);
    let values = |ran| {
        let json = json(ran);
        let settings = &json["shop"]["emulator"]["application"]["components"]["web"]["settings"];
        ["cpu", "mem", "replicas"].map(|name| settings[name]["value"].to_string())
    };
    let [cpu, _, replicas] = values(&before);
    assert_eq!(values(&after), [cpu, "1.25".to_owned(), replicas]);
}
