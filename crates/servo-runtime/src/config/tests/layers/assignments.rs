//! Options of the command line.

use serde_json::json;

use super::*;

const TEXT: &str = "\
name: a
emulator:
  components: [{cpu: 1, mem: 2Gi}, {cpu: 3}]
  \"a.b\": 1
";

#[test]
fn an_item_that_is_there_can_be_set_and_its_neighbours_stay() {
    let document = document(
        TEXT,
        &[],
        &[
            "--set emulator.components[0].cpu=250m",
            "--set emulator.components[1]={cpu: 5}",
            "--set emulator.\"a.b\"=[x, 1.5]",
            "--set emulator.new.deep=true",
        ],
    );
    let expected = json!({
        "components": [{"cpu": "250m", "mem": "2Gi"}, {"cpu": 5}], "a.b": ["x", 1.5], "new": {"deep": true},
    });
    assert_eq!(get(&document, "emulator"), expected);
    let option = |text: &str| Origin::Option(format!("--set {text}"));
    for (key, origin) in [
        ("emulator.components", Origin::Document),
        ("emulator.components[0]", Origin::Document),
        ("emulator.components[0].mem", Origin::Document),
        ("emulator.components[0].cpu", option("emulator.components[0].cpu")),
        ("emulator.components[1].cpu", option("emulator.components[1]")),
        ("emulator.new", option("emulator.new.deep")),
    ] {
        // An item that is a mapping in both is merged, as any mapping is.
        assert_eq!(document.origin(&path(key)), origin, "{key}");
    }
}

#[test]
fn an_item_that_is_not_there_is_refused() {
    let expected = "\
servo.yaml: the option --set emulator.components[2].cpu: there is no item `emulator.components[2].cpu` (at emulator.components[2].cpu)
  help: an item that is there can be set, or the list as a whole";
    assert_eq!(told(TEXT, &[], &["--set emulator.components[2].cpu=1"]), expected);
}

#[test]
fn unknown_keys_and_wrong_values_name_the_option() {
    let wrong = told(TEXT, &[], &["--set emulater.speed=1", "--set mode=x"]);
    assert!(
        wrong.contains("servo.yaml: the option --set emulater.speed: unknown key `emulater` (at emulater)"),
        "{wrong}"
    );
    assert!(wrong.contains("did you mean `emulator`?"), "{wrong}");
    assert!(wrong.contains("servo.yaml: the option --set mode: unknown value `x` (at mode)"), "{wrong}");
    let wrong = told(TEXT, &[], &["--set a..b=1", "--set mode={"]);
    assert!(wrong.contains("the option --set a..b: expected a key"), "{wrong}");
    assert!(wrong.contains("the option --set mode: it is neither JSON nor a YAML value"), "{wrong}");
}

#[test]
fn texts_stay_texts() {
    let document =
        document(TEXT, &[], &["--set name=007", "--set servo_uid=1", "--set emulator.password=12345678"]);
    assert_eq!((get(&document, "name"), get(&document, "servo_uid")), (json!("007"), json!("1")));
    assert_eq!(get(&document, "emulator.password"), json!("12345678"));
}

#[test]
fn the_later_of_two_counts() {
    let document = document(TEXT, &[], &["--set mode=auto", "--set mode=observe"]);
    assert_eq!(get(&document, "mode"), json!("observe"));
}

const SEVERAL: &str = "\
name: one
optimizer: {embedded: {a: 1}}
---
name: two
optimizer: {embedded: {a: 1}}
";

#[test]
fn in_a_file_of_several_an_option_is_for_all_or_for_the_selected_one() {
    let mut layers = layers(&[], &["--set mode=observe", "--set optimizer.embedded.a=2"]);
    let modes = |layers: &Layers| -> Vec<_> {
        let read = read(SEVERAL, layers).unwrap();
        read.iter()
            .map(|(document, servo)| (servo.safety.mode.is_some(), get(document, "optimizer.embedded.a")))
            .collect()
    };
    assert_eq!(modes(&layers), [(true, json!(2)), (true, json!(2))]);
    layers.selected = Some("two".to_owned());
    assert_eq!(modes(&layers), [(false, json!(1)), (true, json!(2))]);
    layers.selected = Some("other".to_owned());
    assert_eq!(modes(&layers), [(false, json!(1)), (false, json!(1))]);
}

#[test]
fn in_a_file_of_several_an_optimizer_is_given_to_one_alone() {
    let expected = "\
servo.yaml: the option --token: it would count for each of the 2 servos of this file (at optimizer.token)
  help: select one of them with --name";
    assert_eq!(told(SEVERAL, &[], &["--token optimizer.token=x"]), expected);
    for key in ["name", "optimizer", "optimizer.embedded"] {
        assert!(told(SEVERAL, &[], &[&format!("--set {key}=x")]).contains("select one of them"), "{key}");
    }
    let mut layers = layers(&[], &["--optimizer optimizer.id=example.com/shop", "--token optimizer.token=x"]);
    layers.selected = Some("two".to_owned());
    let read = read(SEVERAL, &layers).unwrap();
    assert_eq!(get(&read[0].0, "optimizer"), json!({"embedded": {"a": 1}}));
    assert_eq!(get(&read[1].0, "optimizer"), json!({"id": "example.com/shop", "token": "x"}));
}
