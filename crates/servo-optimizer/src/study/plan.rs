//! What a study looks for in one application, checked against what the application is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::json;
use servo_core::duration::Duration;
use servo_core::event::standard::{Adjusting, Measuring};
use servo_core::model::{Adjustment, Condition, Control, Description, Slo, Value};
use servo_core::optimizer::Operation;
use servo_core::safety::Mode;
use servo_core::{Error, Result};

use crate::constraint;
use crate::history::StudyRecord;
use crate::lattice::Point;
use crate::objective::Objective;
use crate::pairs::Pairing;
use crate::pricing::Tariff;
use crate::settings::{Settings, Window};
use crate::space::Space;

/// The space, the objective and the constraints of one study.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) space: Space,
    pub(super) objective: Objective,
    pub(super) slo: Slo,
    /// The metrics that are compared with those of the other side.
    pub(super) pairing: Pairing,
    tariff: Option<Tariff>,
    /// The metrics that are measured; `None` stands for all.
    metrics: Option<Vec<String>>,
    /// Whether neither the objective nor a condition needs a metric.
    is_blind: bool,
}

impl Plan {
    /// Checks that an application can be optimized as the settings say.
    ///
    /// # Errors
    ///
    /// Class configuration: nothing can be adjusted, or the settings name what the application does not have.
    pub(super) fn new(settings: &Settings, description: &Description) -> Result<Self> {
        Self::on(Space::new(description)?, settings, description)
    }

    /// Checks that an application can be measured as the settings say; nothing of it need be free.
    ///
    /// # Errors
    ///
    /// Class configuration: the settings name what the application does not have.
    pub(super) fn to_watch(settings: &Settings, description: &Description) -> Result<Self> {
        Self::on(Space::as_described(description)?, settings, description)
    }

    fn on(space: Space, settings: &Settings, description: &Description) -> Result<Self> {
        let tariff = Tariff::new(settings.pricing, description, &space);
        // A cost that cannot be told matters only where it is asked for.
        let (tariff, untold) = match tariff {
            Ok(tariff) => (tariff, None),
            Err(error) => (None, Some(error)),
        };
        let objective = Objective::new(&settings.objective, description, &space, tariff.as_ref())
            .map_err(|error| untold.map_or(error, |untold| untold.at(settings.objective.key())));
        let slo = settings.slo.clone().unwrap_or_default();
        let objective = match (objective, constraint::check(&slo, description)) {
            (Ok(objective), Ok(())) => objective,
            (Err(error), Ok(())) | (Ok(_), Err(error)) => return Err(error),
            (Err(error), Err(other)) => return Err(error.with(other)),
        };
        let metrics = objective.metrics().map(|mut metrics: BTreeSet<String>| {
            metrics.extend(constraint::metrics(&slo).map(str::to_owned));
            metrics
        });
        let pairing = Pairing::new(&settings.pairs, metrics.as_ref(), &slo, description)?;
        let is_blind = metrics.as_ref().is_some_and(BTreeSet::is_empty);
        let metrics = metrics.filter(|metrics| !metrics.is_empty()).map(|mut metrics| {
            metrics.extend(pairing.controls().map(str::to_owned));
            metrics.into_iter().collect()
        });
        Ok(Self { space, objective, slo, pairing, tariff, metrics, is_blind })
    }

    /// Says what an operator should know of the settings.
    pub(super) fn warn(&self) {
        for warning in self.slo.warnings() {
            tracing::warn!("{warning}");
        }
        if let Some(pairs) = self.pairing.shown() {
            tracing::info!("compares {pairs}, in each window: a load that changes meanwhile does not count");
        }
        if self.is_blind {
            tracing::warn!(
                "no metric decides: without `slo` the cheapest configuration that runs is the best"
            );
        }
    }

    /// Gives the cost of a configuration by the hour, where it can be told.
    pub(super) fn cost(&self, point: &Point) -> Option<f64> {
        self.tariff.as_ref().map(|tariff| rounded(tariff.cost(&self.space, point)))
    }

    /// Gives the objective of a configuration that has these metrics, so that less is better.
    pub(super) fn objective(
        &self,
        point: &Point,
        metrics: &BTreeMap<String, f64>,
    ) -> Result<f64, crate::objective::ExpressionError> {
        self.objective.value(&self.space, self.tariff.as_ref(), point, metrics)
    }

    /// Gives the settings of a configuration by their full names.
    pub(super) fn settings(&self, point: &Point) -> BTreeMap<String, Value> {
        let named = |it: Adjustment| (format!("{}.{}", it.component, it.setting), it.value);
        self.space.state(point).into_iter().map(named).collect()
    }

    /// Gives the operation that measures. Conditions go with it, so that connectors may end early what violates them;
    /// the baseline is measured in any case, because everything is compared with it. The trial's number goes with it,
    /// too: a command that is given again after a crash carries the same.
    pub(super) fn measure(&self, window: Window, is_baseline: bool, trial: u32) -> Result<Operation> {
        // What is compared with a control cannot be judged before the window is over.
        let conditions = self.slo.conditions().iter().filter(|it| !self.pairing.has(&it.metric)).cloned();
        let conditions: Vec<Condition> = if is_baseline { Vec::new() } else { conditions.collect() };
        let unsent =
            |error: &dyn std::fmt::Display| Error::internal(format!("cannot send the conditions: {error}"));
        let slo = (!conditions.is_empty()).then(|| Slo::new(conditions)).transpose();
        let slo = slo.map_err(|error| unsent(&error))?.map(serde_json::to_value).transpose();
        let slo = slo.map_err(|error| unsent(&error))?;
        let mut userdata = json!({ "trial": trial });
        if let Some(slo) = slo {
            userdata["slo"] = slo;
        }
        let control = Control {
            duration: window.duration,
            delay: window.delay,
            warmup: window.warmup,
            userdata: Some(userdata),
            ..Control::default()
        };
        Ok(Operation::Measure(Measuring { metrics: self.metrics.clone(), control }))
    }

    /// Gives the adjustment from what is in force to a configuration, with the number of the trial that it is first for;
    /// a restoration is for none.
    pub(super) fn adjust(
        &self,
        from: Option<&Point>,
        to: &Point,
        settlement: Duration,
        trial: Option<u32>,
    ) -> Adjusting {
        let userdata = trial.map(|trial| json!({ "trial": trial }));
        let control = Control { settlement: Some(settlement), userdata, ..Control::default() };
        Adjusting { adjustments: self.space.changes(from, to), control }
    }

    /// Gives how far metrics are from violating the nearest condition, as a fraction of its threshold: negative where
    /// one is violated. `None` where there is no condition, or a metric of one is missing.
    pub(super) fn margin(&self, metrics: &BTreeMap<String, f64>) -> Option<f64> {
        let margin = |condition| constraint::margin(condition, |name| metrics.get(name).copied());
        let margins: Option<Vec<f64>> = self.slo.conditions().iter().map(margin).collect();
        margins?.into_iter().reduce(f64::min)
    }

    /// Gives the record with which the study begins in a history.
    pub(super) fn record(&self, servo: &str, settings: &Settings, mode: Mode) -> Result<StudyRecord> {
        let baseline = self.space.baseline();
        let json = serde_json::to_string(settings);
        Ok(StudyRecord {
            servo: servo.to_owned(),
            started_at: Timestamp::now(),
            seed: settings.seed,
            objective: settings.objective.text(),
            settings: json
                .map_err(|error| Error::internal("cannot record the settings").with_source(error))?,
            slo: self.slo.clone(),
            units: self.space.units().map(|(name, unit)| (name, unit.to_string())).collect(),
            baseline: self.settings(baseline),
            cost: self.cost(baseline),
            mode,
            space: Some(self.space.outline()),
        })
    }
}

/// Rounds to twelve digits, so that what is reported does not show what binary fractions make of a sum.
fn rounded(cost: f64) -> f64 {
    format!("{cost:.11e}").parse().unwrap_or(cost)
}

/// Names settings and their values for a message.
pub(super) fn listed(adjustments: &[Adjustment]) -> String {
    adjustments.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
