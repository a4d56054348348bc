//! What can be found wrong with a study before the application is asked anything.

use servo_core::Result;
use servo_core::connector::Declaration;
use servo_core::model::Description;
use servo_core::safety::Mode;

use super::plan::Plan;
use super::scope::{Aim, Scope};
use crate::constraint;
use crate::settings::Settings;

/// Checks settings against what connectors declare: with components and metrics all that a study checks when it begins,
/// with metrics alone that the conditions are on some of them.
///
/// # Errors
///
/// Class configuration: the settings name what the application does not have.
pub(super) fn check(mode: Mode, settings: &Settings, declared: &Declaration) -> Result<()> {
    let Some(metrics) = declared.metrics.clone() else { return Ok(()) };
    let description = Description::new(declared.components.clone().unwrap_or_default(), metrics);
    if declared.components.is_none() {
        return settings.slo.as_ref().map_or(Ok(()), |slo| constraint::check(slo, &description));
    }
    let scope = Scope::new(mode, &description);
    match scope.aim {
        Aim::Search => Plan::new(settings, &scope.description)?,
        Aim::Watch | Aim::Advise => Plan::to_watch(settings, &scope.description)?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use servo_core::model::{Component, Decimal, Metric, Range, Setting, Unit};

    use super::*;
    use crate::settings::Goal;

    fn declared(components: bool) -> Declaration {
        let range = Range::new(Decimal::ONE, Decimal::from(4), Decimal::ONE).expect("a range");
        let cpu = Setting::range("cpu", range).with_value(2).expect("2 cores");
        Declaration {
            metrics: Some(vec![Metric::new("p95_latency", Unit::default())]),
            components: components.then(|| vec![Component::new("web", vec![cpu])]),
            workloads: Vec::new(),
        }
    }

    fn slo_on(metric: &str) -> Settings {
        let slo = serde_json::json!({"conditions": [{"metric": metric, "threshold": 250}]});
        Settings {
            slo: Some(serde_json::from_value(slo).expect("conditions")),
            ..Settings::new(Goal::minimize("cost"))
        }
    }

    #[test]
    fn a_condition_on_a_metric_that_nobody_provides_is_found_wherever_metrics_are_known() {
        for components in [true, false] {
            let declared = declared(components);
            let error = check(Mode::Auto, &slo_on("p95_latncy"), &declared).expect_err("a misspelt metric");
            assert_eq!(error.key(), Some("slo.conditions[0].metric"));
            assert!(error.help().is_some_and(|help| help.contains("`p95_latency`")), "{error:?}");
            assert!(check(Mode::Auto, &slo_on("p95_latency"), &declared).is_ok());
        }
    }

    #[test]
    fn nothing_is_said_where_only_asking_tells() {
        assert!(check(Mode::Auto, &slo_on("p95_latncy"), &Declaration::default()).is_ok());
    }

    #[test]
    fn an_objective_that_nobody_provides_is_found_where_the_application_is_known() {
        let settings = Settings::new(Goal::minimize("settings.web.cpus * cost"));
        let error = check(Mode::Recommend, &settings, &declared(true)).expect_err("a misspelt setting");
        assert_eq!(error.key(), Some("objective.minimize"));
    }
}
