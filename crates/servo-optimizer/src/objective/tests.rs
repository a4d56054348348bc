//! What a goal means for an application.

use servo_core::model::{Component, Decimal, Metric, Range, Setting, Unit};

use super::*;
use crate::pricing::Pricing;

fn application() -> Description {
    let range = |max| Range::new(Decimal::ONE, Decimal::from(max), Decimal::ONE).expect("a range");
    let setting = |name: &str, value: i64| Setting::range(name, range(8)).with_value(value).expect("a value");
    let web = Component::new("web", vec![setting("cpu", 2), setting("mem", 4), setting("replicas", 3)]);
    let db = Component::new("db", vec![setting("cpu", 4).pinned(true)]);
    Description::new(
        vec![web, db],
        vec![Metric::new("p95", Unit::Milliseconds), Metric::new("a.b", Unit::Float)],
    )
}

fn objective(goal: &Goal) -> Result<(Objective, Space, Option<Tariff>)> {
    let application = application();
    let space = Space::new(&application)?;
    let pricing = Pricing { cpu_hour: Decimal::ONE, gib_hour: Decimal::new(1, 1) };
    let tariff = Tariff::new(pricing, &application, &space)?;
    Ok((Objective::new(goal, &application, &space, tariff.as_ref())?, space, tariff))
}

#[test]
fn the_cost_is_the_sum_over_components_by_the_hour() {
    let (objective, space, tariff) = objective(&Goal::minimize("cost")).expect("an objective");
    assert!(objective.is_known());
    // 3 × (2 cores × 1 + 4 GiB × 0.1) + 1 × 4 cores × 1
    let value = objective.value(&space, tariff.as_ref(), space.baseline(), &BTreeMap::new());
    assert!((value.expect("a value") - 11.2).abs() < 1e-12);
    let smallest = Point(vec![0, 0, 0]);
    assert!((tariff.expect("costs").cost(&space, &smallest) - 5.1).abs() < 1e-12);
}

#[test]
fn a_metric_is_taken_by_its_whole_name_and_turned_around_to_be_maximized() {
    let metrics = BTreeMap::from([("a.b".to_owned(), 5.0)]);
    let (objective, space, _) = objective(&Goal::maximize("a.b")).expect("an objective");
    assert!(!objective.is_known());
    assert_eq!(objective.metrics(), Some(BTreeSet::from(["a.b".to_owned()])));
    assert_eq!(objective.value(&space, None, space.baseline(), &metrics), Ok(-5.0));
    let missing = objective.value(&space, None, space.baseline(), &BTreeMap::new());
    assert_eq!(missing, Err(ExpressionError::Missing { metric: "a.b".to_owned() }));
}

#[test]
fn an_expression_over_cost_and_settings_is_known() {
    let (objective, space, tariff) =
        objective(&Goal::minimize("cost + 10 * settings.web.replicas")).expect("an objective");
    assert!(objective.is_known());
    let value = objective.value(&space, tariff.as_ref(), space.baseline(), &BTreeMap::new());
    assert!((value.expect("a value") - 41.2).abs() < 1e-12);
}

#[test]
fn a_known_expression_without_a_value_at_the_baseline_is_refused() {
    let error = objective(&Goal::minimize("cost + 'a'")).expect_err("no number");
    assert_eq!(error.key(), Some("objective.minimize"));
    assert!(
        error.chain().starts_with("the objective has no value at the baseline: cannot evaluate"),
        "{}",
        error.chain()
    );
}
