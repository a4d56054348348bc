//! Which adjustments are handed to a command.

use servo_core::model::{Component, Range, Setting, Value};

use super::*;

fn description(threads: i64) -> Description {
    let range = Range::new(1.into(), 16.into(), 1.into()).unwrap();
    let threads = Setting::range("threads", range).observe(threads).0;
    Description::new(vec![Component::new("web", vec![threads])], Vec::new())
}

#[test]
fn values_are_handed_on_as_the_setting_takes_them_and_what_is_of_others_is_left_out() {
    let wanted = [Adjustment::new("web", "threads", 8), Adjustment::new("db", "threads", 99)];
    let accepted = accepted(&description(4), None, &wanted).unwrap();
    assert_eq!(accepted, [Adjustment::new("web", "threads", 8)]);
}

#[test]
fn a_value_off_the_range_is_refused_unless_it_was_found_there() {
    let wanted = [Adjustment::new("web", "threads", Value::from(32))];
    let error = accepted(&description(4), None, &wanted).unwrap_err();
    assert_eq!(error.message(), "cannot set web.threads=32");
    assert!(accepted(&description(4), Some(&description(4)), &wanted).is_err());
    assert_eq!(accepted(&description(4), Some(&description(32)), &wanted).unwrap(), wanted);
}
