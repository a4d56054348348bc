//! What a study needs of the application, as far as it is known only once that is asked; and what the emulator needs.

use super::{TABLE, pinned, says};
use crate::environment::{Environment, Ran};
use crate::studies::{shop, with};

fn checked(text: &str, arguments: &[&str]) -> Ran {
    Environment::with(text).servo(&[&["check"], arguments].concat())
}

#[test]
fn a_condition_on_a_metric_that_nobody_provides_is_told_with_the_nearest() {
    let embedded = "objective: {minimize: seconds}\n    slo: {conditions: [{metric: secnds, threshold: 9}]}\n    budget: {trials: 4}";
    let ran = checked(&with("shop", embedded, TABLE), &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(
        &ran,
        &["SLO metrics are provided: no connector provides the metric `secnds`", "did you mean `seconds`?"],
    );
    says(&ran, &["not run since `SLO metrics are provided` failed: Objective can be computed, "]);
}

#[test]
fn an_objective_on_what_is_not_there_is_told_with_the_nearest() {
    let objective = |text: &str| {
        with("shop", &format!("objective: {{minimize: {text}}}\n    budget: {{trials: 4}}"), TABLE)
    };
    let ran = checked(&objective("secnds"), &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(
        &ran,
        &[
            "Objective can be computed: no connector provides the metric `secnds`",
            "hint: did you mean `seconds`?",
        ],
    );
    let ran = checked(&objective("settings.service.nods * metrics.seconds"), &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(&ran, &["Objective can be computed: ", "hint: did you mean "]);
}

#[test]
fn a_study_without_anything_free_is_told_what_to_free() {
    let ran = checked(&pinned("shop"), &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(
        &ran,
        &[
            "At least one setting is free: every setting is pinned or has one value",
            "take its `pinned: true` away",
        ],
    );
    // Whoever only watches needs none.
    let watching = pinned("shop").replace("mode: auto", "mode: observe");
    assert_eq!(checked(&watching, &[]).code, 0);
}

#[test]
fn trials_that_do_not_fit_the_budget_are_advice_with_the_arithmetic() {
    let text = shop("shop").replace("budget: {trials: 8}", "budget: {trials: 100, duration: 1h}");
    let ran = checked(&text, &["servo"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    says(&ran, &["√ PASSED", "Budget fits its duration: ", " of 100 trials fit in 1h: one takes "]);
    says(
        &ran,
        &["hint: allow a longer `budget.duration` or fewer `budget.trials`, or measure for a shorter time"],
    );
}

#[test]
fn a_table_that_is_not_there_is_named() {
    let table = "emulator: {surface: {file: measured.csv, settings: {nodes: {value: 2}}}}\n";
    let ran = checked(&with("shop", "objective: {minimize: seconds}\n    budget: {trials: 4}", table), &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(&ran, &["Emulated service is known: ", "measured.csv", "hint: "]);
}

#[test]
fn the_state_of_another_service_is_told_with_the_file_to_remove() {
    let environment = Environment::with(&shop("shop"));
    assert_eq!(environment.servo(&["adjust", "web.cpu=1"]).code, 0);
    environment.write("servo.yaml", &shop("shop").replace("    web:", "    api:"));
    let ran = environment.servo(&["check", "emulator"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(&ran, &["State file can be read: ", "emulator-emulator.json", "hint: "]);
}

#[test]
fn what_is_deployed_and_does_not_fit_the_nodes_is_told_with_what_would() {
    let text = shop("shop")
        .replace("load: {rate: 60}", "load: {rate: 60}\n  nodes: [{count: 1, cpu: 4, memory: 8Gi}]");
    let ran = checked(&text, &["emulator"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    says(&ran, &["What is deployed runs: ", "hint: "]);
}
