//! What counts above the configuration file: `.env`, the environment, and options of the command line.

use crate::environment::{Environment, Ran};
use crate::studies::shop;

/// A file of two servos with embedded optimizers.
fn two() -> String {
    format!("{}---\n{}", shop("one"), shop("two"))
}

/// What is told of the mode of a servo that has one that is none.
fn told(environment: &Environment, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let mut command = environment.command(arguments);
    let ran = crate::environment::Ran::of(&command.envs(variables.iter().copied()).output().unwrap());
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    ran.stderr
}

#[test]
fn each_layer_counts_before_the_one_below_and_is_named() {
    let environment = Environment::with(&shop("shop").replace("mode: auto", "mode: file"));
    assert!(told(&environment, &[], &["describe"]).contains("servo.yaml:2:7"));
    environment.write(".env", "# a comment\nexport SERVO_MODE='dotenv'\n");
    let shown = told(&environment, &[], &["describe"]);
    assert!(shown.contains("the variable SERVO_MODE of .env: unknown value `dotenv`"), "{shown}");
    assert!(!shown.contains("mode: file"), "no line of the file is at fault: {shown}");
    let process = [("SERVO_MODE", "process")];
    let shown = told(&environment, &process, &["describe"]);
    assert!(shown.contains("the variable SERVO_MODE: unknown value `process`"), "{shown}");
    let shown = told(&environment, &process, &["describe", "--set", "mode=option"]);
    assert!(shown.contains("the option --set mode: unknown value `option`"), "{shown}");
    let ran = environment.servo(&["--set", "mode=observe", "describe"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn only_the_file_of_variables_beside_the_configuration_counts() {
    let environment = Environment::new();
    environment.write("conf/servo.yaml", &shop("shop"));
    environment.write(".env", "SERVO_MODE=nowhere\n");
    let ran = environment.servo(&["-c", "conf/servo.yaml", "describe"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    environment.write("conf/.env", "SERVO_MODE=x\n");
    let shown = told(&environment, &[], &["-c", "conf/servo.yaml", "describe"]);
    assert!(shown.contains("SERVO_MODE of conf/.env"), "{shown}");
}

#[test]
fn a_line_of_the_file_of_variables_that_cannot_be_read_is_named_and_not_shown() {
    let environment = Environment::with(&shop("shop"));
    environment.write(".env", "A=1\ncanary-5f2c9e71\n");
    let shown = told(&environment, &[], &["describe"]);
    assert!(shown.contains(".env:2: expected `NAME=value`") && !shown.contains("canary"), "{shown}");
    let ran = environment.servo(&["version"]);
    assert_eq!(ran.code, 0, "what needs no configuration needs no variables: {}", ran.stderr);
}

#[test]
fn a_folder_of_that_name_is_something_else() {
    let environment = Environment::with(&shop("shop"));
    environment.write(".env/pyvenv.cfg", "");
    assert_eq!(environment.servo(&["describe"]).code, 0);
}

#[test]
fn the_file_of_a_token_that_is_typed_must_be_there() {
    let environment = Environment::with("name: shop\noptimizer: {id: example.com/shop}\nconnectors: []\n");
    for (file, why) in [("nope", "cannot be read"), (".", "is not a regular file")] {
        for command in ["run", "list"] {
            let ran = environment.servo(&[command, "--token-file", file]);
            assert_eq!(ran.code, 2, "{command}: {}", ran.stderr);
            let part = format!("/{}', {why}", if file == "." { "" } else { file });
            assert!(ran.stderr.contains("the file of --token-file, '"), "{}", ran.stderr);
            assert!(
                ran.stderr.contains(why) && (file == "." || ran.stderr.contains(&part)),
                "{}",
                ran.stderr
            );
        }
    }
    environment.write("token", "t0k3n");
    assert_eq!(environment.servo(&["list", "--token-file", "token"]).code, 0);
}

#[test]
fn a_variable_of_one_optimizer_is_that_of_the_servo_that_is_selected() {
    let document =
        |name: &str| format!("name: {name}\noptimizer: {{id: example.com/{name}}}\nconnectors: []\n");
    let environment = Environment::with(&format!("{}---\n{}", document("one"), document("two")));
    let run = |arguments: &[&str]| {
        let mut command = environment.command(arguments);
        Ran::of(&command.env("OPSANI_TOKEN", "t0k3n").env("SERVO_UID", "me").output().unwrap())
    };
    let ran = run(&["--name", "two", "config", "servo_uid"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "servo_uid: me\n"), "{}", ran.stderr);
    let ran = run(&["list"]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    for part in ["OPSANI_TOKEN: it would count", "SERVO_UID: it would count", "select it with --name"] {
        assert!(ran.stderr.replace("\n  | ", " ").contains(part), "no {part:?} in:\n{}", ran.stderr);
    }
    assert_eq!(run(&["--name", "three", "list"]).code, 78, "nobody is selected");
}

#[test]
fn a_variable_that_is_empty_is_one_that_is_not_set() {
    let environment = Environment::with(&two());
    let mut command = environment.command(&["list"]);
    for name in ["SERVO_CONFIG_FILE", "SERVO_LOG_LEVEL", "SERVO_NO_COLOR", "SERVO_NAME", "OPSANI_TOKEN"] {
        command.env(name, "");
    }
    let ran = Ran::of(&command.output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let mut command = environment.command(&["run", "--dry-run"]);
    let switches = ["SERVO_RUN_CHECK", "SERVO_RUN_DEBUG", "SERVO_NO_BANNER"];
    let ran = Ran::of(&command.envs(switches.map(|name| (name, ""))).output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn what_can_be_said_of_one_servo_needs_one_to_be_selected() {
    let environment = Environment::with(&two());
    for arguments in [
        &["--optimizer", "example.com/shop", "describe"][..],
        &["describe", "--token", "canary-5f2c9e71"],
        &["describe", "--token-file", "servo.yaml"],
        &["describe", "--base-url", "https://example.com"],
        &["describe", "--url", "https://example.com"],
        &["describe", "--set", "name=other"],
    ] {
        let ran = environment.servo(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("would count for each of the 2 servos"), "{}", ran.stderr);
        assert!(ran.stderr.contains("--name NAME") && !ran.stderr.contains("canary"), "{}", ran.stderr);
    }
    let ran = environment.servo(&[
        "--name",
        "two",
        "describe",
        "--optimizer",
        "a.example/shop",
        "--token",
        "t0k3n",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = environment.servo(&["--set", "mode=observe", "describe"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn an_option_that_is_no_assignment_is_wrong_usage() {
    let environment = Environment::with(&shop("shop"));
    for text in ["mode", "=x", "a..b=c", "a[x]=1"] {
        let ran = environment.servo(&["--set", text, "describe"]);
        assert_eq!(ran.code, 2, "{text}: {}", ran.stderr);
        assert!(ran.stderr.contains("emulator.load.rate=120"), "{}", ran.stderr);
    }
    assert_eq!(environment.servo(&["--token", "a", "--token-file", "b", "describe"]).code, 2);
}

#[test]
fn the_long_help_has_the_options_of_a_remote_optimizer() {
    let environment = Environment::new();
    let (short, long) = (environment.servo(&["-h"]).stdout, environment.servo(&["--help"]).stdout);
    assert!(
        long.contains("Options of a remote optimizer:") && long.contains("--token-file <FILE>"),
        "{long}"
    );
    assert!(!short.contains("--token-file"), "{short}");
    assert!(short.contains("--set <KEY.PATH=VALUE>"), "{short}");
}

#[test]
fn what_is_wrong_with_an_assignment_is_told_without_its_value() {
    let environment = Environment::new();
    for text in ["optimizer token=canary-7d31", "optimizer.token canary-7d31"] {
        let ran = environment.servo(&["--set", text, "list"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("--set") && !ran.stderr.contains("canary"), "{}", ran.stderr);
    }
}
