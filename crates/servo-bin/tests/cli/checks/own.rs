//! The servo's own checks: its state, its journal, and who else uses it.

use servo_core::journal::Entry;

use super::says;
use crate::environment::{Environment, Ran};
use crate::left::{a_trial, at_a_trial, slow, written};
use crate::studies::shop;

fn own(environment: &Environment) -> Ran {
    environment.servo(&["check", "servo", "--halt-on", "never"])
}

#[test]
fn a_file_where_the_state_should_be_is_told_with_the_key_that_names_another() {
    let environment = Environment::with(&shop("shop").replace("name: shop", "name: shop\nstate_dir: state"));
    environment.write("state", "");
    let ran = own(&environment);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(
        &ran,
        &[
            "State folder is writable: ./state is not a folder",
            "hint: name another folder with `state_dir:`, or remove what is in its place",
        ],
    );
}

#[test]
fn a_damaged_journal_is_told_with_what_to_do_about_it() {
    let environment = Environment::with(&shop("shop"));
    a_trial(&environment, "shop");
    let file = environment.path().join(".servo/shop/journal");
    let damaged = std::fs::read_to_string(&file).unwrap().replacen("web.cpu", "web.cpx", 1);
    std::fs::write(&file, &damaged).unwrap();
    let ran = own(&environment);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(&ran, &["Journal can be read: line 2 of the journal", "is damaged", "hint: "]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), damaged, "it is left as it is");
    let halted = environment.servo(&["check", "servo"]);
    says(&halted, &["not run since `Journal can be read` failed: Circuit is closed, "]);
}

#[test]
fn a_broken_circuit_is_told_with_the_command_that_closes_it() {
    let environment = Environment::with(&shop("shop"));
    written(&environment, "shop", vec![Entry::Tripped { reason: "three trials have failed".to_owned() }]);
    let ran = own(&environment);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(&ran, &["Circuit is closed: no more changes are made since ", ": three trials have failed\n"]);
    says(&ran, &["hint: once the reason is gone, `servo reset` closes it"]);
    assert_eq!(environment.servo(&["reset"]).code, 0);
    assert_eq!(own(&environment).code, 0);
}

#[test]
fn a_trial_that_was_left_in_force_is_a_warning() {
    let environment = Environment::with(&shop("shop"));
    a_trial(&environment, "shop");
    let ran = own(&environment);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    says(
        &ran,
        &["√ PASSED", "Nothing is left to restore: a trial is in force", "`servo restore` does so now"],
    );
    assert_eq!(environment.servo(&["restore"]).code, 0);
    assert!(!own(&environment).stdout.contains("Nothing is left"));
}

#[test]
fn a_servo_that_runs_already_is_named_by_its_process() {
    let environment = Environment::with(&slow());
    let running = at_a_trial(&environment, &["run"]);
    let ran = environment.servo(&["check"]);
    assert_eq!(ran.code, 0, "advice: {}{}", ran.stdout, ran.stderr);
    says(
        &ran,
        &[
            "No other process uses the state: ./.servo/shop is in use by process ",
            "that is as it should be where the servo runs already",
            "Nobody else changes the service: it is in use by servo `shop` (process ",
        ],
    );
    running.signal("TERM");
    assert_eq!(running.end().code, 0);
}
