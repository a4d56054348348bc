//! The commands that connectors bring along.

use crate::environment::{Environment, Ran};
use crate::studies::{json, shop};

#[test]
fn the_emulator_tells_the_truth_as_it_is_and_with_other_settings() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["emulator", "truth"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("METRIC"), "{}", ran.stdout);
    let ran = environment.servo(&["emulator", "truth", "web.cpu=1", "web.replicas=6", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = json(&ran);
    let p95 = rows.as_array().unwrap().iter().find(|row| row["metric"] == "p95_latency").unwrap().clone();
    let value = |key: &str| p95[key].as_f64().unwrap();
    assert!(value("true") > 0.0 && value("changed") > value("true"), "half the cores are slower: {p95}");
    assert!(environment.servo(&["describe"]).stdout.contains("web.cpu=2"), "nothing is deployed");
}

#[test]
fn a_setting_that_cannot_be_is_told() {
    let environment = Environment::with(&shop("shop"));
    for (text, part) in [("web.cpu=64", "outside of the range"), ("web.nope=1", "no setting 'web.nope'")] {
        let ran = environment.servo(&["emulator", "truth", text]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
}

#[test]
fn help_needs_no_configuration_and_the_command_does() {
    let environment = Environment::new();
    for arguments in [&["emulator", "--help"][..], &["emulator", "truth", "--help"]] {
        let ran = environment.servo(arguments);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("truth"), "{}", ran.stdout);
    }
    let ran = environment.servo(&["emulator", "truth"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("config file 'servo.yaml' does not exist"), "{}", ran.stderr);
}

#[test]
fn the_instance_is_the_only_one_or_the_one_that_is_named() {
    let none = Environment::with("connectors: []\n").servo(&["emulator", "truth"]);
    assert_eq!(none.code, 2, "{}", none.stderr);
    assert!(
        none.stderr.contains("no instances of \"emulator\" are active in the servo \"servo\""),
        "{}",
        none.stderr
    );
    let one = shop("shop");
    let section = one.split_once("emulator:\n").unwrap().1;
    let names = "connectors: {one: emulator, two: emulator}";
    let text = one.replace("emulator:\n", &format!("{names}\none:\n"))
        + "two:\n"
        + &section.replace("rate: 60", "rate: 30").replace("web:", "api:");
    let environment = Environment::with(&text);
    let ran = environment.servo(&["emulator", "truth"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let expected = "multiple instances of \"emulator\" found in servo \"shop\": select one of ['one', 'two']";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    let ran = environment.servo(&["emulator", "truth", "-c", "three"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("no connector named \"three\" of type \"emulator\""), "{}", ran.stderr);
    let throughput = |name: &str| {
        let ran = environment.servo(&["emulator", "truth", "-c", name, "--format", "json"]);
        let rows = json(&ran);
        rows.as_array().unwrap().iter().find(|row| row["metric"] == "throughput").unwrap()["true"].as_f64()
    };
    assert_eq!((throughput("one"), throughput("two")), (Some(60.0), Some(30.0)));
}

#[test]
fn rows_that_tell_of_a_failure_are_shown_and_the_exit_code_says_so() {
    let environment = Environment::with("scripts: {exec: {describe: 'echo {}'}}\n");
    let ran = environment.servo(&["scripts", "verify", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let rows = json(&ran);
    assert_eq!((&rows[0]["name"], &rows[0]["outcome"]), (&"describe".into(), &"failed".into()));
    let message = rows[0]["message"].as_str().unwrap();
    assert!(message.contains("expected the version of the contract"), "{message}");
}

#[test]
fn commands_are_given_no_credential_of_the_servo() {
    let text = "scripts: {after: {attach: ['echo found:$SERVO_EVENT:$OPSANI_TOKEN:$MINE']}, environment: {MINE: x}}\n";
    let environment = Environment::with(text);
    let mut command = environment.command(&["describe"]);
    let ran = Ran::of(&command.env("OPSANI_TOKEN", "canary-5f2c9e71").output().unwrap());
    assert!(ran.stderr.contains("found:attach::x"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("canary"), "{}", ran.stderr);
}
