//! The report of a study, as a person reads it.

mod number;
mod summary;
mod trials;

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use servo_core::model::{Keep, Value};
use servo_optimizer::report::{Change, Held, Report};

use self::number::{cost, number, percent, sureness, value};
use super::table;

/// Costs that differ by less, in percent, are shown as the same.
const SAME: f64 = 0.05;

/// Renders reports one after another; a summary of one line each follows where there are several.
/// `without` names the servos that have studied nothing yet, `elsewhere` those whose optimizer is somewhere else.
pub(crate) fn render(reports: &[Report], without: &[&str], elsewhere: &[&str]) -> String {
    let mut parts: Vec<String> = reports.iter().map(one).collect();
    if reports.len() > 1 {
        parts.push(summary::render(reports));
    }
    if !without.is_empty() {
        parts.push(format!("no study yet: {} (begin one with `servo run`)", without.join(", ")));
    }
    if !elsewhere.is_empty() {
        let line = |name: &&str| format!("{name}: driven by a remote optimizer, which keeps the history");
        parts.push(elsewhere.iter().map(line).collect::<Vec<_>>().join("\n"));
    }
    parts.join("\n\n")
}

fn one(report: &Report) -> String {
    let mut parts = vec![format!("{}: {}", report.name, headline(report))];
    parts.push(settings(report));
    if !report.details.conditions.is_empty() {
        parts.push(conditions(report));
    }
    parts.extend(trials::not_passed(report));
    parts.push(evidence(report));
    parts.extend(report.note.clone());
    parts.join("\n\n")
}

/// What came of the study, in one line.
fn headline(report: &Report) -> String {
    let came_of_it = match report.outcome {
        "improved" => improvement(report),
        "no_better" => "no better configuration was found; the baseline stands".to_owned(),
        "interrupted" => "interrupted before the end".to_owned(),
        outcome => outcome.to_owned(),
    };
    format!("{came_of_it} ({})", report.details.objective)
}

fn improvement(report: &Report) -> String {
    match report.saving().and_then(|saving| Some((saving.percent?, saving.per_month))) {
        None => match report.course().and_then(|course| course.gain_percent()) {
            Some(gain) if gain >= 0.0 => format!("improved by {}", percent(gain)),
            // The baseline does not hold the SLO: nothing else that is worse is an improvement.
            Some(gain) => {
                format!("improved; holds the SLO, with an objective that is {} worse", percent(gain.abs()))
            }
            None => "improved".to_owned(),
        },
        Some((saved, _)) if saved.abs() < SAME => "improved at the same cost".to_owned(),
        Some((saved, month)) => {
            let way = if saved > 0.0 { "less" } else { "more" };
            format!("improved; costs {} {way}, {} a month", percent(saved.abs()), cost(month.abs()))
        }
    }
}

fn settings(report: &Report) -> String {
    let has_best = report.best.is_some();
    let mut rows: Vec<[String; 4]> =
        report.changes().iter().map(|change| setting(change, has_best)).collect();
    rows.extend(objective(report));
    if let Some(before) = report.baseline.cost {
        let after = report.best.as_ref().and_then(|best| best.cost);
        let change = report.saving_percent.map_or_else(String::new, |saved| signed(-saved));
        let after = after.map_or_else(dash, |cost_| format!("{}/h", cost(cost_)));
        rows.push(["cost".to_owned(), format!("{}/h", cost(before)), after, change]);
    }
    table::render(["SETTING", "BASELINE", "BEST", "CHANGE"], &rows)
}

/// The objective, where it has to be measured.
fn objective(report: &Report) -> Option<[String; 4]> {
    let course = report.course()?;
    let change = course.change_percent().map(signed);
    let name = course.metric.unwrap_or_else(|| "objective".to_owned());
    Some([name, number(course.before), course.after.map_or_else(dash, number), change.unwrap_or_default()])
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
    let _ = write!(text, "{} trials: {}. ", report.trials.len(), trials::tally(&report.trials));
    let _ = write!(text, "Seed {}.", report.details.seed);
    text
}

fn signed(change: f64) -> String {
    format!("{}{}", if change > 0.0 { "+" } else { "" }, percent(change))
}

fn dash() -> String {
    "-".to_owned()
}
