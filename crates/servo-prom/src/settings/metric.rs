//! One metric: the query that measures it, and what becomes of it where there is no data.

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::Error;
use servo_core::duration::Duration;
use servo_core::model::{Metric, Unit};

/// One metric, measured by a query.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetricSettings {
    /// Its name, by which objectives know it.
    pub name: String,
    /// The unit of what the query gives.
    #[serde(default)]
    pub unit: Unit,
    /// The query, in `PromQL`.
    pub query: String,
    /// The time from one value to the next.
    #[serde(default = "default_step")]
    #[schemars(default = "default_step")]
    pub step: Duration,
    /// What becomes of a measurement for which the query gives no series.
    #[serde(default)]
    pub absent: Absent,
}

const fn default_step() -> Duration {
    Duration::from_secs(60)
}

/// What becomes of a measurement for which a query gives no series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Absent {
    /// It has no reading of the metric. An objective on that is not held.
    #[default]
    Ignore,
    /// No series is the number zero: ` or on() vector(0)` is added to the query.
    Zero,
    /// It has no reading of the metric, and the log says so.
    Warn,
    /// It fails.
    Fail,
}

impl MetricSettings {
    /// Gives the metric in the words of measurements.
    pub(crate) fn metric(&self) -> Metric {
        Metric::new(self.name.clone(), self.unit.clone())
    }

    /// Gives what the server is asked.
    ///
    /// `or` binds least of all operators and takes from the left, so that nothing needs parentheses. A comment at the
    /// end of the query would take in what follows.
    pub(crate) fn promql(&self) -> String {
        let query = self.query.trim();
        match self.absent {
            Absent::Zero => format!("{query}{}or on() vector(0)", break_after(query)),
            Absent::Ignore | Absent::Warn | Absent::Fail => query.to_owned(),
        }
    }

    /// Gives what asks whether there is no data: the number one where there is none.
    pub(crate) fn absence(&self) -> String {
        let query = self.query.trim();
        format!("absent({query}{})", break_after(query).trim_start_matches(' '))
    }

    pub(super) fn wrong(&self) -> Vec<Error> {
        let expected = |what: &'static str, key: &str| Error::configuration(what).at(key);
        let mut errors = Vec::new();
        if self.name.trim().is_empty() {
            errors.push(expected("expected the name of a metric, found an empty text", "name"));
        }
        if self.query.trim().is_empty() {
            let help = "write PromQL, such as `sum(rate(http_requests_total[1m]))`";
            errors.push(expected("expected a query, found an empty text", "query").with_help(help));
        }
        if self.step.is_zero() {
            errors.push(expected("expected a duration above zero, such as `30s`", "step"));
        }
        errors
    }
}

/// What stands between a query and what is added to it: a line of its own where there may be a comment.
fn break_after(query: &str) -> &'static str {
    if query.contains('#') { "\n" } else { " " }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(query: &str, absent: Absent) -> MetricSettings {
        let (name, unit, step) = ("m".to_owned(), Unit::Float, default_step());
        MetricSettings { name, unit, query: query.to_owned(), step, absent }
    }

    #[test]
    fn zero_is_added_to_the_query_and_nothing_else_is() {
        let text = |absent| metric(" rate(http_requests_total[5m])\n", absent).promql();
        assert_eq!(text(Absent::Ignore), "rate(http_requests_total[5m])");
        assert_eq!(text(Absent::Zero), "rate(http_requests_total[5m]) or on() vector(0)");
        assert_eq!(metric("up", Absent::Fail).absence(), "absent(up)");
    }

    #[test]
    fn a_comment_at_the_end_does_not_take_in_what_is_added() {
        assert_eq!(metric("up # or down", Absent::Zero).promql(), "up # or down\nor on() vector(0)");
        assert_eq!(metric("up # or down", Absent::Warn).absence(), "absent(up # or down\n)");
    }
}
