//! Whether a study that was interrupted can go on with the application as it is now described.

use std::collections::BTreeMap;

use servo_core::model::{Description, Value};

use super::ledger::Ledger;
use super::plan::Plan;
use crate::history::{Recorded, StudyRecord};
use crate::lattice::Point;
use crate::settings::Settings;
use crate::space::is_free;

/// Puts the values of the recorded baseline into the settings that a study adjusts, because a trial may be in force.
pub(super) fn at_baseline(description: &Description, study: &StudyRecord) -> Description {
    let mut description = description.clone();
    for component in &mut description.components {
        for setting in component.settings.iter_mut().filter(|setting| is_free(setting)) {
            if let Some(value) = study.baseline.get(&format!("{}.{}", component.name, setting.name())) {
                *setting = setting.observe(value.clone()).0;
            }
        }
    }
    description
}

/// Checks that a study was begun with the same settings.
///
/// # Errors
///
/// Why it cannot go on.
pub(super) fn check_settings(study: &StudyRecord, settings: &Settings) -> Result<(), &'static str> {
    let changed = "the settings of the optimizer have changed";
    let canonical = serde_json::to_string(settings).map_err(|_| changed)?;
    let read = |text: &str| serde_json::from_str::<Settings>(text).map_err(|_| changed);
    if read(&study.settings)? == read(&canonical)? { Ok(()) } else { Err(changed) }
}

/// Rebuilds the trials of a study in the space of a plan, whose baseline is the recorded one as far as it can be.
///
/// # Errors
///
/// Why the study cannot go on.
pub(super) fn ledger(recorded: &Recorded, plan: &Plan) -> Result<Ledger, String> {
    if recorded.study.space.as_ref().is_some_and(|space| *space != plan.space.outline()) {
        return Err("other settings can be adjusted now, or to other values".to_owned());
    }
    let baseline = plan.space.baseline();
    check_baseline(&recorded.study.baseline, &plan.settings(baseline))?;
    let mut ledger = Ledger::default();
    for trial in &recorded.trials {
        let unreadable = || format!("trial {} is not one of this application", trial.n);
        let is_complete = trial.objective.is_none() || trial.constraints.len() == plan.slo.conditions().len();
        let point = plan.space.point(&trial.settings).filter(|point| plan.space.admits(point));
        let point =
            point.filter(|_| is_complete && trial.n == ledger.next_number()).ok_or_else(unreadable)?;
        if ledger.len() == 0 && point != *baseline {
            return Err(unreadable());
        }
        ledger.add(point, trial.clone());
    }
    Ok(ledger)
}

/// Finds the configuration that a description shows, if it is one of the space.
pub(super) fn shown(description: &Description, plan: &Plan) -> Option<Point> {
    plan.space.point(&servo_core::journal::values(&description.values()))
}

/// Says what in a description is not as in the baseline.
pub(super) fn difference(recorded: &StudyRecord, description: &Description) -> String {
    let found = servo_core::journal::values(&description.values());
    match check_baseline(&recorded.baseline, &found) {
        Err(difference) => difference,
        Ok(()) => "the baseline has changed".to_owned(),
    }
}

/// Compares as JSON, because that is how values are recorded.
fn check_baseline(recorded: &BTreeMap<String, Value>, found: &BTreeMap<String, Value>) -> Result<(), String> {
    let json = |value: Option<&Value>| value.and_then(|value| serde_json::to_string(value).ok());
    let mut names = recorded.keys().chain(found.keys());
    let Some(name) = names.find(|name| json(recorded.get(*name)) != json(found.get(*name))) else {
        return Ok(());
    };
    let show = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), ToString::to_string);
    Err(format!(
        "the baseline has changed: `{name}` was {} and is {}",
        show(recorded.get(name)),
        show(found.get(name))
    ))
}
