//! What a study looks for in one application, checked against what the application is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use servo_core::duration::Duration;
use servo_core::event::standard::{Adjusting, Measuring};
use servo_core::model::{Adjustment, Control, Description, Slo, Value};
use servo_core::optimizer::Operation;
use servo_core::{Error, Result};

use crate::constraint;
use crate::history::StudyRecord;
use crate::lattice::Point;
use crate::objective::Objective;
use crate::pricing::Tariff;
use crate::settings::{Settings, Window};
use crate::space::Space;

/// The space, the objective and the constraints of one study.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) space: Space,
    pub(super) objective: Objective,
    pub(super) slo: Slo,
    tariff: Option<Tariff>,
    /// The metrics that are measured; `None` stands for all.
    metrics: Option<Vec<String>>,
}

impl Plan {
    /// Checks that an application can be optimized as the settings say.
    ///
    /// # Errors
    ///
    /// Class configuration: nothing can be adjusted, or the settings name what the application does not have.
    pub(super) fn new(settings: &Settings, description: &Description) -> Result<Self> {
        let space = Space::new(description)?;
        let tariff = Tariff::new(settings.pricing, description, &space);
        // A cost that cannot be told matters only where it is asked for.
        let (tariff, untold) = match tariff {
            Ok(tariff) => (tariff, None),
            Err(error) => (None, Some(error)),
        };
        let objective = Objective::new(&settings.objective, description, &space, tariff.as_ref())
            .map_err(|error| untold.map_or(error, |untold| untold.at(settings.objective.key())))?;
        let slo = settings.slo.clone().unwrap_or_default();
        constraint::check(&slo, description)?;
        for warning in slo.warnings() {
            tracing::warn!("{warning}");
        }
        let metrics = objective.metrics().map(|mut metrics: BTreeSet<String>| {
            metrics.extend(constraint::metrics(&slo).map(str::to_owned));
            metrics.into_iter().collect::<Vec<_>>()
        });
        if metrics.as_ref().is_some_and(Vec::is_empty) {
            tracing::warn!(
                "no metric decides: without `slo` the cheapest configuration that runs is the best"
            );
        }
        let metrics = metrics.filter(|metrics| !metrics.is_empty());
        Ok(Self { space, objective, slo, tariff, metrics })
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
    /// the baseline is measured in any case, because everything is compared with it.
    pub(super) fn measure(&self, window: Window, is_baseline: bool) -> Result<Operation> {
        let has_slo = !is_baseline && !self.slo.conditions().is_empty();
        let slo = has_slo.then(|| serde_json::to_value(&self.slo)).transpose();
        let slo = slo.map_err(|error| Error::internal("cannot send the conditions").with_source(error))?;
        let control = Control {
            duration: window.duration,
            delay: window.delay,
            warmup: window.warmup,
            userdata: slo.map(|slo| serde_json::json!({ "slo": slo })),
            ..Control::default()
        };
        Ok(Operation::Measure(Measuring { metrics: self.metrics.clone(), control }))
    }

    /// Gives the adjustment from what is in force to a configuration.
    pub(super) fn adjust(&self, from: Option<&Point>, to: &Point, settlement: Duration) -> Adjusting {
        let control = Control { settlement: Some(settlement), ..Control::default() };
        Adjusting { adjustments: self.space.changes(from, to), control }
    }

    /// Gives the record with which the study begins in a history.
    pub(super) fn record(&self, servo: &str, settings: &Settings) -> Result<StudyRecord> {
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
