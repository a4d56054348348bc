//! What is built, where its state goes, and that everything wrong is told at its place.

use std::path::Path;

use servo_runtime::assembly::Completion;

use crate::fixture::assemble;

const TWO: &str = "\
name: one
optimizer: {scripted: {}}
note: {number: 1}
---
name: two
optimizer: {scripted: {}}
connectors: {first: note, second: note}
first: {number: 1}
second: {number: 2}
state_dir: /var/lib/servo
on_complete: repeat
repeat_every: 24h
";

#[test]
fn each_document_is_a_servo_with_its_connectors_in_order() {
    let assembly = assemble(TWO).unwrap();
    let [one, two] = assembly.servos() else { panic!("two servos") };
    let members = |servo: &servo_runtime::assembly::Assembled| {
        servo.servo().bus().members().iter().map(|member| member.name().to_string()).collect::<Vec<_>>()
    };
    assert_eq!((one.name(), members(one)), ("one", vec!["note".to_owned()]));
    assert_eq!((two.name(), members(two)), ("two", vec!["first".to_owned(), "second".to_owned()]));
}

#[test]
fn state_is_kept_beside_the_configuration_or_where_it_says_one_folder_each() {
    let assembly = assemble(TWO).unwrap();
    assert_eq!(assembly.servos()[0].state_dir(), Path::new("conf/.servo/one"));
    assert_eq!(assembly.servos()[1].state_dir(), Path::new("/var/lib/servo/two"));
    assert_eq!(assembly.servos()[0].on_complete(), Completion::Exit);
    assert!(
        matches!(assembly.servos()[1].on_complete(), Completion::Repeat(every) if every.to_string() == "1d")
    );
}

#[test]
fn settings_that_connectors_and_optimizers_refuse_are_told_together_at_their_values() {
    let text = "\
name: one
optimizer: {scripted: {then: dance}}
note: {number: 12}
---
name: two
optimizer: {scripted: {}}
note: {numbr: 1}
";
    let told = assemble(text).unwrap_err();
    let lines: Vec<&str> = told.lines().filter(|line| !line.starts_with("  ")).collect();
    assert_eq!(
        lines,
        [
            "servo.yaml:2:30: expected `panic` or `fail` (at optimizer.scripted.then)",
            "servo.yaml:3:16: the number is above 9 (at note.number)",
            "servo.yaml:7:8: unknown key `numbr` (at note.numbr)",
        ]
    );
}

#[test]
fn one_servo_is_selected_by_name() {
    assert_eq!(assemble(TWO).unwrap().only("two").unwrap().servos().len(), 1);
    let error = assemble(TWO).unwrap().only("three").unwrap_err();
    assert_eq!(error.message(), "no servo was found named \"three\"");
    assert_eq!(error.help(), Some("servo.yaml has `one`, `two`"));
}

#[test]
fn a_servo_without_an_optimizer_cannot_run_but_is_there() {
    let assembly = assemble("note: {number: 1}").unwrap();
    assert_eq!(assembly.servos()[0].name(), "servo");
    assert!(assembly.servos()[0].optimizer().err().unwrap().message().contains("no optimizer to run with"));
}
