//! What a study wants of an application, applied to metrics that are known without noise.

use std::collections::BTreeMap;

use servo_core::Result;
use servo_core::model::{Adjustment, Description, Value};

use super::plan::Plan;
use crate::constraint;
use crate::lattice::Point;
use crate::settings::Settings;

/// Judges configurations of an application as a study would whose measurements had no noise: for benches that hold a
/// search against the truth.
#[derive(Debug)]
pub struct Yardstick {
    plan: Plan,
    maximizes: bool,
}

impl Yardstick {
    /// Makes the yardstick of a study.
    ///
    /// # Errors
    ///
    /// As a study that begins: class configuration, with the key at fault.
    pub fn new(settings: &Settings, description: &Description) -> Result<Self> {
        let maximizes = settings.objective.parts()?.0 == crate::settings::Direction::Maximize;
        Ok(Self { plan: Plan::new(settings, description)?, maximizes })
    }

    /// Gives the configuration that the description has.
    pub fn baseline(&self) -> &Point {
        self.plan.space.baseline()
    }

    /// Gives every configuration that a study may try, the first setting changing fastest.
    pub fn points(&self) -> impl Iterator<Item = Point> {
        let lattice = self.plan.space.lattice();
        let levels: Vec<u32> = (0..lattice.dimensions()).map(|axis| lattice.levels(axis)).collect();
        let first = Some(Point(vec![0; levels.len()]));
        let all = std::iter::successors(first, move |point| {
            let mut next = point.clone();
            for (level, count) in next.0.iter_mut().zip(&levels) {
                *level += 1;
                if *level < *count {
                    return Some(next);
                }
                *level = 0;
            }
            None
        });
        all.filter(|point| self.plan.space.admits(point))
    }

    /// Gives the adjustments that bring all free settings to a configuration.
    pub fn assignment(&self, point: &Point) -> Vec<Adjustment> {
        self.plan.space.assignment(point)
    }

    /// Gives all settings of a configuration by their full names, as a report does.
    pub fn settings(&self, point: &Point) -> BTreeMap<String, Value> {
        self.plan.settings(point)
    }

    /// Gives the objective of a configuration with these metrics, turned so that less is better. `None` where it has no
    /// value.
    pub fn objective(&self, point: &Point, metrics: &BTreeMap<String, f64>) -> Option<f64> {
        self.plan.objective(point, metrics).ok()
    }

    /// Turns a value of [`objective`](Self::objective) back into what the operator asked for.
    pub fn shown(&self, objective: f64) -> f64 {
        if self.maximizes { -objective } else { objective }
    }

    /// Says whether metrics hold every condition.
    pub fn holds(&self, metrics: &BTreeMap<String, f64>) -> bool {
        let value_of = |name: &str| metrics.get(name).copied();
        let mut conditions = self.plan.slo.conditions().iter();
        conditions.all(|condition| constraint::value(condition, value_of).is_some_and(|value| value <= 0.0))
    }
}
