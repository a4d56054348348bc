//! State folders that are copied in the middle of a study, as a crash would leave them.

use std::path::{Path, PathBuf};

use servo_core::error::reason;
use servo_core::model::Value;
use tempfile::TempDir;

use super::super::app::{App, failed, latency, rejected, trial};
use super::super::*;
use crate::lattice::Point;
use crate::report::Trial;
use crate::search::{Random, Search, View};

/// A state folder.
pub(in crate::study::tests) struct Folder {
    pub(in crate::study::tests) path: PathBuf,
    _temporary: TempDir,
}

impl Folder {
    pub(in crate::study::tests) fn new() -> Self {
        let temporary = tempfile::tempdir().expect("a folder");
        Self { path: temporary.path().join("shop"), _temporary: temporary }
    }

    /// Copies what a crash would leave at this moment.
    pub(in crate::study::tests) fn as_left_by_a_crash(&self) -> Self {
        let copy = Self::new();
        if self.path.exists() {
            std::fs::create_dir_all(&copy.path).expect("a folder");
            for entry in std::fs::read_dir(&self.path).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path.file_name().expect("a name");
                std::fs::copy(&path, copy.path.join(name)).expect("a copy");
            }
        }
        copy
    }

    pub(in crate::study::tests) fn identity(&self) -> Identity {
        Identity::new("shop", &self.path)
    }

    pub(in crate::study::tests) fn study(&self, settings: &Settings) -> Study {
        Study::new(self.identity(), settings.clone()).expect("settings that can work")
    }
}

/// How configurations are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::study::tests) enum By {
    Model,
    Chance,
    /// Goes away from the baseline and comes back to it.
    Return,
}

/// Proposes the baseline for every other pair of trials.
struct Returning;

impl Search for Returning {
    fn propose(&self, view: &View<'_>) -> Option<Point> {
        if view.observations.len() % 4 < 2 {
            return Random.propose(view);
        }
        view.observations.first().map(|baseline| baseline.point.clone())
    }
}

impl By {
    pub(in crate::study::tests) fn search(self, study: Study) -> Study {
        match self {
            Self::Model => study,
            Self::Chance => study.with_search(Box::new(Random)),
            Self::Return => study.with_search(Box::new(Returning)),
        }
    }
}

/// An application that scatters, of which some configurations do not run, some are too slow to be measured to the end,
/// and some trials fail by themselves, the first one of the baseline among them.
pub(in crate::study::tests) fn troubled() -> App {
    let mut app = App::new().intervening(|operation, values| match operation {
        Operation::Adjust(it)
            if it.adjustments.iter().any(|it| [4, 8].map(Value::from).contains(&it.value)) =>
        {
            Some(Err(rejected(reason::UNSCHEDULABLE)))
        }
        Operation::Measure(it) if trial(&it.control).is_some_and(|n| n == 1 || n % 6 == 5) => {
            Some(Err(failed("no route to host")))
        }
        Operation::Measure(it) if it.control.slo().expect("an SLO").is_some() && latency(values) > 700.0 => {
            Some(Err(Failure {
                class: Class::Aborted,
                message: "too slow".to_owned(),
                reason: Some(reason::SLO_VIOLATION.to_owned()),
            }))
        }
        _ => None,
    });
    app.is_noisy = true;
    app.slow = servo_core::duration::Duration::from_secs(100);
    app
}

/// What a study left in its history: how it ended, and each trial with the time that it took.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::study::tests) struct Left {
    pub(in crate::study::tests) outcome: &'static str,
    pub(in crate::study::tests) note: Option<String>,
    pub(in crate::study::tests) confidence: Option<f64>,
    pub(in crate::study::tests) trials: Vec<(Trial, f64)>,
}

pub(in crate::study::tests) async fn left(state_dir: &Path) -> Left {
    let recorded = crate::history::newest(state_dir, "shop").await.expect("readable").expect("a study");
    let seconds: Vec<f64> = recorded.trials.iter().map(|trial| trial.seconds).collect();
    let report = report::Report::of(recorded);
    Left {
        outcome: report.outcome,
        note: report.note,
        confidence: report.confidence,
        trials: report.trials.into_iter().zip(seconds).collect(),
    }
}

/// Says goodbye after a study has come to its end.
pub(in crate::study::tests) async fn finished(study: Study, app: App, folder: &Folder) -> (App, Left) {
    let app = app.run(&study).await;
    study.goodbye("shutdown").await.expect("goodbye");
    (app, left(&folder.path).await)
}
