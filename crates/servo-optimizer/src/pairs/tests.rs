//! Pairs found, laid, and refused.

use proptest::prelude::*;
use servo_core::model::{Component, Condition, Decimal, Keep, Metric, Range, Setting};

use super::*;

fn setting() -> Setting {
    let range = Range::new(Decimal::ONE, Decimal::from(4), Decimal::ONE).expect("a range");
    Setting::range("cpu", range).with_value(2).expect("a value")
}

fn description(is_main_free: bool) -> Description {
    let main = Component::new("main", vec![setting().pinned(!is_main_free)]);
    let tuning = Component::new("tuning", vec![setting()]).tuning();
    let metrics = [
        ("tuning_latency", Unit::Milliseconds),
        ("main_latency", Unit::Milliseconds),
        ("tuning_error_rate", Unit::Percentage),
        ("main_error_rate", Unit::Percentage),
        ("tuning_alone", Unit::Float),
    ];
    let metrics = metrics.map(|(name, unit)| Metric::new(name, unit)).to_vec();
    Description::new(vec![main, tuning], metrics)
}

fn slo(threshold: Threshold) -> Slo {
    Slo::new(vec![Condition::new("tuning_latency", Keep::Below, threshold)]).expect("conditions")
}

fn usual() -> Slo {
    slo(Threshold::Static(Decimal::ONE_HUNDRED))
}

fn found(settings: &Pairs, slo: &Slo, is_main_free: bool) -> Option<String> {
    Pairing::new(settings, None, slo, &description(is_main_free)).expect("sound").shown()
}

fn values(values: &[(&str, f64)]) -> BTreeMap<String, f64> {
    values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}

#[test]
fn both_sides_are_compared_where_the_tuning_instance_alone_is_searched() {
    let both = "`tuning_error_rate` with `main_error_rate`, `tuning_latency` with `main_latency`";
    assert_eq!(found(&Pairs::Auto, &usual(), false).as_deref(), Some(both));
    assert_eq!(found(&Pairs::Auto, &usual(), true), None, "then the control changes, too");
    assert_eq!(found(&Pairs::None, &usual(), false), None);
    let by_itself = slo(Threshold::Metric("main_latency".to_owned()));
    let rest = "`tuning_error_rate` with `main_error_rate`";
    assert_eq!(found(&Pairs::Auto, &by_itself, false).as_deref(), Some(rest), "the condition compares it");
    let needed = BTreeSet::from(["tuning_latency".to_owned()]);
    let pairing = Pairing::new(&Pairs::Auto, Some(&needed), &usual(), &description(false)).expect("sound");
    assert_eq!(pairing.controls().collect::<Vec<_>>(), ["main_latency"], "what nobody needs is not compared");
    assert!(pairing.has("tuning_latency") && !pairing.has("tuning_error_rate"));
    let named = Pairs::Named(BTreeMap::from([("tuning_alone".to_owned(), "main_latency".to_owned())]));
    assert_eq!(found(&named, &usual(), true).as_deref(), Some("`tuning_alone` with `main_latency`"));
}

#[test]
fn what_cannot_be_compared_is_refused_at_its_key() {
    let refusal = |metric: &str, control: &str| {
        let named = Pairs::Named(BTreeMap::from([(metric.to_owned(), control.to_owned())]));
        let error = Pairing::new(&named, None, &usual(), &description(false)).expect_err("no pair");
        format!("{}: {}", error.key().unwrap_or_default(), error.message())
    };
    let at = "pairs.tuning_latency: ";
    assert_eq!(
        refusal("tuning_latency", "main_latensy"),
        format!("{at}no connector provides the metric `main_latensy`")
    );
    assert_eq!(
        refusal("tuning_latency", "tuning_latency"),
        format!("{at}`tuning_latency` cannot be a control: it is compared itself")
    );
}

#[test]
fn times_are_compared_as_ratios_and_rates_as_differences() {
    let pairing = Pairing::new(&Pairs::Auto, None, &usual(), &description(false)).expect("sound");
    let begin = [
        ("tuning_latency", 55.0),
        ("main_latency", 50.0),
        ("tuning_error_rate", 0.0),
        ("main_error_rate", 0.0),
    ];
    let mut reference = values(&begin);
    pairing.lay(&mut reference, None).expect("both sides");
    assert!((reference["tuning_latency"] - 55.0).abs() < 1e-9, "the first is as it was measured");
    // Twice the load: both take twice as long, and fail.
    let later = [
        ("tuning_latency", 120.0),
        ("main_latency", 100.0),
        ("tuning_error_rate", 0.7),
        ("main_error_rate", 0.5),
    ];
    let mut metrics = values(&later);
    pairing.lay(&mut metrics, Some(&reference)).expect("both sides");
    assert_eq!((metrics["tuning_latency"], metrics["tuning_latency_measured"]), (60.0, 120.0));
    assert!((metrics["tuning_error_rate"] - 0.2).abs() < 1e-12, "{metrics:?}");
    assert_eq!((metrics["main_latency"], metrics.get("main_latency_measured")), (100.0, None));
    // A control of nothing is no ratio.
    let mut idle = values(&[("tuning_latency", 5.0), ("main_latency", 0.0)]);
    pairing.lay(&mut idle, Some(&reference)).expect("both sides");
    assert!((idle["tuning_latency"] - 55.0).abs() < 1e-9, "{idle:?}");
}

#[test]
fn a_control_that_is_missing_is_told_and_no_zero() {
    let pairing = Pairing::new(&Pairs::Auto, None, &usual(), &description(false)).expect("sound");
    let missing = pairing.lay(&mut values(&[("tuning_latency", 55.0)]), None);
    assert_eq!(missing, Err(("main_latency".to_owned(), "tuning_latency".to_owned())));
    assert_eq!(
        pairing.lay(&mut values(&[("main_latency", 55.0)]), None),
        Ok(()),
        "nothing is compared with it"
    );
}

proptest! {
    /// Whatever the load makes of both, what is judged is the same.
    #[test]
    fn a_load_that_moves_both_does_not_count(load in 0.01_f64..100.0, own in 0.1_f64..10.0) {
        let pairing = Pairing::new(&Pairs::Auto, None, &usual(), &description(false)).expect("sound");
        let reference = values(&[("main_latency", 50.0)]);
        let of = |load: f64| values(&[("tuning_latency", 50.0 * own * load), ("main_latency", 50.0 * load)]);
        let (mut calm, mut busy) = (of(1.0), of(load));
        pairing.lay(&mut calm, Some(&reference)).expect("both sides");
        pairing.lay(&mut busy, Some(&reference)).expect("both sides");
        let (calm, busy) = (calm["tuning_latency"], busy["tuning_latency"]);
        prop_assert!((calm - busy).abs() < 1e-9 * calm, "{calm} {busy}");
    }
}
