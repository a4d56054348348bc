//! The program has the connector of this folder beside Servo's own.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_my-servo");
    Command::new(program).args(arguments).env_clear().output().expect("the program was just built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn it_lists_its_own_connector_beside_those_of_servo() {
    let output = run(&["connectors"]);
    let listed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(listed.contains("loadavg") && listed.contains("emulator"), "{listed}");
}

#[test]
fn it_measures_as_the_readme_says() {
    let output = run(&["--config-file", "servo.yaml", "measure", "--duration", "0", "load_1m"]);
    let measured = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(measured.contains("load_1m"), "{measured}");
}

#[test]
fn a_mistake_in_its_section_is_shown_at_its_place() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let file = format!("{folder}/mistake.yaml");
    std::fs::write(&file, "loadavg:\n  stepp: 1s\n").expect("cargo made the folder");
    let output = run(&["--config-file", &file, "measure"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(78), "{told}");
    assert!(told.contains("stepp") && told.contains("did you mean `step`"), "{told}");
}
