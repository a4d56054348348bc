//! What can be asked without a configuration, and leaves nothing behind.

use crate::environment::{Environment, Ran};
use crate::studies::shop;

#[test]
fn the_help_page_has_the_commands_in_sections() {
    let ran = Environment::new().servo(&["--help"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let titles: Vec<&str> =
        ran.stdout.lines().filter(|line| line.ends_with(':') && !line.starts_with(' ')).collect();
    assert_eq!(
        titles,
        [
            "Getting started:",
            "Assembly:",
            "Operation:",
            "Safety:",
            "Configuration:",
            "Other:",
            "Connectors:",
            "Options:",
            "Options of every command:",
            "Options of a remote optimizer:",
            "Try it without a cluster or an account:"
        ]
    );
    assert!(ran.stdout.contains("\n  describe        Show the application's settings"), "{}", ran.stdout);
}

#[test]
fn help_and_what_the_program_consists_of_need_no_configuration() {
    let environment = Environment::new();
    for arguments in [
        &["--help"][..],
        &["help", "show"],
        &["run", "--help"],
        &["show", "events", "--help"],
        &["version"],
        &["connectors", "--format", "json"],
        &["completion", "bash"],
        &["show", "events", "--all"],
    ] {
        let ran = environment.servo(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stdout.is_empty() && ran.stderr.is_empty(), "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stdout.contains('\u{1b}'), "{arguments:?}: colour in a pipe");
    }
    assert_eq!(std::fs::read_dir(environment.path()).unwrap().count(), 0, "nothing is written");
}

#[test]
fn what_needs_a_configuration_says_so_and_writes_nothing() {
    let environment = Environment::new();
    for command in [
        &["list"][..],
        &["config"],
        &["validate"],
        &["check"],
        &["show", "metrics"],
        &["describe"],
        &["journal"],
    ] {
        let ran = environment.servo(command);
        assert_eq!(ran.code, 2, "{command:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("'servo.yaml' does not exist"), "{}", ran.stderr);
    }
    assert_eq!(std::fs::read_dir(environment.path()).unwrap().count(), 0, "nothing is written");
}

#[test]
fn every_shell_gets_a_script_that_knows_every_command() {
    let environment = Environment::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = environment.servo(&["completion", shell]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for part in ["servo", "validate", "events", "log-file"] {
            assert!(ran.stdout.contains(part), "{shell}: no {part:?}");
        }
    }
    let ran = environment.servo(&["completion", "fish", "--output", "servo.fish"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert!(std::fs::read_to_string(environment.path().join("servo.fish")).unwrap().contains("validate"));
    assert_eq!(environment.servo(&["completion", "tcsh"]).code, 2);
}

#[test]
fn what_the_environment_says_of_the_program_counts() {
    let environment = Environment::new();
    environment.write("other.yaml", &shop("shop"));
    let code = |variable: (&str, &str), arguments: &[&str]| {
        Ran::of(&environment.command(arguments).envs([variable]).output().unwrap()).code
    };
    assert_eq!(code(("SERVO_CONFIG_FILE", "other.yaml"), &["list"]), 0);
    assert_eq!(code(("SERVO_CONFIG_FILE", "another.yaml"), &["list"]), 2);
    for level in ["SUCCESS", "critical", "TRACE", "warning"] {
        assert_eq!(code(("SERVO_LOG_LEVEL", level), &["version"]), 0, "{level}");
        assert_eq!(code(("SERVO_UID", ""), &["-l", level, "version"]), 0, "{level}");
    }
    assert_eq!(code(("SERVO_LOG_LEVEL", "loud"), &["version"]), 2);
}
