//! Service level objectives as constraints of the search: one number each, feasible at or below zero.

use servo_core::model::{Condition, Description, Keep, Slo, Threshold};
use servo_core::{Error, Result};

use crate::nearest::instead;

/// A metric of zero or less counts as this share of a positive threshold, so that its logarithm exists.
const SMALLEST_SHARE: f64 = 1e-3;

/// Checks that the metrics of all conditions are provided.
///
/// # Errors
///
/// Class configuration at the key of the condition, such as `slo.conditions[0].metric`; those of all conditions are joined.
pub(crate) fn check(slo: &Slo, description: &Description) -> Result<()> {
    let provided: Vec<&str> = description.metrics.iter().map(|metric| metric.name.as_str()).collect();
    let named = slo.conditions().iter().enumerate().flat_map(|(index, condition)| {
        named(condition).map(move |(key, metric)| (format!("slo.conditions[{index}].{key}"), metric))
    });
    let unknown = named.filter(|(_, metric)| !provided.contains(metric)).map(|(key, metric)| {
        let message = format!("no connector provides the metric `{metric}`");
        Error::configuration(message).at(key).with_help(instead(metric, &provided))
    });
    Error::join(unknown).map_or(Ok(()), Err)
}

/// Gives the metrics that conditions need.
pub(crate) fn metrics(slo: &Slo) -> impl Iterator<Item = &str> {
    slo.conditions().iter().flat_map(named).map(|(_, metric)| metric)
}

pub(crate) fn named(condition: &Condition) -> impl Iterator<Item = (&'static str, &str)> {
    let threshold = match &condition.threshold {
        Threshold::Static(_) => None,
        Threshold::Metric(metric) => Some(("threshold_metric", metric.as_str())),
    };
    [("metric", condition.metric.as_str())].into_iter().chain(threshold)
}

/// Gives the value of a condition as a constraint: `ln(metric / threshold)` for what must stay below, its negative for
/// what must stay above, so that twice too much is as far away as half too little.
///
/// Where the threshold is zero or less it is the difference, in units of the threshold. `None` where a metric is
/// missing or not finite.
pub(crate) fn value(condition: &Condition, value_of: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let metric = value_of(&condition.metric).filter(|value| value.is_finite())?;
    let limit = condition.limit(&value_of).filter(|limit| limit.is_finite())?;
    let excess = if limit > 0.0 {
        (metric.max(limit * SMALLEST_SHARE) / limit).ln()
    } else {
        (metric - limit) / limit.abs().max(1.0)
    };
    let signed = match condition.keep {
        Keep::Below => excess,
        Keep::Above => -excess,
    };
    // What rounding makes of a value next to its threshold must not contradict the condition itself.
    let passes = condition.passes(metric, limit);
    let consistent = if passes { signed.min(0.0) } else { signed.max(f64::EPSILON) };
    let bounded = consistent.clamp(-f64::from(f32::MAX), f64::from(f32::MAX));
    Some(if says_nothing(condition, metric, limit) { bounded.min(0.0) } else { bounded })
}

/// Gives how far a metric is from violating a condition, as a fraction of the threshold: negative where it does. Of a
/// threshold of zero it is the difference itself.
///
/// `None` where a metric is missing or not finite.
pub(crate) fn margin(condition: &Condition, value_of: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let metric = value_of(&condition.metric).filter(|value| value.is_finite())?;
    let limit = condition.limit(&value_of).filter(|limit| limit.is_finite())?;
    let room = match condition.keep {
        Keep::Below => limit - metric,
        Keep::Above => metric - limit,
    };
    let share = if limit == 0.0 { room } else { room / limit.abs() };
    let share = if share.is_finite() { share } else { f64::from(f32::MAX).copysign(room) };
    Some(if says_nothing(condition, metric, limit) { share.max(0.0) } else { share })
}

/// Says whether two metrics are so small that comparing them means nothing (spec 9.1).
fn says_nothing(condition: &Condition, metric: f64, limit: f64) -> bool {
    matches!(condition.threshold, Threshold::Metric(_))
        && ((0.0..=condition.metric_minimum).contains(&metric)
            || (0.0..=condition.threshold_minimum()).contains(&limit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use servo_core::model::Decimal;

    use super::*;

    fn condition(keep: Keep, threshold: i64) -> Condition {
        Condition::new("m", keep, Threshold::Static(Decimal::from(threshold)))
    }

    fn at(condition: &Condition, metric: f64) -> f64 {
        value(condition, |name| (name == "m").then_some(metric)).unwrap()
    }

    #[test]
    fn the_threshold_itself_holds() {
        assert!(at(&condition(Keep::Below, 250), 250.0) <= 0.0);
        assert!(at(&condition(Keep::Above, 250), 250.0) <= 0.0);
        assert!(at(&condition(Keep::Below, 0), 0.0) <= 0.0);
    }

    #[test]
    fn twice_too_much_is_ln_2() {
        assert!((at(&condition(Keep::Below, 250), 500.0) - 2.0_f64.ln()).abs() < 1e-12);
        assert!((at(&condition(Keep::Above, 250), 125.0) - 2.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn a_missing_metric_has_no_value() {
        assert_eq!(value(&condition(Keep::Below, 250), |_| None), None);
        assert_eq!(value(&condition(Keep::Below, 250), |_| Some(f64::NAN)), None);
        let other = Condition::new("m", Keep::Below, Threshold::Metric("main".to_owned()));
        assert_eq!(value(&other, |name| (name == "m").then_some(1.0)), None);
    }

    #[test]
    fn a_metric_as_the_threshold_is_compared_in_the_same_measurement() {
        let other = Condition::new("m", Keep::Below, Threshold::Metric("main".to_owned()));
        let measured = |name: &str| Some(if name == "m" { 30.0 } else { 20.0 });
        assert!((value(&other, measured).unwrap() - 1.5_f64.ln()).abs() < 1e-12);
        // Both next to nothing: no violation, whatever their ratio.
        let tiny = |name: &str| Some(if name == "m" { 0.2 } else { 0.01 });
        assert_eq!(value(&other, tiny), Some(0.0));
    }

    #[test]
    fn a_margin_is_a_fraction_of_the_threshold_and_negative_where_it_is_violated() {
        let at = |condition: &Condition, metric: f64| margin(condition, |_| Some(metric)).unwrap();
        assert!((at(&condition(Keep::Below, 250), 200.0) - 0.2).abs() < 1e-12);
        assert!((at(&condition(Keep::Below, 250), 300.0) + 0.2).abs() < 1e-12);
        assert!((at(&condition(Keep::Above, 250), 300.0) - 0.2).abs() < 1e-12);
        assert!((at(&condition(Keep::Below, -10), -15.0) - 0.5).abs() < 1e-12);
        assert!((at(&condition(Keep::Below, 0), 3.0) + 3.0).abs() < 1e-12);
        assert_eq!(margin(&condition(Keep::Below, 250), |_| None), None);
    }

    proptest! {
        #[test]
        fn a_margin_agrees_with_the_constraint(
            metric in proptest::num::f64::NORMAL | proptest::num::f64::ZERO,
            threshold in -1000_i64..1000,
            above: bool,
        ) {
            let condition = condition(if above { Keep::Above } else { Keep::Below }, threshold);
            let margin = margin(&condition, |_| Some(metric)).unwrap();
            prop_assert!(margin.is_finite());
            prop_assert_eq!(margin >= 0.0, at(&condition, metric) <= 0.0);
        }

        #[test]
        fn the_sign_says_whether_the_condition_holds(
            metric in proptest::num::f64::NORMAL | proptest::num::f64::ZERO,
            threshold in -1000_i64..1000,
            above: bool,
        ) {
            let condition = condition(if above { Keep::Above } else { Keep::Below }, threshold);
            let value = at(&condition, metric);
            prop_assert!(value.is_finite());
            prop_assert_eq!(value <= 0.0, condition.passes(metric, threshold as f64));
        }

        #[test]
        fn more_of_what_must_stay_below_is_never_better(a in -1e3_f64..1e6, b in -1e3_f64..1e6, threshold in -10_i64..1000) {
            let condition = condition(Keep::Below, threshold);
            let (less, more) = if a < b { (a, b) } else { (b, a) };
            prop_assert!(at(&condition, less) <= at(&condition, more));
        }
    }
}
