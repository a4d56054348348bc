//! The report of a study, as a person reads it.

mod number;
mod summary;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use servo_core::model::{Keep, Value};
use servo_optimizer::report::{Change, Held, Report, Trial};

use self::number::{cost, number, percent, sureness, value};
use super::table;

/// Renders reports one after another; a summary of one line each follows where there are several.
/// `without` names the servos that have studied nothing yet.
pub(crate) fn render(reports: &[Report], without: &[&str]) -> String {
    let mut parts: Vec<String> = reports.iter().map(one).collect();
    if reports.len() > 1 {
        parts.push(summary::render(reports));
    }
    if !without.is_empty() {
        parts.push(format!("no study yet: {} (begin one with `servo run`)", without.join(", ")));
    }
    parts.join("\n\n")
}

fn one(report: &Report) -> String {
    let mut parts = vec![format!("{}: {}", report.name, headline(report))];
    parts.push(settings(report));
    if !report.details.conditions.is_empty() {
        parts.push(conditions(report));
    }
    parts.push(evidence(report));
    parts.join("\n\n")
}

/// What came of the study, in one line.
fn headline(report: &Report) -> String {
    let objective = &report.details.objective;
    match (report.outcome, report.saving()) {
        ("improved", Some(saving)) => {
            let month = cost(saving.per_month.abs());
            match saving.percent {
                Some(saved) if saved >= 0.0 => {
                    format!("improved; costs {} less, {month} a month ({objective})", percent(saved))
                }
                Some(saved) => {
                    format!("improved; costs {} more, {month} a month ({objective})", percent(-saved))
                }
                None => format!("improved ({objective})"),
            }
        }
        ("improved", None) => format!("improved ({objective})"),
        ("no_better", _) => format!("no better configuration was found; the baseline stands ({objective})"),
        ("interrupted", _) => format!("interrupted before the end ({objective})"),
        (outcome, _) => format!("{outcome} ({objective})"),
    }
}

fn settings(report: &Report) -> String {
    let has_best = report.best.is_some();
    let mut rows: Vec<[String; 4]> =
        report.changes().iter().map(|change| setting(change, has_best)).collect();
    if let Some(before) = report.baseline.cost {
        let after = report.best.as_ref().and_then(|best| best.cost);
        let change = report.saving_percent.map_or_else(String::new, |saved| signed(-saved));
        let after = after.map_or_else(dash, |cost_| format!("{}/h", cost(cost_)));
        rows.push(["cost".to_owned(), format!("{}/h", cost(before)), after, change]);
    }
    table::render(["SETTING", "BASELINE", "BEST", "CHANGE"], &rows)
}

fn setting(change: &Change, has_best: bool) -> [String; 4] {
    let unit = change.unit.as_deref().unwrap_or_default();
    let show = |side: &Option<Value>| side.as_ref().map_or_else(dash, |side| value(side, unit));
    let numbers =
        (change.before.as_ref().and_then(Value::as_f64), change.after.as_ref().and_then(Value::as_f64));
    let difference = match numbers {
        _ if !has_best => String::new(),
        _ if !change.differs() => "same".to_owned(),
        (Some(before), Some(after)) if before != 0.0 => signed((after - before) / before * 100.0),
        _ => "changed".to_owned(),
    };
    let after = if has_best { show(&change.after) } else { dash() };
    [change.setting.clone(), show(&change.before), after, difference]
}

fn conditions(report: &Report) -> String {
    let rows: Vec<[String; 6]> = report.conditions().iter().map(condition).collect();
    table::render(["SLO", "BASELINE", "BEST", "THRESHOLD", "MARGIN", "HELD"], &rows)
}

fn condition(held: &Held) -> [String; 6] {
    let keep = if held.condition.keep == Keep::Below { "below" } else { "above" };
    let show = |value: Option<f64>| value.map_or_else(dash, number);
    [
        format!("{} {keep}", held.condition.metric),
        show(held.baseline),
        show(held.best),
        show(held.threshold),
        held.margin_percent.map_or_else(dash, percent),
        if held.is_held { "yes" } else { "NO" }.to_owned(),
    ]
}

/// How sure it is, and from what.
fn evidence(report: &Report) -> String {
    let mut text = String::new();
    if let Some(confidence) = report.confidence {
        let times = report.details.measurements;
        let _ = write!(text, "Confidence {} after {times} measurements of the best. ", sureness(confidence));
    }
    let _ = write!(text, "{} trials: {}. ", report.trials.len(), tally(&report.trials));
    let _ = write!(text, "Seed {}.", report.details.seed);
    text
}

/// Counts trials by what came of them: `31 measured, 2 rejected (unschedulable)`.
fn tally(trials: &[Trial]) -> String {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for trial in trials {
        let word = trial.reason.as_deref().filter(|reason| !reason.contains(' ')).unwrap_or_default();
        *counts.entry((trial.status, word)).or_default() += 1;
    }
    let repeats = trials.iter().filter(|trial| trial.repeat_of.is_some()).count();
    let count = |((status, reason), count): (&(&str, &str), &usize)| match *reason {
        "" => format!("{count} {status}"),
        reason => format!("{count} {status} ({reason})"),
    };
    let mut words: Vec<String> = counts.iter().map(count).collect();
    if repeats > 0 {
        words.push(format!("{repeats} of them repeats"));
    }
    words.join(", ")
}

fn signed(change: f64) -> String {
    format!("{}{}", if change > 0.0 { "+" } else { "" }, percent(change))
}

fn dash() -> String {
    "-".to_owned()
}
