//! `servo schema`, in a folder without a configuration.

use std::process::{Command, Output};

use super::*;

fn servo(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_servo"));
    let output = command.arg("schema").args(arguments).current_dir(folder.path()).output().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    output
}

#[track_caller]
fn text(arguments: &[&str]) -> String {
    let output = servo(arguments);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(arguments)).unwrap()
}

#[test]
fn the_whole_file_a_section_or_all_sections() {
    assert_eq!(json(&[]), document_schema());
    assert_eq!(json(&["--all"]), document_schema());
    assert_eq!(json(&["emulator"]), section_schema("emulator"));
    assert_eq!(json(&["embedded", "-f", "json"]), section_schema("embedded"));
    assert_eq!(json(&["--top-level"]), schema::sections(&registry()).to_value());
}

#[test]
fn a_reference_as_text_and_as_a_page() {
    let reference = text(&["emulator", "--format", "text"]);
    assert!(reference.starts_with("emulator\n"), "{reference}");
    assert!(reference.contains(
        "\nrollout  duration\n    How long a rollout takes, in emulated time.\n    Default: 20s\n"
    ));
    let whole = text(&["-f", "text"]);
    for key in ["name", "optimizer", "connectors", "emulator", "windows"] {
        assert!(whole.contains(&format!("\n{key}  ")), "{key}");
    }
    let page = text(&["-f", "html"]);
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<code>optimizer_lost_after</code>"));
    assert!(text(&["--top-level", "-f", "text"]).contains("\nemulator  mapping\n"));
}

#[test]
fn what_does_not_exist_is_told_with_the_nearest() {
    for (key, message) in [
        ("emulater", "did you mean `emulator`?"),
        (
            "nope",
            "known connectors and optimizers: emulator, kube_metrics, kubernetes, load, opsani_dev, process, prometheus, scripts, vegeta, wait, embedded",
        ),
    ] {
        let output = servo(&[key]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(output.stdout.is_empty() && told.contains(message), "{told}");
    }
}

#[test]
fn a_file_is_written_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("servo.schema.json");
    assert_eq!(text(&["-o", path.to_str().unwrap()]), "");
    let written: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(written, document_schema());
}
