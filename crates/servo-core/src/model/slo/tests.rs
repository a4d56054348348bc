//! Service level objectives: every rule of spec 6.10.

use serde_json::{Value as Json, from_value, json, to_value};

use super::{Condition, Keep, Slo, Threshold};
use crate::model::Decimal;

fn read(conditions: &Json) -> Slo {
    from_value(json!({"conditions": conditions})).expect("slo")
}

fn refused(condition: &Json) -> String {
    from_value::<Condition>(condition.clone()).expect_err("refused").to_string()
}

#[test]
fn the_example_of_the_protocol_is_read() {
    let slo = read(&json!([
        {"metric": "tuning_p90_latency", "keep": "below", "threshold": 250, "trigger_count": 2, "trigger_window": 3, "description": "p90"},
        {"metric": "tuning_error_rate", "keep": "below", "threshold_metric": "main_error_rate", "threshold_multiplier": 1.2}
    ]));
    let [latency, errors] = slo.conditions() else { panic!("two conditions") };
    assert_eq!(latency.to_string(), "(tuning_p90_latency below 250 -> p90)");
    assert_eq!((latency.trigger.count(), latency.trigger.window()), (2, 3));
    assert_eq!(errors.to_string(), "(tuning_error_rate below main_error_rate)");
    assert_eq!(errors.multiplier, Decimal::new(12, 1));
    assert!((errors.limit(|_| Some(10.0)).expect("limit") - 12.0).abs() < 1e-12);
    assert_eq!(errors.limit(|_| None), None);
    assert_eq!(from_value::<Slo>(to_value(&slo).expect("json")).expect("slo"), slo);
}

#[test]
fn what_is_left_out_has_defaults() {
    let condition: Condition = from_value(json!({"metric": "m", "threshold": 1})).expect("condition");
    assert_eq!(condition, Condition::new("m", Keep::Below, Threshold::Static(Decimal::ONE)));
    assert!((condition.metric_minimum - 0.25).abs() < f64::EPSILON);
    assert!((condition.threshold_minimum() - 0.25).abs() < f64::EPSILON);
    let thrice: Condition =
        from_value(json!({"metric": "m", "threshold": 1, "trigger_count": 3})).expect("condition");
    assert_eq!(thrice.trigger.window(), 3);
}

#[test]
fn each_rule_has_its_message() {
    assert_eq!(
        refused(&json!({"metric": "m"})),
        "condition on 'm' has no threshold: write either threshold or threshold_metric"
    );
    assert_eq!(
        refused(&json!({"metric": "m", "threshold": 1, "threshold_metric": "n"})),
        "condition on 'm' has two thresholds: write either threshold or threshold_metric, not both"
    );
    assert_eq!(
        refused(&json!({"metric": "m", "threshold": 1, "trigger_count": 2, "trigger_window": 1})),
        "trigger_count cannot be greater than trigger_window (2 > 1)"
    );
    for wrong in [
        json!({"threshold": 1}),
        json!({"metric": "", "threshold": 1}),
        json!({"metric": "m", "threshold_metric": ""}),
        json!({"metric": "m", "threshold": 1, "trigger_count": 0}),
        json!({"metric": "m", "threshold": 1, "trigger_window": 0}),
        json!({"metric": "m", "threshold": 1, "keep": "beside"}),
        json!({"metric": "m", "threshold": 1, "treshold": 1}),
        json!({"metric": "m", "threshold": "1"}),
    ] {
        refused(&wrong);
    }
    assert!(from_value::<Slo>(json!({"conditions": [], "other": 1})).is_err());
    assert!(from_value::<Slo>(json!({})).is_err());
}

#[test]
fn conditions_are_unique_by_their_text() {
    let same = json!({"metric": "same", "threshold": 6000});
    let other = json!({"metric": "same", "threshold": 6000.0, "trigger_count": 2});
    let error = from_value::<Slo>(json!({"conditions": [same, other, same]})).expect_err("redundant");
    assert_eq!(
        error.to_string(),
        "slo conditions must be unique. Redundant conditions found: (same below 6000)"
    );
    read(&json!([same, {"metric": "same", "threshold": 6000, "description": "again"}]));
}

#[test]
fn the_threshold_itself_holds() {
    let of = |keep| Condition::new("m", keep, Threshold::Static(Decimal::from(6000)));
    assert!(of(Keep::Below).passes(6000.0, 6000.0) && of(Keep::Above).passes(6000.0, 6000.0));
    assert!(!of(Keep::Below).passes(6535.8, 6000.0) && of(Keep::Above).passes(6535.8, 6000.0));
    assert!(!of(Keep::Below).passes(f64::NAN, 6000.0) && !of(Keep::Above).passes(f64::NAN, 6000.0));
}

#[test]
fn a_static_limit_is_multiplied_exactly() {
    let condition: Condition =
        from_value(json!({"metric": "m", "threshold": 0.1, "threshold_multiplier": 3})).expect("condition");
    assert_eq!(condition.limit(|_| None).map(f64::to_bits), Some(0.3_f64.to_bits()));
}

#[test]
fn a_minimum_without_use_is_advised_against() {
    let slo = read(&json!([{"metric": "m", "threshold": 1, "slo_threshold_minimum": 0.5}]));
    assert_eq!(slo.warnings(), ["(m below 1): slo_threshold_minimum has no effect with a static threshold"]);
    assert!(
        read(&json!([{"metric": "m", "threshold_metric": "n", "slo_threshold_minimum": 0.5}]))
            .warnings()
            .is_empty()
    );
}

#[test]
fn the_schema_is_that_of_what_is_written() {
    let schema = to_value(schemars::schema_for!(Slo)).expect("schema");
    assert_eq!(schema["additionalProperties"], json!(false));
    assert_eq!(schema["required"], json!(["conditions"]));
    let condition = &schema["$defs"]["Condition"];
    assert_eq!(condition["required"], json!(["metric"]));
    assert_eq!(condition["properties"]["threshold_multiplier"]["default"], json!(1));
    assert!(condition["properties"]["threshold_metric"].is_object());
}
