//! Values of settings: equality and JSON.

use proptest::prelude::*;
use serde_json::{from_value, json, to_value};

use super::Value;
use crate::model::Decimal;

#[test]
fn numbers_are_equal_by_worth_and_texts_are_not_numbers() {
    assert_eq!(Value::Number(Decimal::new(10, 1)), Value::from(1));
    assert_eq!(from_value::<Value>(json!(1.0)).expect("float"), Value::from(1));
    assert_ne!(Value::from("1"), Value::from(1));
}

#[test]
fn json_is_a_number_or_a_string() {
    assert_eq!(to_value(Value::from(Decimal::new(15, 1))).expect("json"), json!(1.5));
    assert_eq!(to_value(Value::from("G1")).expect("json"), json!("G1"));
    for refused in [json!(true), json!(null), json!([1]), json!({})] {
        assert!(from_value::<Value>(refused.clone()).is_err(), "{refused}");
    }
}

proptest! {
    #[test]
    fn json_survives_a_round_trip(number in any::<i64>(), text in ".*") {
        for value in [Value::from(number), Value::from(text)] {
            prop_assert_eq!(from_value::<Value>(to_value(&value).expect("json")).expect("value"), value);
        }
    }
}
