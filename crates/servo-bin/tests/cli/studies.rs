//! Studies of an emulated service, from the first command to the report.

use crate::environment::{Environment, Ran};

const APPLICATION: &str = "\
emulator:
  speed: 100000
  seed: 3
  load: {rate: 60}
  components:
    web:
      demand: 25ms
      memory: {base: 300Mi, per_request: 2Mi}
      settings:
        cpu: {min: 500m, max: 4, step: 500m, value: 2}
        mem: {min: 256Mi, max: 2Gi, step: 256Mi, value: 1Gi}
        replicas: {min: 1, max: 6, value: 4}
";

/// A document: a servo of this name, with these lines of its optimizer, for this application.
pub(crate) fn with(name: &str, embedded: &str, application: &str) -> String {
    format!("name: {name}\nmode: auto\noptimizer:\n  embedded:\n    {embedded}\n{application}")
}

/// A document that describes a small study of an over-provisioned service.
pub(crate) fn shop(name: &str) -> String {
    let embedded = "objective: {minimize: cost}\n    slo: {conditions: [{metric: p95_latency, threshold: 250}]}\n    \
                    budget: {trials: 8}\n    seed: 7";
    with(name, embedded, APPLICATION)
}

pub(crate) fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

#[test]
fn a_study_ends_with_a_report_and_the_baseline_restored() {
    let environment = Environment::with(&shop("shop"));
    let before = environment.servo(&["describe"]).stdout;
    let ran = environment.servo(&["run"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("shop: "), "{}", ran.stdout);
    assert_eq!(environment.servo(&["describe"]).stdout, before);
    let again = environment.servo(&["report"]);
    assert_eq!((again.code, again.stdout), (0, ran.stdout));
}

#[test]
fn the_report_for_scripts_has_the_promised_form() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["run", "--format", "json"]);
    let report = json(&ran);
    let servo = &report["servos"][0];
    assert_eq!(servo["name"], "shop");
    assert_eq!(servo["outcome"], "improved", "{report:#}");
    assert_eq!(servo["baseline"]["settings"]["web.replicas"], 4);
    assert!(servo["saving_percent"].as_f64().unwrap() > 0.0);
    assert_eq!(servo["slo_held"], true);
    assert!((0.0..=1.0).contains(&servo["confidence"].as_f64().unwrap()));
    let trials = servo["trials"].as_array().unwrap();
    assert_eq!(trials.len(), 8);
    assert_eq!((trials[0]["n"].as_u64(), trials[0]["status"].as_str()), (Some(1), Some("measured")));
    assert!(trials.iter().any(|trial| trial["repeat_of"].is_u64()), "the winner is measured again");
}

#[test]
fn too_many_violations_break_the_circuit_and_the_report_says_so() {
    let environment =
        Environment::with(&shop("shop").replace("trials: 8", "trials: 40, max_slo_violations: 1"));
    let before = environment.servo(&["describe"]).stdout;
    let ran = environment.servo(&["run"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("the circuit breaks: ") && ran.stderr.contains("servo reset"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("\nVERDICT  "), "{}", ran.stdout);
    assert!(ran.stdout.contains("  p95_latency ") && ran.stdout.contains(" is above 250"), "{}", ran.stdout);
    let report = json(&environment.servo(&["report", "--format", "json"]));
    let servo = &report["servos"][0];
    assert!(servo["note"].as_str().unwrap().contains("max_slo_violations"), "{servo}");
    assert_eq!(servo["trials"].as_array().unwrap().last().unwrap()["verdict"], "failed", "{servo}");
    assert_eq!(environment.servo(&["describe"]).stdout, before, "the baseline is in force");
    assert_eq!(environment.servo(&["run"]).code, 1, "no changes until an operator says so");
}

#[test]
fn the_same_seed_gives_the_same_trials() {
    let trials = || {
        let ran = Environment::with(&shop("shop")).servo(&["run", "--format", "json"]);
        json(&ran)["servos"][0]["trials"].clone()
    };
    assert_eq!(trials(), trials());
}

#[test]
fn a_promoted_winner_stays_in_force() {
    let environment = Environment::with(&shop("shop").replace("seed: 7", "seed: 7\n    promote: always"));
    let before = environment.servo(&["describe"]).stdout;
    let ran = environment.servo(&["run", "--format", "json"]);
    assert_eq!(json(&ran)["servos"][0]["outcome"], "improved");
    assert_ne!(environment.servo(&["describe"]).stdout, before);
}

#[test]
fn servos_of_a_compound_document_run_together_and_one_failure_touches_no_other() {
    // What a table holds is known only when it is read.
    let table =
        "emulator: {surface: {csv: \"nodes,seconds\\n2,9\\n4,5\\n\", settings: {nodes: {value: 2}}}}\n";
    let broken = with("broken", "objective: {minimize: secnds}\n    budget: {trials: 4}", table);
    let environment = Environment::with(&format!("{}---\n{broken}---\n{}", shop("one"), shop("two")));
    let ran = environment.servo(&["run", "--limit", "1", "--format", "json"]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    assert!(ran.stderr.contains("secnds"), "{}", ran.stderr);
    let names: Vec<String> =
        json(&ran)["servos"].as_array().unwrap().iter().map(|servo| servo["name"].to_string()).collect();
    assert_eq!(names, ["\"one\"", "\"two\""]);
}
