//! The checks of the embedded optimizer: whether a study could begin with the application as it is.

use std::time::Duration as StdDuration;

use servo_core::check::Checks;
use servo_core::duration::Duration;
use servo_core::model::{Description, Slo};
use servo_core::safety::Mode;
use servo_core::{Error, Result};

use super::plan::Plan;
use super::scope::{Aim, Scope};
use crate::constraint;
use crate::settings::Settings;
use crate::space::is_free;

/// Adds them, in the order in which a study would come upon what they find.
pub(super) fn add<'a>(
    mode: Mode,
    settings: &'a Settings,
    described: Option<&'a Description>,
    checks: &mut Checks<'a>,
) {
    let seen = move || described.ok_or_else(|| Error::failed("the application could not be described"));
    checks
        .critical("SLO metrics are provided", move || slo_metrics(settings.slo.as_ref(), seen()?))
        .id("slo_metrics")
        .description("Each condition of `slo` is on a metric that a connector provides.");
    checks
        .critical("Objective can be computed", move || objective(settings, seen()?))
        .id("objective")
        .description("The objective names metrics and settings that there are, and a cost that can be told.");
    checks
        .common("At least one setting is free", move || free_settings(mode, seen()?))
        .id("free_setting")
        .description("A search needs a setting that is not pinned and has more than one value.");
    checks
        .warning("Budget fits its duration", move || budget(settings))
        .id("budget")
        .description("As many trials as are allowed take no longer than is allowed.");
}

fn slo_metrics(slo: Option<&Slo>, description: &Description) -> Result<String> {
    let Some(slo) = slo.filter(|slo| !slo.conditions().is_empty()) else {
        return Ok("there are no conditions".to_owned());
    };
    constraint::check(slo, description)?;
    let mut names: Vec<&str> = constraint::metrics(slo).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names.join(", "))
}

fn objective(settings: &Settings, description: &Description) -> Result<()> {
    match Plan::to_watch(settings, description) {
        // That is what the check before this one is about.
        Err(error) if error.key().is_some_and(|key| key.starts_with("slo")) => Ok(()),
        planned => planned.map(drop),
    }
}

fn free_settings(mode: Mode, description: &Description) -> Result<String> {
    let scope = Scope::new(mode, description);
    match scope.aim {
        Aim::Watch => return Ok("none is needed: `mode: observe` changes nothing".to_owned()),
        Aim::Advise => {
            let message =
                "none is needed: `mode: recommend` changes nothing where nothing harmless can be tried";
            return Ok(message.to_owned());
        }
        Aim::Search => {}
    }
    let components = scope.description.components.iter();
    let free = components.flat_map(|component| {
        let free = component.settings.iter().filter(|setting| is_free(setting));
        free.map(move |setting| format!("{}.{}", component.name, setting.name()))
    });
    let free: Vec<String> = free.collect();
    if free.is_empty() {
        let hint = "give a setting a range with more than one value, or take its `pinned: true` away";
        return Err(Error::failed("every setting is pinned or has one value").with_help(hint));
    }
    Ok(free.join(", "))
}

/// Says how long the trials take, and fails where fewer of them fit than are allowed.
fn budget(settings: &Settings) -> Result<String> {
    let Settings { budget, measurement, settlement, .. } = settings;
    let trial = [*settlement, measurement.warmup, measurement.duration, measurement.delay];
    let trial: StdDuration =
        trial.into_iter().map(Duration::as_std).fold(StdDuration::ZERO, StdDuration::saturating_add);
    let trials = budget.left(0, 0.0, trial.as_secs_f64());
    let took = |count: usize| {
        let seconds = trial.as_secs().saturating_mul(u64::try_from(count).unwrap_or(u64::MAX));
        Duration::from_secs(seconds)
    };
    match (budget.trials, budget.duration) {
        (Some(asked), Some(duration)) if trials < asked as usize => {
            let message = format!(
                "{trials} of {asked} trials fit in {duration}: one takes {} at least, all of them {}",
                Duration::from(trial),
                took(asked as usize)
            );
            Err(Error::failed(message).with_help(
                "allow a longer `budget.duration` or fewer `budget.trials`, or measure for a shorter time",
            ))
        }
        _ => Ok(format!("{trials} trials take {} at least", took(trials))),
    }
}
