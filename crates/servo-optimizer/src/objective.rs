//! The objective of a study: what a configuration is worth, known beforehand or only by measuring.

mod expression;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use servo_core::model::Description;
use servo_core::{Error, Result};

pub use expression::{Expression, ExpressionError, Variables};

use crate::lattice::Point;
use crate::nearest::instead;
use crate::pricing::Tariff;
use crate::settings::{Direction, Goal};
use crate::space::Space;

/// The word for the cost of a configuration, in a goal and in expressions.
pub const COST: &str = "cost";

/// What is minimized or maximized for one application.
#[derive(Debug)]
pub struct Objective {
    direction: Direction,
    subject: Subject,
}

#[derive(Debug)]
enum Subject {
    Cost,
    Metric(String),
    Expression(Expression),
}

impl Objective {
    /// Finds what a goal means for an application.
    ///
    /// # Errors
    ///
    /// Class configuration at the key of the goal: a metric or a setting that there is not, a cost where nothing costs
    /// money, or an expression that has no value where it is known beforehand.
    pub fn new(
        goal: &Goal,
        description: &Description,
        space: &Space,
        tariff: Option<&Tariff>,
    ) -> Result<Self> {
        let (direction, text) = goal.parts()?;
        let provided: Vec<&str> = description.metrics.iter().map(|metric| metric.name.as_str()).collect();
        let subject = if text == COST {
            Subject::Cost
        } else if provided.contains(&text) {
            Subject::Metric(text.to_owned())
        } else if let Some(expression) = goal.expression()? {
            names::check(&expression, description).map_err(|error| error.at(goal.key()))?;
            Subject::Expression(expression)
        } else {
            let message = format!("no connector provides the metric `{text}`");
            return Err(Error::configuration(message).at(goal.key()).with_help(instead(text, &provided)));
        };
        let objective = Self { direction, subject };
        if objective.uses_cost() && tariff.is_none() {
            let message = "cannot tell the cost: no component has a `cpu` or `mem` setting";
            return Err(Error::configuration(message)
                .at(goal.key())
                .with_help("use a metric as the objective"));
        }
        if let (true, Subject::Expression(expression)) = (objective.is_known(), &objective.subject) {
            evaluate(expression, space, tariff, space.baseline(), &BTreeMap::new()).map_err(|error| {
                Error::configuration("the objective has no value at the baseline")
                    .at(goal.key())
                    .with_source(error)
            })?;
        }
        Ok(objective)
    }

    /// Says whether the value of any configuration is known without measuring it.
    pub fn is_known(&self) -> bool {
        match &self.subject {
            Subject::Cost => true,
            Subject::Metric(_) => false,
            Subject::Expression(expression) => expression.is_known(),
        }
    }

    fn uses_cost(&self) -> bool {
        match &self.subject {
            Subject::Cost => true,
            Subject::Metric(_) => false,
            Subject::Expression(expression) => expression.uses_cost(),
        }
    }

    /// Gives the metrics that have to be measured; `None` stands for all that there are.
    pub fn metrics(&self) -> Option<BTreeSet<String>> {
        match &self.subject {
            Subject::Cost => Some(BTreeSet::new()),
            Subject::Metric(metric) => Some(BTreeSet::from([metric.clone()])),
            Subject::Expression(expression) => expression.metrics().cloned(),
        }
    }

    /// Gives the value of a configuration, turned around where more is better, so that less always is.
    ///
    /// # Errors
    ///
    /// A metric is missing, or an expression has no value that is a finite number.
    pub fn value(
        &self,
        space: &Space,
        tariff: Option<&Tariff>,
        point: &Point,
        metrics: &BTreeMap<String, f64>,
    ) -> Result<f64, ExpressionError> {
        let value = match &self.subject {
            Subject::Cost => tariff.map_or(f64::NAN, |tariff| tariff.cost(space, point)),
            Subject::Metric(metric) => metrics
                .get(metric)
                .copied()
                .ok_or_else(|| ExpressionError::Missing { metric: metric.clone() })?,
            Subject::Expression(expression) => evaluate(expression, space, tariff, point, metrics)?,
        };
        if value.is_finite() {
            Ok(self.direction.minimized(value))
        } else {
            Err(ExpressionError::NotFinite { value: value.to_string() })
        }
    }
}

fn evaluate(
    expression: &Expression,
    space: &Space,
    tariff: Option<&Tariff>,
    point: &Point,
    metrics: &BTreeMap<String, f64>,
) -> Result<f64, ExpressionError> {
    let settings = space.state(point);
    let cost = tariff.map(|tariff| tariff.cost(space, point));
    expression.evaluate(&Variables { cost, metrics, settings: &settings })
}

#[cfg(test)]
mod tests;
