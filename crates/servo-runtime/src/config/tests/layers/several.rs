//! Variables in a file of several servos.

use serde_json::json;

use super::*;

const TEXT: &str = "\
name: shop
optimizer: {id: example.com/shop, token: a}
---
name: search-2
optimizer: {id: example.com/search}
---
optimizer: {id: dev.opsani.com/third, token: c}
---
name: own
optimizer: {embedded: {}}
";

fn values(variables: &[(&str, &str)], key: &str) -> Vec<Value> {
    let read = read(TEXT, &layers(variables, &[])).unwrap_or_else(|wrong| panic!("{}", wrong.render_plain()));
    read.iter().map(|(document, _)| document.get(&path(key)).cloned().unwrap_or_default()).collect()
}

#[test]
fn a_variable_may_be_named_for_one_servo() {
    let variables = [
        ("OPSANI_TOKEN__SEARCH_2", "b"),
        ("OPSANI_TOKEN__DEV_OPSANI_COM_THIRD", "d"),
        ("SERVO_MODE__OWN", "observe"),
        ("SERVO_MODE", "auto"),
        ("OPSANI_TOKEN__NOBODY", "x"),
    ];
    assert_eq!(values(&variables, "optimizer.token"), [json!("a"), json!("b"), json!("d"), Value::Null]);
    assert_eq!(values(&variables, "mode"), ["auto", "auto", "auto", "observe"].map(Value::from));
    let wrong = told(TEXT, &[("SERVO_MODE__OWN", "x")], &[]);
    assert!(
        wrong.starts_with("servo.yaml: the variable SERVO_MODE__OWN: unknown value `x` (at mode)"),
        "{wrong}"
    );
    assert_eq!(wrong.lines().count(), 2);
}

#[test]
fn what_is_wrong_for_all_is_told_once() {
    assert_eq!(told(TEXT, &[("SERVO_MODE", "x")], &[]).lines().count(), 2);
}

#[test]
fn one_identity_is_not_that_of_several() {
    let wrong = told(TEXT, &[("OPSANI_TOKEN", "x")], &[]);
    let expected = "\
servo.yaml: the variable OPSANI_TOKEN: it would count for each of 3 servos of this file: `shop`, `search-2`, the document at line 7 (at optimizer)
  help: name it for one servo, such as OPSANI_TOKEN__SHOP, or give each document a value of its own and unset it; where only one servo is meant, select it with --name";
    assert_eq!(wrong, expected);
    let wrong = told(TEXT, &[("SERVO_NAME", "x")], &[]);
    assert!(wrong.contains("the variable SERVO_NAME: it would count for each of 4 servos"), "{wrong}");
    assert_eq!(wrong.lines().count(), 2, "{wrong}");
    assert!(told(TEXT, &[("SERVO_OPTIMIZER", "{}")], &[]).contains("each of 4 servos"));
    let wrong = told(TEXT, &[("SERVO_UID", "x")], &[]);
    assert!(wrong.contains("the variable SERVO_UID: it would count for each of 4 servos"), "{wrong}");
    assert!(wrong.contains("(at servo_uid)") && wrong.contains("SERVO_UID__SHOP"), "{wrong}");
    let named = [("OPSANI_TOKEN", "x"), ("OPSANI_TOKEN__SHOP", "y"), ("OPSANI_TOKEN__SEARCH_2", "z")];
    assert_eq!(values(&named, "optimizer.token"), [json!("y"), json!("z"), json!("x"), Value::Null]);
    assert_eq!(
        values(&[("OPSANI_BASE_URL", "https://x")], "optimizer.base_url")[..3],
        [json!("https://x"), json!("https://x"), json!("https://x")]
    );
}

#[test]
fn the_environment_counts_for_the_servo_that_the_command_line_selects() {
    let mut layers = layers(&[("SERVO_NAME__OWN", "mine")], &["--set mode=observe"]);
    layers.selected = Some("mine".to_owned());
    let read = read(TEXT, &layers).unwrap();
    let modes: Vec<_> = read.iter().map(|(_, servo)| servo.safety.mode.is_some()).collect();
    assert_eq!(modes, [false, false, false, true]);
}

#[test]
fn an_identity_is_that_of_the_one_servo_that_the_command_line_selects() {
    let selecting = |name: &str, variables: &[(&str, &str)]| {
        let layers = Layers { selected: Some(name.to_owned()), ..layers(variables, &[]) };
        read(TEXT, &layers)
    };
    let read = selecting("search-2", &[("OPSANI_TOKEN", "x"), ("SERVO_UID", "y")]).unwrap();
    let (document, servo) = &read[1];
    assert_eq!(document.get(&path("optimizer.token")), Some(&json!("x")));
    assert_eq!(servo.servo_uid.as_deref(), Some("y"));
    // Nobody is selected by that name, and several would be by the name that one id gives them.
    assert!(selecting("nobody", &[("OPSANI_TOKEN", "x")]).is_err());
    let twice = "optimizer: {id: example.com/a, token: a}\n---\noptimizer: {id: example.com/a, token: b}\n";
    let layers =
        Layers { selected: Some("example.com_a".to_owned()), ..layers(&[("OPSANI_TOKEN", "x")], &[]) };
    assert!(super::read(twice, &layers).is_err());
    let wrong = selecting("shop", &[("SERVO_NAME", "x")]).unwrap_err();
    assert!(wrong.render_plain().contains("the variable SERVO_NAME"), "a name is what tells servos apart");
}

#[test]
fn a_servo_without_a_name_goes_by_the_default_where_it_is_alone() {
    assert_eq!(get(&document("{}", &[("SERVO_MODE__SERVO", "auto")], &[]), "mode"), "auto");
}
