//! Choices: at least one, each once, numbers included.

use serde_json::{from_value, json, to_value};

use super::Choices;
use crate::model::Value;

#[test]
fn there_is_at_least_one_and_each_comes_once() {
    let refused = |values| Choices::new(values).expect_err("refused").to_string();
    assert_eq!(refused(vec![]), "values must have at least one item");
    assert_eq!(refused(vec!["a".into(), "a".into()]), "values must be unique: 'a' comes twice");
    assert!(from_value::<Choices>(json!([1, 1.0])).is_err());
    assert!(from_value::<Choices>(json!([1, "1"])).is_ok());
}

#[test]
fn numbers_are_choices_too() {
    let choices: Choices = from_value(json!([1, 2.5, "a"])).expect("choices");
    assert!(choices.contains(&Value::from(1)));
    assert_eq!(choices.position(&Value::from("a")), Some(2));
    assert_eq!(choices.find(&Value::from("2.50")), choices.get(1));
    assert_eq!(choices.find(&Value::from("b")), None);
    assert_eq!(choices.to_string(), "[1, 2.5, 'a']");
    assert_eq!(to_value(&choices).expect("json"), json!([1, 2.5, "a"]));
}

#[test]
fn the_same_value_goes_before_one_that_reads_the_same() {
    let choices: Choices = from_value(json!([1, "1"])).expect("choices");
    assert_eq!(choices.find(&Value::from("1")), Some(&Value::from("1")));
    assert_eq!(choices.find(&Value::from(1)), Some(&Value::from(1)));
}
