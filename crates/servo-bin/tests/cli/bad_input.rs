//! Bad input: one clear error each, naming the place and the fix.

use std::fs;
use std::process::Command;

use crate::environment::{Environment, Ran};
use crate::studies::{shop, with};

/// Runs the servos of a text, which must fail with this code; what it printed on standard error.
fn fails(text: &str, code: i32) -> String {
    let ran = Environment::with(text).servo(&["run"]);
    assert_eq!(ran.code, code, "{}", ran.stderr);
    ran.stderr
}

/// Asserts that a text has all of these parts.
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}

#[test]
fn a_syntax_error_in_the_third_document_is_shown_in_its_line() {
    let first = shop("one");
    let text = format!("{first}---\n{}---\nname: third\nemulator: {{speed: 1\n", shop("two"));
    let line = text.lines().count();
    says(&fails(&text, 78), &["servo.yaml:", "servo::config::syntax", &format!("{line}")]);
}

#[test]
fn an_unknown_connector_is_answered_with_the_nearest() {
    let error = fails(&shop("shop").replace("emulator:", "emulatr:"), 78);
    says(&error, &["servo.yaml:", "unknown key `emulatr`", "did you mean `emulator`?"]);
    let error = fails(&format!("connectors: [emulatr]\n{}", shop("shop")), 78);
    says(&error, &["servo.yaml:1:", "emulatr", "emulator"]);
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest() {
    let error = fails(&shop("shop").replace("budget:", "budgte:"), 78);
    says(&error, &["unknown key `budgte`", "did you mean `budget`?"]);
    let error = fails(&shop("shop").replace("demand:", "demnd:"), 78);
    says(&error, &["unknown key `demnd`", "did you mean `demand`?"]);
}

#[test]
fn a_setting_outside_its_range_is_shown_at_its_value() {
    let error = fails(&shop("shop").replace("step: 500m, value: 2", "step: 500m, value: 8"), 78);
    says(&error, &["servo.yaml:", "8", "range", "500m-4", "emulator.components.web"]);
}

#[test]
fn components_that_are_empty_are_refused() {
    let text = shop("shop");
    let emulator = text.find("  components:").unwrap();
    says(&fails(&format!("{}  components: {{}}\n", &text[..emulator]), 78), &["components", "at least one"]);
}

#[test]
fn a_metric_that_nobody_provides_is_shown_at_its_condition() {
    let error = fails(&shop("shop").replace("p95_latency", "p95_latncy"), 78);
    says(&error, &["servo.yaml:", "no connector provides the metric `p95_latncy`", "p95_latency"]);
    let error = fails(&shop("shop").replace("minimize: cost", "minimize: cots"), 78);
    says(&error, &["servo.yaml:", "`cots`"]);
}

#[test]
fn a_table_without_a_row_for_the_baseline_names_the_nearest() {
    let text = with(
        "table",
        "objective: {minimize: seconds}\n    budget: {trials: 4}",
        "emulator:\n  surface:\n    csv: |\n      cpus,seconds\n      1,90\n      2,50\n      4,30\n    \
         component: job\n    settings: {cpus: {value: 3}}\n    metrics: {seconds: s}\n",
    );
    says(&fails(&text, 78), &["servo.yaml:", "cpus", "3"]);
}

#[test]
fn a_history_from_a_newer_version_is_refused_with_the_way_out() {
    let environment = Environment::with(&shop("shop"));
    assert_eq!(environment.servo(&["run"]).code, 0);
    let file = environment.path().join(".servo/shop/history.sqlite");
    let mut bytes = fs::read(&file).unwrap();
    // The schema's version is the four bytes at offset 60 of the header (SQLite file format, 1.3).
    bytes[60..64].copy_from_slice(&9999_u32.to_be_bytes());
    fs::write(&file, &bytes).unwrap();
    for command in ["run", "report"] {
        let ran = environment.servo(&[command]);
        assert_eq!(ran.code, 78, "{}", ran.stderr);
        says(&ran.stderr, &["history.sqlite", "9999", "help:"]);
    }
    assert_eq!(fs::read(&file).unwrap(), bytes, "the newer history is left alone");
}

#[test]
fn a_file_that_is_no_history_is_refused() {
    let environment = Environment::with(&shop("shop"));
    environment.write(".servo/shop/history.sqlite", &"not a database ".repeat(100));
    let ran = environment.servo(&["run"]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    says(&ran.stderr, &["history.sqlite", "help:"]);
}

/// A file system of its own with room for 56 KiB, in a mount namespace that ends with the program.
#[test]
fn a_full_disk_while_a_trial_is_written_loses_nothing_and_restores_the_baseline() {
    // A fine grid keeps the search busy for longer than the disk has room.
    let text = shop("shop")
        .replace("trials: 8", "trials: 400")
        .replace("step: 500m", "step: 20m")
        .replace("step: 256Mi", "step: 16Mi")
        .replace("speed:", "state_file: world.json\n  speed:");
    let environment = Environment::with(&format!("state_dir: small\n{text}"));
    environment.write("small/here", "");
    let script = r#"
        mount -t tmpfs -o size=56k tmpfs small || exit 99
        "$SERVO" run; code=$?
        "$SERVO" report --format json --output report.json
        "$SERVO" describe
        exit $code"#;
    let is_root = fs::metadata("/proc/self").is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0);
    let output = Command::new("unshare")
        .args([if is_root { "-m" } else { "-rm" }, "sh", "-c", script])
        .env("SERVO", env!("CARGO_BIN_EXE_servo"))
        .current_dir(environment.path())
        .output()
        .expect("unshare of util-linux makes the small disk");
    let ran = Ran::of(&output);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(&ran.stderr, &["cannot write trial", "history.sqlite", "full", "help:"]);
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(environment.path().join("report.json")).unwrap()).unwrap();
    let trials = report["servos"][0]["trials"].as_array().unwrap();
    assert!(trials.len() > 3, "the trials before are kept: {report}");
    says(&ran.stdout, &["web.cpu=2", "web.replicas=4"]);
}
