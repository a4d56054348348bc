//! Applications brought back to where they were, by hand.

use servo_core::journal::{Change, Entry, Purpose};

use crate::environment::Environment;
use crate::left::{a_trial, at_a_trial, cpu, slow, written};
use crate::running::{Running, a_moment};
use crate::studies::{json, shop};

#[test]
fn what_a_killed_study_has_left_is_shown_by_a_dry_run_and_brought_back() {
    let environment = Environment::with(&slow());
    let before = environment.servo(&["describe"]).stdout;
    let running = at_a_trial(&environment, &["run"]);
    running.signal("KILL");
    running.end();
    let left = environment.servo(&["describe"]).stdout;
    assert_ne!(left, before);

    let ran = environment.servo(&["restore", "--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("shop: away from its baseline; nothing was done\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("TO BE RESTORED TO"), "{}", ran.stdout);
    assert_eq!(environment.servo(&["describe"]).stdout, left);

    let ran = environment.servo(&["restore"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("shop: back at its baseline\n\nSETTING  "), "{}", ran.stdout);
    assert_eq!(environment.servo(&["describe"]).stdout, before);

    let ran = environment.servo(&["restore"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "shop: at its baseline; nothing to restore\n"));
}

#[test]
fn a_servo_that_has_changed_nothing_says_so_and_writes_nothing() {
    let environment = Environment::with(&shop("shop"));
    for arguments in [&["restore"][..], &["restore", "--dry-run"]] {
        let ran = environment.servo(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "shop: has changed nothing\n"), "{}", ran.stderr);
    }
    assert!(!environment.path().join(".servo").exists());
}

#[test]
fn what_somebody_else_has_set_is_left_alone() {
    let environment = Environment::with(&shop("shop"));
    a_trial(&environment, "shop");
    let change = Change { id: 2, purpose: Purpose::Trial, before: cpu("1"), after: cpu("0.5") };
    written(
        &environment,
        "shop",
        vec![Entry::Change(change), Entry::Confirmed { change: 2, state: cpu("0.5") }],
    );
    // The application has one core, which the servo has given it, but not what it gave it last.
    let ran = environment.servo(&["restore", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let servo = &json(&ran)["servos"][0];
    assert_eq!(servo["state"], "baseline", "{servo}");
    assert_eq!(servo["settings"][0]["action"], "leave", "{servo}");
    assert!(environment.servo(&["describe"]).stdout.contains("web.cpu=1 "));
}

#[test]
fn a_setting_that_is_gone_is_named_and_the_rest_is_brought_back() {
    let environment = Environment::with(&shop("shop"));
    a_trial(&environment, "shop");
    let named = |cores: &str| cpu(cores).into_values().map(|value| ("api.cpu".to_owned(), value)).collect();
    let change = Change { id: 2, purpose: Purpose::Trial, before: named("2"), after: named("1") };
    written(&environment, "shop", vec![Entry::Change(change)]);
    let ran = environment.servo(&["restore"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("shop: not all of it is back at its baseline\n"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("api.cpu was 2 before; the application has no such setting"),
        "{}",
        ran.stdout
    );
    assert!(environment.servo(&["describe"]).stdout.contains("web.cpu=2 "));
}

#[test]
fn what_connectors_have_left_behind_is_named() {
    let environment = Environment::with(&shop("shop"));
    let (connector, key) = ("emulator".to_owned(), "tuning-1".to_owned());
    written(&environment, "shop", vec![Entry::Created { connector, key, value: 1.into() }]);
    let ran = environment.servo(&["restore"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let expected = "shop: at its baseline; nothing to restore\n\n\
                    created by `emulator` and not removed: tuning-1\n";
    assert_eq!(ran.stdout, expected);
}

#[test]
fn kept_adjustments_of_a_remote_optimizer_are_brought_back_too() {
    let environment = Environment::with(&shop("shop"));
    a_trial(&environment, "shop");
    let change = Change { id: 2, purpose: Purpose::Adjustment, before: cpu("1"), after: cpu("1") };
    written(
        &environment,
        "shop",
        vec![Entry::Change(change), Entry::Confirmed { change: 2, state: cpu("1") }],
    );
    assert!(environment.servo(&["journal"]).stdout.starts_with("shop: away from its baseline, to stay so\n"));
    let ran = environment.servo(&["restore"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(environment.servo(&["describe"]).stdout.contains("web.cpu=2 "));
}

#[test]
fn a_servo_that_runs_must_be_stopped_first() {
    let environment = Environment::with(&slow());
    let running = at_a_trial(&environment, &["run"]);
    for arguments in
        [&["restore"][..], &["restore", "--dry-run"], &["reset"], &["adjust", "web.cpu=1"], &["run"]]
    {
        let ran = environment.servo(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("in use by another servo"), "{}", ran.stderr);
    }
    let ran = environment.servo(&["journal"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("(trial): web."), "{}", ran.stdout);
    running.signal("TERM");
    let ran = running.end();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = environment.servo(&["restore"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "shop: at its baseline; nothing to restore\n"));
}

#[test]
fn one_servo_that_cannot_be_restored_keeps_no_other_from_it() {
    let environment = Environment::with(&format!("{}---\n{}", shop("one"), shop("two")));
    a_trial(&environment, "two");
    environment.write(".servo/one/journal", "what is this\n");
    let ran = environment.servo(&["restore"]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    assert!(ran.stderr.contains("error: servo `one`: ") && ran.stderr.contains("help: "), "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("one: could not be restored\n\ntwo: back at its baseline\n"),
        "{}",
        ran.stdout
    );
    let ran = environment.servo(&["--name", "two", "restore"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "two: at its baseline; nothing to restore\n"));
}

#[test]
fn an_interrupt_cancels_and_the_next_one_goes_on() {
    let environment = Environment::with(&shop("shop"));
    a_trial(&environment, "shop");
    environment.write("slow.yaml", &shop("shop").replace("speed: 100000", "speed: 1"));
    let mut running = Running::start(&environment, &["-c", "slow.yaml", "restore"]);
    running.hear("% of rolling out");
    running.signal("INT");
    let ran = running.end();
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("error: servo `shop`: "), "{}", ran.stderr);
    assert_eq!(ran.stdout, "shop: could not be restored\n");
    let ran = environment.servo(&["restore"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(environment.servo(&["describe"]).stdout.contains("web.cpu=2 "));
}

#[test]
fn it_needs_no_optimizer() {
    let text = shop("shop");
    let application = text.split_once("emulator:").unwrap().1;
    let environment = Environment::with(&format!("name: shop\nemulator:{application}"));
    let ran = environment.servo(&["adjust", "web.cpu=1"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    a_trial(&environment, "shop");
    let ran = environment.servo(&["restore"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(environment.servo(&["describe"]).stdout.contains("web.cpu=2 "));
}

#[test]
fn a_servo_that_runs_and_has_changed_nothing_yet_must_be_stopped_first() {
    let environment = Environment::with(&shop("shop").replace("speed: 100000", "speed: 0.1"));
    let mut running = Running::start(&environment, &["run", "--debug"]);
    while !environment.path().join(".servo/shop/lock").exists() {
        a_moment();
    }
    for command in ["restore", "reset"] {
        let ran = environment.servo(&[command]);
        assert_eq!(ran.code, 1, "{command}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("error: servo `shop`: ")
                && ran.stderr.contains("in use by another servo (process ")
        );
    }
    running.signal("TERM");
    running.hear("SIGTERM");
    running.end();
    assert_eq!(environment.servo(&["reset"]).stdout, "shop: nothing to reset; changes are allowed\n");
    assert_eq!(environment.servo(&["restore"]).stdout, "shop: has changed nothing\n");
}
