//! Several servos of one file.

use super::{pinned, rows};
use crate::environment::Environment;
use crate::studies::{json, shop};

fn two() -> Environment {
    Environment::with(&format!("{}---\n{}", shop("shop"), pinned("bar")))
}

#[test]
fn each_has_its_own_rows_in_the_order_of_the_file() {
    let ran = two().servo(&["check"]);
    let expected = "\
SERVO    CONNECTOR    STATUS    ERRORS
shop     shop         √ PASSED
shop     emulator     √ PASSED
bar      bar          X FAILED  (1/1) At least one setting is free: every setting is pinned or has one value
                                      hint: give a setting a range with more than one value, or take its `pinned: true` away
bar      emulator     √ PASSED
";
    assert_eq!((ran.code, ran.stdout.as_str()), (1, expected), "{}", ran.stderr);
}

#[test]
fn every_check_of_each_is_shown() {
    let ran = two().servo(&["check", "--verbose", "--id", "free_setting", "--exclusive"]);
    assert_eq!(ran.code, 1);
    let found = rows(&ran.stdout);
    assert_eq!(found.iter().map(|(_, status)| status.as_str()).collect::<Vec<_>>(), ["√ PASSED", "X FAILED"]);
    assert!(ran.stdout.starts_with("SERVO    CONNECTOR    CHECK"), "{}", ran.stdout);
}

#[test]
fn scripts_get_one_entry_for_each() {
    let ran = two().servo(&["check", "--format", "json"]);
    let found = json(&ran);
    let ready: Vec<_> = found.as_array().unwrap().iter().map(|it| (&it["servo"], &it["ready"])).collect();
    assert_eq!(ready, [(&"shop".into(), &true.into()), (&"bar".into(), &false.into())]);
    let ran = two().servo(&["check", "--format", "junit"]);
    let document = roxmltree::Document::parse(&ran.stdout).unwrap();
    let suites = document.descendants().filter(|node| node.has_tag_name("testsuite"));
    let names: Vec<_> = suites.map(|node| node.attribute("name").unwrap()).collect();
    assert_eq!(names, ["shop", "shop.emulator", "bar", "bar.emulator"]);
}

#[test]
fn one_of_them_can_be_selected() {
    assert_eq!(two().servo(&["-n", "shop", "check"]).code, 0);
    assert_eq!(two().servo(&["-n", "bar", "check"]).code, 1);
}

#[test]
fn what_is_new_is_told_with_the_servo_whose_it_is() {
    let ran = two().servo(&["check", "--wait", "200ms", "--delay", "100ms", "--id", "free_setting"]);
    assert_eq!(ran.code, 1);
    for part in [
        "shop: check 'At least one setting is free' passed",
        "bar: check 'At least one setting is free' failed",
    ] {
        assert_eq!(ran.stderr.matches(part).count(), 1, "{part}: {}", ran.stderr);
    }
}
