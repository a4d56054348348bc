//! When so much has gone wrong that the circuit breaks.

use servo_core::optimizer::Verdict;

use super::judge::{is_violation, says_nothing};
use super::ledger::Ledger;
use super::plan::Plan;
use super::trial::{metrics, why};
use crate::constraint;
use crate::history::{Status, TrialRecord};
use crate::search::Outcome;
use crate::settings::Budget;

/// Says which budget for what may go wrong is used up, and by what; `None` while all last. A count breaks the circuit
/// when it reaches its limit.
///
/// Attempts to measure the baseline before it could be measured once are not counted: nothing was changed yet, and they
/// have a limit of their own.
pub(super) fn reached(budget: &Budget, ledger: &Ledger, plan: &Plan) -> Option<String> {
    let measured = |outcome: &Outcome| matches!(outcome, Outcome::Measured { .. });
    let begun = ledger.observations().iter().position(|seen| measured(&seen.outcome))?;
    let records = ledger.records().get(begun..)?;
    let points = ledger.observations().get(begun..)?.iter().map(|seen| &seen.point);

    let in_a_row = records.iter().rev().take_while(|record| says_nothing(record));
    let in_a_row: Vec<&TrialRecord> = in_a_row.collect::<Vec<_>>().into_iter().rev().collect();
    let limit = Some(budget.max_consecutive_failures);
    let broken = used_up(
        "max_consecutive_failures",
        limit,
        &in_a_row,
        "failed in a row (error or inconclusive)",
        plan,
    );

    let is_failure = |record: &&TrialRecord| says_nothing(record) || record.status == Status::Rejected;
    let failures: Vec<&TrialRecord> = records.iter().filter(is_failure).collect();
    let words = "failed (error, inconclusive or rejected)";
    let broken = broken.or_else(|| used_up("max_failures", budget.max_failures, &failures, words, plan));

    let baseline = plan.space.baseline();
    let tried = records.iter().zip(points).filter(|(_, point)| *point != baseline).map(|(record, _)| record);
    let violations: Vec<&TrialRecord> = tried.filter(|record| is_violation(record)).collect();
    let (key, limit) = ("max_slo_violations", budget.max_slo_violations);
    broken.or_else(|| used_up(key, limit, &violations, "violated the SLO", plan))
}

/// Says that a budget is used up by trials, where it is.
fn used_up(key: &str, limit: Option<u32>, trials: &[&TrialRecord], did: &str, plan: &Plan) -> Option<String> {
    let (last, count) = (trials.last()?, trials.len());
    if count < limit? as usize {
        return None;
    }
    let noun = if count == 1 { "trial" } else { "trials" };
    let what = violated(plan, last).unwrap_or_else(|| why(last).to_owned());
    Some(format!(
        "`budget.{key}` reached: {count} {noun} {did}, the last one, trial {}, with: {what}",
        last.n
    ))
}

/// Names the condition that a measured trial violates.
fn violated(plan: &Plan, record: &TrialRecord) -> Option<String> {
    if (record.status, record.verdict) != (Status::Measured, Verdict::Failed) {
        return None;
    }
    let value_of = |name: &str| record.metrics.get(name).copied();
    let mut conditions = plan.slo.conditions().iter();
    let broken =
        conditions.find(|condition| constraint::value(condition, value_of).is_some_and(|it| it > 0.0))?;
    Some(format!("{} against {broken}", metrics(record)))
}
