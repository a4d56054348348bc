//! Reports as they are printed.

use std::collections::BTreeMap;

use servo_core::model::{Condition, Slo, Value};
use servo_core::optimizer::Verdict;
use servo_optimizer::report::{Configuration, Details, Report, Trial};

use super::render;

fn settings(cpu: &str, gc: &str) -> BTreeMap<String, Value> {
    BTreeMap::from([
        ("web.cpu".to_owned(), Value::Number(cpu.parse().unwrap())),
        ("web.gc".to_owned(), Value::from(gc)),
    ])
}

fn configuration(cpu: &str, gc: &str, latency: f64, cost: f64) -> Configuration {
    let metrics = BTreeMap::from([("p95_latency".to_owned(), latency)]);
    Configuration { settings: settings(cpu, gc), metrics, cost: Some(cost) }
}

fn trial(n: u32, verdict: Verdict, reason: Option<&str>, repeat_of: Option<u32>) -> Trial {
    let status = match (verdict, reason) {
        (Verdict::Passed, _) | (Verdict::Failed, None) => "measured",
        (Verdict::Failed, Some(_)) => "rejected",
        (Verdict::Inconclusive | Verdict::Error, _) => "failed",
    };
    Trial {
        n,
        settings: settings("1", "g1"),
        status,
        verdict,
        reason: reason.map(str::to_owned),
        metrics: BTreeMap::from([(
            "p95_latency".to_owned(),
            if verdict == Verdict::Failed { 512.3 } else { 200.0 },
        )]),
        cost: None,
        repeat_of,
    }
}

fn condition() -> Condition {
    let slo: Slo =
        serde_json::from_str(r#"{"conditions": [{"metric": "p95_latency", "threshold": 250}]}"#).unwrap();
    slo.conditions()[0].clone()
}

fn report(outcome: &'static str, best: Option<Configuration>) -> Report {
    let saving_percent = best.as_ref().and_then(|best| best.cost).map(|cost| (0.5 - cost) / 0.5 * 100.0);
    Report {
        name: "shop".to_owned(),
        outcome,
        baseline: configuration("2", "serial", 120.456, 0.5),
        saving_percent,
        slo_held: true,
        confidence: best.as_ref().map(|_| 0.973),
        best,
        note: None,
        trials: vec![
            trial(1, Verdict::Passed, None, None),
            trial(2, Verdict::Failed, Some("unschedulable"), None),
            trial(3, Verdict::Passed, None, None),
            trial(4, Verdict::Inconclusive, Some("no value of error_rate was\nmeasured"), None),
            trial(5, Verdict::Passed, None, Some(3)),
            trial(6, Verdict::Failed, None, None),
        ],
        details: Details {
            objective: "minimize cost".to_owned(),
            seed: 7,
            conditions: vec![condition()],
            units: BTreeMap::from([("web.cpu".to_owned(), "cores".to_owned())]),
            measurements: 2,
        },
    }
}

#[test]
fn an_improvement_says_what_changes_what_it_saves_and_how_sure_it_is() {
    let best = configuration("1.25", "g1", 212.3, 0.2);
    assert_eq!(
        render(&[report("improved", Some(best))], &[], &[]),
        "\
shop: improved; costs 60 % less, 219.00 a month (minimize cost)

SETTING    BASELINE    BEST        CHANGE
web.cpu    2 cores     1.25 cores  -37.5 %
web.gc     serial      g1          changed
cost       0.5000/h    0.2000/h    -60 %

SLO                  BASELINE    BEST    THRESHOLD  MARGIN    HELD
p95_latency below       120.5   212.3          250  15.1 %    yes

VERDICT         TRIAL  WHY                                  TRIED
failed              2  unschedulable                        web.cpu=1 web.gc=g1
inconclusive        4  no value of error_rate was measured  web.cpu=1 web.gc=g1
failed              6  p95_latency 512.3 is above 250       web.cpu=1 web.gc=g1

Confidence 97.3 % after 2 measurements of the best. 6 trials: 3 passed, 1 failed, 1 failed (unschedulable), 1 inconclusive, 1 of them repeats. Seed 7."
    );
}

/// An improvement by this objective, where nothing has a price.
fn without_cost(objective: &str) -> Report {
    let mut report = report("improved", Some(configuration("1.25", "g1", 60.25, 0.5)));
    report.details.objective = objective.to_owned();
    (report.saving_percent, report.baseline.cost, report.best.as_mut().unwrap().cost) = (None, None, None);
    report
}

#[test]
fn an_expression_that_is_the_objective_is_shown_before_and_after() {
    let text = render(&[without_cost("minimize 2 * metrics.p95_latency + settings.web.cpu")], &[], &[]);
    let head = "shop: improved by 49.9 % (minimize 2 * metrics.p95_latency + settings.web.cpu)\n";
    assert!(text.starts_with(head), "{text}");
    assert!(text.contains("objective  242.9       121.8       -49.9 %"), "{text}");
}

#[test]
fn what_holds_the_slo_at_a_worse_objective_is_not_said_to_save() {
    let text = render(&[without_cost("maximize 2 * metrics.p95_latency + settings.web.cpu")], &[], &[]);
    let head = "shop: improved; holds the SLO, with an objective that is 49.9 % worse (maximize ";
    assert!(text.starts_with(head), "{text}");
}

#[test]
fn a_metric_that_is_the_objective_is_shown_before_and_after() {
    let mut report = report("improved", Some(configuration("1.25", "g1", 60.228, 0.5)));
    report.details.objective = "minimize p95_latency".to_owned();
    let text = render(&[report], &[], &[]);
    assert!(text.starts_with("shop: improved at the same cost (minimize p95_latency)\n"), "{text}");
    assert!(text.contains("p95_latency  120.5       60.23       -50 %"), "{text}");
}

#[test]
fn without_a_better_one_the_baseline_stands() {
    let text = render(&[report("no_better", None)], &["later"], &[]);
    assert!(
        text.starts_with("shop: no better configuration was found; the baseline stands (minimize cost)\n")
    );
    assert!(text.contains("web.cpu    2 cores     -"));
    assert!(text.ends_with("no study yet: later (begin one with `servo run`)"));
}

#[test]
fn a_note_says_why_it_came_to_this() {
    let mut report = report("interrupted", None);
    report.note = Some("5 trials in a row have failed".to_owned());
    let text = render(&[report], &[], &[]);
    assert!(text.starts_with("shop: interrupted before the end (minimize cost)\n"), "{text}");
    assert!(text.ends_with("\n\n5 trials in a row have failed"), "{text}");
}

#[test]
fn only_the_last_trials_that_did_not_pass_are_listed_and_long_reasons_are_cut() {
    let mut report = report("no_better", None);
    let long = "é".repeat(300);
    report.trials = (1..=30).map(|n| trial(n, Verdict::Error, Some(&long), None)).collect();
    let text = render(&[report], &[], &[]);
    let listed: Vec<&str> = text.lines().filter(|line| line.starts_with("error ")).collect();
    assert_eq!(listed.len(), 20, "{text}");
    assert!(listed[0].contains(" 11  "), "{text}");
    assert!(listed[0].contains(&format!("  {}…  ", "é".repeat(100))), "{text}");
    assert!(text.contains("\n10 before these did not pass either; "), "{text}");
}

#[test]
fn where_all_passed_none_is_listed() {
    let mut report = report("no_better", None);
    report.trials.truncate(1);
    assert!(!render(&[report], &[], &[]).contains("VERDICT"));
}

#[test]
fn several_are_summed_up_a_line_each() {
    let best = configuration("1", "g1", 200.0, 0.25);
    let text = render(&[report("improved", Some(best)), report("no_better", None)], &[], &[]);
    let summary: Vec<&str> = text.lines().rev().take(3).collect();
    assert!(summary[2].starts_with("SERVO    OUTCOME"), "{text}");
    assert!(summary[1].contains("improved") && summary[1].contains("50 %"), "{text}");
    assert!(summary[0].contains("no better"), "{text}");
}

#[test]
fn servos_of_remote_optimizers_have_a_line_each() {
    let line = |name| format!("{name}: driven by a remote optimizer, which keeps the history");
    assert_eq!(render(&[], &[], &["shop", "cart"]), format!("{}\n{}", line("shop"), line("cart")));
    let text = render(&[report("no_better", None)], &["later"], &["cart"]);
    assert!(text.ends_with(&format!("(begin one with `servo run`)\n\n{}", line("cart"))), "{text}");
}
