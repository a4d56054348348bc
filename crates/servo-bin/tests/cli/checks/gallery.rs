//! The example of the first pages, broken in five ways and more: `servo check` alone leads to what is to be changed.

use crate::environment::Environment;

const EXAMPLE: &str = include_str!("../../../../../examples/emulator/servo.yaml");

/// Breaks the example by replacing a text, runs `servo check`, and returns all that it says.
fn said(replaced: &[(&str, &str)]) -> String {
    let mut text = EXAMPLE.to_owned();
    for (old, new) in replaced {
        assert!(text.contains(old), "the example has no {old:?} any more");
        text = text.replacen(old, new, 1);
    }
    let ran = Environment::with(&text).servo(&["check"]);
    format!("exit code {}\n{}{}", ran.code, ran.stdout, ran.stderr)
}

/// Compares with the snapshot of this name.
fn shown(name: &str, said: &str) {
    insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, said);
    });
}

/// The emulator of the example replaced by the replay of a table.
fn table(emulator: &str) -> Vec<(&'static str, String)> {
    let (_, old) = EXAMPLE.split_once("\nemulator:\n").unwrap();
    vec![(old, emulator.to_owned())]
}

fn of_table(emulator: &str, more: &[(&str, &str)]) -> String {
    let table = table(emulator);
    let replaced: Vec<(&str, &str)> = table.iter().map(|(old, new)| (*old, new.as_str())).collect();
    said(&[&replaced[..], more].concat())
}

#[test]
fn as_it_is_it_passes() {
    assert_eq!(
        said(&[]),
        "exit code 0\nCONNECTOR    STATUS    ERRORS\nshop         √ PASSED\nemulator     √ PASSED\n"
    );
}

#[test]
fn a_metric_of_an_objective_is_misspelt() {
    shown("misspelt_metric", &said(&[("metric: p95_latency", "metric: p95_latncy")]));
}

#[test]
fn the_state_file_is_in_a_place_that_is_no_folder() {
    shown(
        "state_file_in_no_folder",
        &said(&[("\nemulator:\n", "\nemulator:\n  state_file: servo.yaml/shop.json\n")]),
    );
}

#[test]
fn the_state_folder_is_a_file() {
    shown("state_dir_is_a_file", &said(&[("mode: auto\n", "mode: auto\nstate_dir: servo.yaml\n")]));
}

#[test]
fn the_nodes_are_too_small_for_what_is_deployed() {
    shown("nodes_too_small", &said(&[("count: 3, cpu: 8", "count: 1, cpu: 4")]));
}

#[test]
fn the_pods_have_too_little_memory_to_begin() {
    shown("memory_too_small", &said(&[("step: 256Mi, value: 2Gi}", "step: 256Mi, value: 256Mi}")]));
}

#[test]
fn every_setting_is_pinned() {
    let pinned = [
        ("value: 1500m}", "value: 1500m, pinned: true}"),
        ("value: 2Gi}", "value: 2Gi, pinned: true}"),
        ("value: 6}", "value: 6, pinned: true}"),
        ("          value: g1", "          value: g1\n          pinned: true"),
    ];
    shown("every_setting_pinned", &said(&pinned));
}

#[test]
fn the_table_is_missing() {
    shown("table_missing", &of_table("  surface: {file: measured.csv, settings: {cpu: {value: 2}}}\n", &[]));
}

#[test]
fn the_table_has_no_row_of_the_baseline() {
    let emulator = "  surface: {csv: \"nodes,latency\\n2,40\\n3,30\\n\", settings: {nodes: {value: 4}}}\n";
    shown("table_without_the_baseline", &of_table(emulator, &[]));
}

#[test]
fn the_table_has_another_metric_than_the_condition() {
    let emulator = "  surface: {csv: \"nodes,latency\\n2,40\\n3,30\\n\", settings: {nodes: {value: 3}}}\n";
    let more = [("minimize: cost", "minimize: latency"), ("metric: p95_latency", "metric: p95_latncy")];
    shown("table_without_the_metric", &of_table(emulator, &more));
}

#[test]
fn the_trials_do_not_fit_the_budget() {
    shown("budget_too_short", &said(&[("duration: 4h", "duration: 1h")]));
}
