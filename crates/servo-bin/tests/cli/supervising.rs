//! A program that the servo runs itself: begun and ended by single operations, and gone when the servo is killed.

use std::path::Path;

use crate::environment::Environment;
use crate::running::{Running, a_moment};

/// A program that leaves its process group, and the settings of it.
const WEB: &str = "\
name: shop
process:
  command: [sh, -c, \"setsid sleep 64 & echo ready $0; exec sleep 64\", $(threads)]
  settings:
    threads: {min: 1, max: 8, value: 4}
  ready: {log: ^ready}
  stop: {grace: 1s}
";

/// What makes a study of it that lasts until somebody ends it.
const STUDY: &str = "\
optimizer:
  embedded:
    objective: {minimize: process_cpu_usage}
    measurement: {duration: 1m, warmup: 0s}
    budget: {trials: 5}
mode: auto
";

/// Gives the numbers of the processes that come from the program.
fn processes(environment: &Environment) -> Vec<String> {
    let folder = environment.path().canonicalize().unwrap();
    let is_of_program = |process: &Path| {
        let line = std::fs::read_to_string(process.join("cmdline")).unwrap_or_default();
        line == "sleep\u{0}64\u{0}" && std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == folder)
    };
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let found = entries.filter(|entry| is_of_program(&entry.path()));
    found.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Waits until something is so.
fn until(what: &str, holds: impl Fn() -> bool) {
    let mut moments = 0..400;
    while !holds() {
        assert!(moments.next().is_some(), "{what}");
        a_moment();
    }
}

#[test]
fn single_operations_begin_the_program_and_leave_nothing_of_it() {
    let environment = Environment::with(WEB);
    let ran = environment.servo(&["describe"]);
    assert!(ran.stdout.contains("process.threads"), "{}{}", ran.stdout, ran.stderr);
    assert!(!environment.path().join(".servo").exists());
    let ran = environment.servo(&["measure", "--duration", "300ms", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("process_memory_rss"), "{}", ran.stdout);
    let ran = environment.servo(&["adjust", "process.threads=6", "--settlement", "100ms"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(environment.servo(&["describe"]).stdout.contains('6'));
    let ran = environment.servo(&["check"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(processes(&environment), Vec::<String>::new());
}

#[test]
fn a_servo_that_is_killed_leaves_nothing_of_the_program() {
    let environment = Environment::with(&format!("{WEB}{STUDY}"));
    let running = Running::start(&environment, &["run"]);
    until("the program runs", || processes(&environment).len() == 2);
    running.signal("KILL");
    running.end();
    until("its supervisor has ended the program", || processes(&environment).is_empty());
}

#[test]
fn a_servo_that_is_told_to_end_has_ended_the_program_when_it_ends() {
    let environment = Environment::with(&format!("{WEB}{STUDY}"));
    let running = Running::start(&environment, &["run"]);
    until("the program runs", || processes(&environment).len() == 2);
    running.signal("TERM");
    let ran = running.end();
    assert_eq!(processes(&environment), Vec::<String>::new(), "{}", ran.stderr);
}
