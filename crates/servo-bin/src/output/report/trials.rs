//! The trials of a study: how many said what, and why those that did not pass did not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use servo_core::model::{Condition, Keep, Value};
use servo_core::optimizer::Verdict;
use servo_optimizer::report::{Report, Trial};

use super::number::number;
use crate::output::{setting, table};

/// How many trials that did not pass are listed, the last ones.
const MOST: usize = 20;
/// How many characters of a reason are shown.
const WIDTH: usize = 100;

/// Counts trials by what they said: `31 passed, 2 failed (unschedulable)`.
pub(super) fn tally(trials: &[Trial]) -> String {
    let mut counts: BTreeMap<(Verdict, &str), usize> = BTreeMap::new();
    for trial in trials {
        let word = trial.reason.as_deref().filter(|reason| !reason.contains(' ')).unwrap_or_default();
        *counts.entry((trial.verdict, word)).or_default() += 1;
    }
    let repeats = trials.iter().filter(|trial| trial.repeat_of.is_some()).count();
    let count = |((verdict, reason), count): (&(Verdict, &str), &usize)| match *reason {
        "" => format!("{count} {}", verdict.word()),
        reason => format!("{count} {} ({reason})", verdict.word()),
    };
    let mut words: Vec<String> = counts.iter().map(count).collect();
    if repeats > 0 {
        words.push(format!("{repeats} of them repeats"));
    }
    words.join(", ")
}

/// Lists the last trials that did not pass, with why and what they tried; `None` where all passed.
pub(super) fn not_passed(report: &Report) -> Option<String> {
    let trials: Vec<&Trial> = report.trials.iter().filter(|trial| trial.verdict != Verdict::Passed).collect();
    let earlier = trials.len().saturating_sub(MOST);
    let rows: Vec<[String; 4]> = trials.iter().skip(earlier).map(|trial| row(report, trial)).collect();
    if rows.is_empty() {
        return None;
    }
    let mut text = table::render(["VERDICT", "TRIAL", "WHY", "TRIED"], &rows);
    if earlier > 0 {
        let _ = write!(
            text,
            "\n{earlier} before these did not pass either; `servo report --format json` has all"
        );
    }
    Some(text)
}

fn row(report: &Report, trial: &Trial) -> [String; 4] {
    [trial.verdict.word().to_owned(), trial.n.to_string(), why(report, trial), tried(report, trial)]
}

/// Why a trial did not pass: its reason, or the conditions that it violated.
fn why(report: &Report, trial: &Trial) -> String {
    let violated = || {
        let conditions = report.details.conditions.iter();
        conditions.filter_map(|it| violation(it, &trial.metrics)).collect::<Vec<_>>().join(", ")
    };
    let text = trial.reason.clone().unwrap_or_else(violated);
    // A table has a line for each trial, whatever a server had to say.
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => line.get(..end).map(|short| format!("{short}…")).unwrap_or_default(),
        None => line,
    }
}

/// Says how a condition is violated, where it is; `None` where a value is missing, too.
fn violation(condition: &Condition, metrics: &BTreeMap<String, f64>) -> Option<String> {
    let value = *metrics.get(&condition.metric)?;
    let limit = condition.limit(|name| metrics.get(name).copied())?;
    let (is_violated, side) = match condition.keep {
        Keep::Below => (value > limit, "above"),
        Keep::Above => (value < limit, "below"),
    };
    is_violated.then(|| format!("{} {} is {side} {}", condition.metric, number(value), number(limit)))
}

/// The settings in which a trial differs from the baseline.
fn tried(report: &Report, trial: &Trial) -> String {
    let baseline = &report.baseline.settings;
    let changed = |(name, value): (&String, &Value)| {
        (baseline.get(name) != Some(value)).then(|| format!("{name}={}", setting::value(name, value)))
    };
    let changed: Vec<String> = trial.settings.iter().filter_map(changed).collect();
    if changed.is_empty() { "the baseline".to_owned() } else { changed.join(" ") }
}
