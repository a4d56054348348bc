//! What is brought back, and what is left alone.

use servo_core::journal::{Change, Entry, Purpose, Record};
use servo_core::model::{Choices, Component, Setting};

use super::*;

fn values(text: &str) -> Values {
    let pair = |it: &str| {
        let (name, value) = it.split_once('=').unwrap();
        (name.to_owned(), Value::from(value.parse::<i64>().unwrap()))
    };
    text.split_whitespace().map(pair).collect()
}

/// `web.cpu` and `web.mem`, each from 1 to 9; `web.free` has no value.
fn described(text: &str) -> Description {
    let now = values(text);
    let choices = || Choices::new((1..=9).map(Value::from).collect()).unwrap();
    let setting = |name: &str| {
        let setting = Setting::choice(name, choices());
        match now.get(&format!("web.{name}")) {
            Some(value) => setting.with_value(value.clone()).unwrap(),
            None => setting,
        }
    };
    Description::new(vec![Component::new("web", ["cpu", "mem", "free"].map(setting).into())], Vec::new())
}

fn ledger(before: &str, after: &str) -> Ledger {
    let mut ledger = Ledger::default();
    let change = Change { id: 1, purpose: Purpose::Trial, before: values(before), after: values(after) };
    ledger.apply(&Record::now(Entry::Change(change)));
    ledger
}

#[test]
fn what_the_servo_has_set_is_brought_back_and_what_others_have_is_not() {
    let ledger = ledger("web.cpu=2 web.mem=4", "web.cpu=1 web.mem=3");
    let target = values("web.cpu=2 web.mem=4 web.gone=1");
    let survey = Survey::of(&target, &ledger, &described("web.cpu=1 web.mem=8"));
    assert_eq!(survey.back, values("web.cpu=2"));
    assert_eq!(survey.others, values("web.mem=8"));
    assert_eq!(survey.gone, ["web.gone"]);
    assert!(!survey.is_complete());
}

#[test]
fn what_is_as_it_was_is_left_alone() {
    let ledger = ledger("web.cpu=2", "web.cpu=1");
    let survey = Survey::of(&values("web.cpu=2"), &ledger, &described("web.cpu=2"));
    assert!(survey.is_complete());
    assert_eq!(survey.found, values("web.cpu=2"));
}

#[test]
fn a_setting_without_a_value_is_set() {
    let survey = Survey::of(&values("web.free=2"), &Ledger::default(), &described(""));
    assert_eq!(survey.back, values("web.free=2"));
}

#[test]
fn what_is_asked_for_is_written_down_as_the_application_says_it() {
    let asked = [
        Adjustment::new("web", "cpu", "3"),
        Adjustment::new("web", "free", 5),
        Adjustment::new("web", "odd", 1),
    ];
    let (before, after) = around(&asked, &described("web.cpu=2 web.mem=4"));
    assert_eq!(before, values("web.cpu=2"));
    assert_eq!(after, values("web.cpu=3 web.free=5 web.odd=1"));
    assert_eq!(state(&after, &described("web.cpu=4")), values("web.cpu=4 web.free=5 web.odd=1"));
}
