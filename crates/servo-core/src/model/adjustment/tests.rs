//! Adjustments: their text and the state on the wire.

use proptest::prelude::*;
use serde_json::{from_str, from_value, json, to_string, to_value};

use super::{Adjustment, State};
use crate::model::{Decimal, Value};

#[test]
fn text_is_component_setting_and_value() {
    assert_eq!(Adjustment::new("main", "cpu", Decimal::new(150, 2)).to_string(), "main.cpu=1.5");
    let read: Adjustment = "main.java.opts=-Xmx=1g".parse().expect("adjustment");
    assert_eq!(read, Adjustment::new("main", "java.opts", "-Xmx=1g"));
    for text in ["foo", "", "=", ".=", "main=1", "main.=1", ".cpu=1", "main.cpu"] {
        assert_eq!(
            text.parse::<Adjustment>().expect_err(text).to_string(),
            format!(
                "unable to parse setting descriptor '{text}': expected format is `component.setting=value`"
            )
        );
    }
}

#[test]
fn the_state_of_the_protocol_is_a_list_of_adjustments() {
    let wire = json!({"application": {"components": {
        "main": {"settings": {"cpu": {"value": 1.0}, "mem": {"value": 1}}},
        "tuning": {"settings": {"cpu": {"value": 1.5}, "gc": {"value": "G1"}}}
    }}});
    let state: State = from_value(wire.clone()).expect("state");
    let texts: Vec<String> = state.adjustments.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["main.cpu=1", "main.mem=1", "tuning.cpu=1.5", "tuning.gc=G1"]);
    assert_eq!(from_value::<State>(to_value(&state).expect("json")).expect("state"), state);
}

#[test]
fn a_setting_without_a_value_is_an_error() {
    let wire = json!({"application": {"components": {"main": {"settings": {"cpu": {}}}}}});
    assert!(from_value::<State>(wire).is_err());
}

#[test]
fn the_later_of_two_values_is_the_state() {
    let state = State { adjustments: vec![Adjustment::new("a", "x", 1), Adjustment::new("a", "x", 2)] };
    assert_eq!(
        to_value(state).expect("json"),
        json!({"application": {"components": {"a": {"settings": {"x": {"value": 2}}}}}})
    );
}

proptest! {
    #[test]
    fn text_survives_a_round_trip(component in "[^.=]{1,9}", setting in "[^=]{1,9}", value in ".*") {
        let adjustment = Adjustment::new(component, setting, value);
        prop_assert_eq!(adjustment.to_string().parse::<Adjustment>(), Ok(adjustment));
    }

    #[test]
    fn the_state_survives_the_wire(names in proptest::collection::btree_map((0_u8..3, ".*"), any::<i64>(), 0..9)) {
        let adjustments: Vec<Adjustment> = names
            .into_iter()
            .map(|((component, setting), value)| Adjustment::new(format!("c{component}"), setting, Value::from(value)))
            .collect();
        let state = State { adjustments };
        prop_assert_eq!(from_str::<State>(&to_string(&state).expect("json")).expect("state"), state);
    }
}
