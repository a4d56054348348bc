//! What is said where nothing harmless can be tried: what a search would do, and what it would risk.

use servo_core::duration::Duration;

use super::SharedSearch;
use super::plan::{Plan, listed};
use super::proposal::{OnGrid, viewed};
use crate::search::{Observation, Outcome, Search};
use crate::settings::Settings;

/// So many proposals are named.
const PROPOSALS: usize = 3;

/// What a search would look for, if it were allowed to.
#[derive(Debug)]
pub(super) struct Advice {
    /// Its plan, or why it could not be made.
    plan: Result<Plan, String>,
}

impl Advice {
    pub(super) fn new(plan: servo_core::Result<Plan>) -> Self {
        Self { plan: plan.map_err(|error| error.chain()) }
    }

    /// Says what a search would do after the observations of the baseline, as long as each configuration that it tries
    /// behaves as the baseline does.
    pub(super) fn text(
        &self,
        settings: &Settings,
        observations: &[Observation],
        trials_left: usize,
        search: &SharedSearch,
    ) -> String {
        let only = "only the baseline was measured: no component is a tuning instance with something to adjust, \
                    where trials are harmless";
        let plan = match &self.plan {
            Ok(plan) => plan,
            Err(why) => return format!("{only}; and `mode: auto` would not begin: {why}"),
        };
        let ranges = plan.space.ranges();
        let found = match ranges.len() {
            1 => "1 setting".to_owned(),
            count => format!("{count} settings"),
        };
        let begins = match proposals(plan, settings, observations, trials_left, search).as_slice() {
            [] => "It would find nothing worth a trial.".to_owned(),
            proposals => format!("It would begin with {}.", proposals.join(", then, where that holds, ")),
        };
        let parts = [settings.settlement, settings.measurement.warmup, settings.measurement.duration];
        let each = parts.into_iter().fold(Duration::ZERO, Duration::saturating_add);
        format!(
            "{only}. With `mode: auto` a study would search {found} of the live service ({}), {} configurations, with \
             up to {trials_left} more trials. {begins} Each is applied to the live service for {each} (settlement, \
             warmup and measurement); the cheapest and those that differ most may violate the SLO or not run at all \
             until the next adjustment.",
            ranges.join("; "),
            plan.space.lattice().len(),
        )
    }
}

/// Names the first configurations that a search would try, with what they would cost.
fn proposals(
    plan: &Plan,
    settings: &Settings,
    observations: &[Observation],
    trials_left: usize,
    search: &SharedSearch,
) -> Vec<String> {
    let baseline = plan.space.baseline();
    let measured = observations.iter().find(|seen| matches!(seen.outcome, Outcome::Measured { .. }));
    let Some(measured) = measured else { return Vec::new() };
    let mut seen = vec![Observation { point: baseline.clone(), outcome: measured.outcome.clone() }];
    let search = OnGrid { search, plan };
    let mut named = Vec::new();
    for left in (1..=trials_left).rev().take(PROPOSALS) {
        let proposed = viewed(plan, &seen, left, settings.seed, |view| search.propose(view));
        let Some(point) = proposed else { break };
        let change = match (plan.cost(baseline), plan.cost(&point)) {
            (Some(before), Some(after)) if before > 0.0 => {
                format!(" (cost {:+.0} %)", (after - before) / before * 100.0)
            }
            _ => String::new(),
        };
        named.push(format!("{}{change}", listed(&plan.space.changes(Some(baseline), &point))));
        seen.push(Observation { point, outcome: measured.outcome.clone() });
    }
    named
}
