//! Reports of recorded studies.

use jiff::Timestamp;
use serde_json::json;
use servo_core::model::Slo;
use servo_core::optimizer::{Outcome, Verdict};
use servo_core::safety::Mode;

use super::*;
use crate::history::{Ending, Recorded, Status, StudyRecord, TrialRecord};

fn settings(cpu: i64) -> BTreeMap<String, Value> {
    BTreeMap::from([("web.cpu".to_owned(), Value::from(cpu)), ("web.gc".to_owned(), Value::from("g1"))])
}

fn trial(n: u32, cpu: i64, p95: Option<f64>, repeat_of: Option<u32>) -> TrialRecord {
    TrialRecord {
        n,
        settings: settings(cpu),
        status: if p95.is_some() { Status::Measured } else { Status::Rejected },
        verdict: if p95.is_some() { Verdict::Passed } else { Verdict::Failed },
        reason: p95.is_none().then(|| "unschedulable".to_owned()),
        message: p95.is_none().then(|| "0/3 nodes are available".to_owned()),
        metrics: p95.map(|p95| ("p95".to_owned(), p95)).into_iter().collect(),
        cost: Some(cpu as f64 / 4.0),
        objective: p95.map(|_| cpu as f64 / 4.0),
        constraints: Vec::new(),
        repeat_of,
        started_at: Timestamp::UNIX_EPOCH,
        ended_at: Timestamp::UNIX_EPOCH,
        seconds: 0.0,
    }
}

fn recorded() -> Recorded {
    let slo: Slo =
        serde_json::from_value(json!({"conditions": [{"metric": "p95", "threshold": 250}]})).expect("an SLO");
    Recorded {
        id: 1,
        study: StudyRecord {
            servo: "shop".to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            seed: 7,
            objective: "minimize cost".to_owned(),
            settings: "{}".to_owned(),
            slo,
            units: BTreeMap::from([("web.cpu".to_owned(), "cores".to_owned())]),
            baseline: settings(4),
            cost: Some(1.0),
            mode: Mode::Auto,
            space: None,
        },
        ending: Some(Ending {
            outcome: Outcome::Improved,
            winner: Some(2),
            confidence: Some(0.97),
            ended_at: Timestamp::UNIX_EPOCH,
            reason: None,
        }),
        trials: vec![
            trial(1, 4, Some(120.0), None),
            trial(2, 3, Some(190.0), None),
            trial(3, 8, None, None),
            trial(4, 3, Some(210.0), Some(2)),
        ],
    }
}

#[test]
fn the_json_is_what_is_promised() {
    let report = Report::of(recorded());
    assert_eq!(
        serde_json::to_value(&report).expect("JSON"),
        json!({
            "name": "shop",
            "outcome": "improved",
            "baseline": {"settings": {"web.cpu": 4, "web.gc": "g1"}, "metrics": {"p95": 120.0}, "cost": 1.0},
            "best": {"settings": {"web.cpu": 3, "web.gc": "g1"}, "metrics": {"p95": 200.0}, "cost": 0.75},
            "saving_percent": 25.0,
            "slo_held": true,
            "confidence": 0.97,
            "note": null,
            "trials": [
                {"n": 1, "settings": {"web.cpu": 4, "web.gc": "g1"}, "status": "measured", "verdict": "passed", "reason": null,
                 "metrics": {"p95": 120.0}, "cost": 1.0, "repeat_of": null},
                {"n": 2, "settings": {"web.cpu": 3, "web.gc": "g1"}, "status": "measured", "verdict": "passed", "reason": null,
                 "metrics": {"p95": 190.0}, "cost": 0.75, "repeat_of": null},
                {"n": 3, "settings": {"web.cpu": 8, "web.gc": "g1"}, "status": "rejected", "verdict": "failed", "reason": "unschedulable",
                 "metrics": {}, "cost": 2.0, "repeat_of": null},
                {"n": 4, "settings": {"web.cpu": 3, "web.gc": "g1"}, "status": "measured", "verdict": "passed", "reason": null,
                 "metrics": {"p95": 210.0}, "cost": 0.75, "repeat_of": 2},
            ],
        })
    );
}

#[test]
fn a_person_reads_changes_savings_and_margins() {
    let report = Report::of(recorded());
    let changes = report.changes();
    assert_eq!(changes.len(), 2);
    assert!(changes[0].differs() && !changes[1].differs());
    assert_eq!(changes[0].unit.as_deref(), Some("cores"));
    assert_eq!(report.saving(), Some(Saving { per_hour: 0.25, per_month: 182.5, percent: Some(25.0) }));
    let conditions = report.conditions();
    let held = &conditions[0];
    assert_eq!((held.baseline, held.best, held.threshold), (Some(120.0), Some(200.0), Some(250.0)));
    assert_eq!((held.margin_percent, held.is_held), (Some(20.0), true));
    assert_eq!((report.details.measurements, report.details.seed), (2, 7));
}

#[test]
fn a_study_that_runs_has_no_best_yet() {
    let report = Report::of(Recorded { ending: None, ..recorded() });
    assert_eq!(
        (report.outcome, &report.best, report.saving_percent, report.confidence),
        ("running", &None, None, None)
    );
    assert_eq!(report.saving(), None);
    assert!(report.slo_held, "the baseline holds");
    assert!(report.changes().iter().all(|change| !change.differs()));
    let unmeasured = Report::of(Recorded { ending: None, trials: Vec::new(), ..recorded() });
    assert!(!unmeasured.slo_held, "nobody knows yet");
}
