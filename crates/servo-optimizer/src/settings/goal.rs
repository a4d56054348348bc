//! The goal of a study: what is minimized or maximized.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use servo_core::{Error, Result};

use crate::objective::{COST, Expression};

/// What is to be made as small or as large as possible; exactly one of the two.
///
/// A goal is `cost`, the name of a metric, or an expression in CEL over `cost`, `metrics` and `settings`, such as
/// `cost / metrics.throughput`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"required": ["minimize"], "properties": {"minimize": {"type": "string"}}},
    {"required": ["maximize"], "properties": {"maximize": {"type": "string"}}},
]))]
pub struct Goal {
    /// What is to be as small as possible: `cost`, a metric, or an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minimize: Option<String>,
    /// What is to be as large as possible: `cost`, a metric, or an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    maximize: Option<String>,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Less is better.
    Minimize,
    /// More is better.
    Maximize,
}

impl Direction {
    /// Gives the word for it, which is the key in a configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Minimize => "minimize",
            Self::Maximize => "maximize",
        }
    }

    /// Turns a value around where more is better, so that less always is.
    pub(crate) fn minimized(self, value: f64) -> f64 {
        match self {
            Self::Minimize => value,
            Self::Maximize => -value,
        }
    }
}

impl Goal {
    /// Asks for the smallest `subject`.
    pub fn minimize(subject: impl Into<String>) -> Self {
        Self { minimize: Some(subject.into()), maximize: None }
    }

    /// Asks for the largest `subject`.
    pub fn maximize(subject: impl Into<String>) -> Self {
        Self { minimize: None, maximize: Some(subject.into()) }
    }

    /// Gives the direction and what it is about.
    ///
    /// # Errors
    ///
    /// Neither or both are written.
    pub fn parts(&self) -> Result<(Direction, &str)> {
        let error = |found| {
            let message = format!("expected either `minimize` or `maximize`, found {found}");
            Err(Error::configuration(message)
                .at("objective")
                .with_help("write `objective: {minimize: cost}`"))
        };
        match (&self.minimize, &self.maximize) {
            (Some(subject), None) => Ok((Direction::Minimize, subject.trim())),
            (None, Some(subject)) => Ok((Direction::Maximize, subject.trim())),
            (None, None) => error("neither"),
            (Some(_), Some(_)) => error("both"),
        }
    }

    /// Gives the key of the subject, for errors: `objective.minimize` or `objective.maximize`.
    pub(crate) fn key(&self) -> &'static str {
        if self.maximize.is_some() { "objective.maximize" } else { "objective.minimize" }
    }

    /// Gives the text that a person reads: `minimize cost`.
    pub(crate) fn text(&self) -> String {
        self.parts()
            .map_or_else(|_| String::new(), |(direction, subject)| format!("{} {subject}", direction.word()))
    }

    pub(crate) fn check(&self) -> Result<()> {
        self.expression().map(drop)
    }

    /// Gives the expression, where the subject is more than a name.
    pub(crate) fn expression(&self) -> Result<Option<Expression>> {
        let (_, subject) = self.parts()?;
        if subject.is_empty() {
            let message = "expected `cost`, a metric, or an expression, found nothing";
            return Err(Error::configuration(message).at(self.key()));
        }
        if subject == COST || is_name(subject) {
            return Ok(None);
        }
        Expression::compile(subject)
            .map(Some)
            .map_err(|error| Error::configuration("invalid objective").at(self.key()).with_source(error))
    }
}

/// Says whether a text is a single identifier; Prometheus allows colons in it.
fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}
