//! `servo validate`: everything that is wrong with a file, for a person and for a script.

use serde_json::{Value, json};

use crate::environment::Environment;
use crate::studies::shop;

const BROKEN: &str = "\
name: shop
emulatr: {}
optimizer: {embeded: {}}
---
name: shop
optimizer: {embedded: {}}
";

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_valid_file_is_said_to_be_valid_and_nothing_is_left_behind() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["validate"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (0, "√ Valid configuration in servo.yaml\n"),
        "{}",
        ran.stderr
    );
    assert_eq!(environment.servo(&["validate", "--quiet"]).stdout, "");
    assert_eq!(std::fs::read_dir(environment.path()).unwrap().count(), 1, "validating leaves nothing behind");
    let verdict = parsed(&environment.servo(&["validate", "--format", "json"]).stdout);
    assert_eq!(
        verdict,
        json!({"file": "servo.yaml", "valid": true, "servos": ["shop"], "notes": [], "diagnostics": []})
    );
}

#[test]
fn another_file_can_be_validated() {
    let environment = Environment::with(BROKEN);
    environment.write("conf/other.yaml", &shop("shop"));
    for option in ["--file", "-f"] {
        let ran = environment.servo(&["validate", option, "conf/other.yaml"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "√ Valid configuration in conf/other.yaml\n"));
    }
    assert_eq!(environment.servo(&["-c", "conf/other.yaml", "validate"]).code, 0);
    let ran = environment.servo(&["validate", "--file", "nope.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("config file 'nope.yaml' does not exist"), "{}", ran.stderr);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let ran = Environment::with(BROKEN).servo(&["validate", "--quiet"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (78, ""));
    for part in [
        "X Invalid configuration in servo.yaml",
        "servo.yaml has 4 problems",
        "did you mean `emulator`?",
        "did you mean `embedded`?",
        "name `shop` is taken",
        "missing key `objective`",
    ] {
        assert!(ran.stderr.contains(part), "no {part:?} in:\n{}", ran.stderr);
    }
}

#[test]
fn a_script_gets_every_place() {
    let ran = Environment::with(BROKEN).servo(&["validate", "--format", "json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (78, ""));
    let verdict = parsed(&ran.stdout);
    assert_eq!((&verdict["file"], &verdict["valid"]), (&json!("servo.yaml"), &json!(false)));
    let wrong = verdict["diagnostics"].as_array().unwrap();
    assert_eq!(wrong.len(), 4, "{verdict:#}");
    let first = &wrong[0];
    assert_eq!(first["code"], "servo::config::unknown_key");
    assert_eq!((&first["path"], &first["message"]), (&json!("emulatr"), &json!("unknown key `emulatr`")));
    let place = ["line", "column", "offset", "length"].map(|key| first[key].as_u64().unwrap());
    assert_eq!(place, [2, 1, 11, 7]);
    assert!(first["help"].as_str().unwrap().starts_with("did you mean"), "{first:#}");
    assert_eq!((&first["notes"], &first["origin"]), (&json!([]), &json!("the configuration file")));
    let note = &wrong[2]["notes"][0];
    assert_eq!(
        (&note["message"], &note["line"], &note["length"]),
        (&json!("it is given first"), &json!(1), &json!(4))
    );
}

#[test]
fn other_commands_tell_scripts_the_same_on_standard_error() {
    let environment = Environment::with(BROKEN);
    for arguments in
        [&["describe", "--format", "json"][..], &["list", "--format", "json"], &["config", "-f", "json"]]
    {
        let ran = environment.servo(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (78, ""), "{arguments:?}");
        assert_eq!(parsed(&ran.stderr)["diagnostics"].as_array().unwrap().len(), 4, "{}", ran.stderr);
    }
    assert!(environment.servo(&["describe"]).stderr.contains("servo::config::unknown_key"));
}

#[test]
fn connectors_that_are_not_named_are_refused() {
    let environment = Environment::with(&shop("shop"));
    for named in [&["emulator"][..], &["emulator:emulator"], &["other:emulator", "emulator"]] {
        assert_eq!(environment.servo(&[&["validate"], named].concat()).code, 0, "{named:?}");
    }
    let ran = environment.servo(&["validate", "other:emulator"]);
    assert_eq!(ran.code, 78);
    for part in
        ["connector `emulator` is not one of those that were named", "validated was with: other:emulator"]
    {
        assert!(ran.stderr.contains(part), "no {part:?} in:\n{}", ran.stderr);
    }
    let ran = environment.servo(&["validate", "emulatr"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no connector found for key 'emulatr'"), "{}", ran.stderr);
}

#[test]
fn two_connectors_that_describe_one_setting_are_marked_both() {
    let text = shop("shop");
    let section = text.split_once("emulator:\n").unwrap().1;
    let names = "connectors: {one: emulator, two: emulator}\none:\n";
    let environment = Environment::with(&(text.replace("emulator:\n", names) + "two:\n" + section));
    let ran = environment.servo(&["validate"]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    for part in
        ["`web.cpu`, `web.mem`, `web.replicas`: described by connector `one`, too", "first described here"]
    {
        assert!(ran.stderr.contains(part), "no {part:?} in:\n{}", ran.stderr);
    }
    assert_eq!(ran.stderr.matches("^|^").count(), 2, "a mark below each: {}", ran.stderr);
    assert_eq!(environment.servo(&["run"]).code, 78);
}

#[test]
fn a_name_that_no_servo_has_is_wrong_usage() {
    let environment = Environment::with(&format!("{}---\n{}", shop("one"), shop("two")));
    assert_eq!(environment.servo(&["validate", "--name", "two"]).code, 0);
    let ran = environment.servo(&["validate", "--name", "zz"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    for part in ["no servo was found named \"zz\"", "`one`, `two`"] {
        assert!(ran.stderr.contains(part), "no {part:?} in:\n{}", ran.stderr);
    }
    assert_eq!(Environment::with(BROKEN).servo(&["validate", "--name", "zz"]).code, 78);
}

#[test]
fn a_file_that_is_not_utf_8_is_marked_at_its_first_bad_byte() {
    let environment = Environment::new();
    std::fs::write(environment.path().join("servo.yaml"), b"name: shop\ndescription: caf\xe9\n").unwrap();
    for command in ["validate", "list", "run"] {
        let ran = environment.servo(&[command]);
        assert_eq!(ran.code, 78, "{command}: {}", ran.stderr);
        for part in ["the byte 0xe9 is not UTF-8", "servo.yaml:2:17", "save the file as UTF-8"] {
            assert!(ran.stderr.contains(part), "{command}: no {part:?} in:\n{}", ran.stderr);
        }
    }
}

#[test]
fn connectors_may_be_called_as_in_a_configuration() {
    let environment = Environment::with(&shop("shop"));
    for name in ["EmulatorConnector", "servo.connectors.emulator.EmulatorConnector"] {
        let aliased = format!("emulator:{name}");
        assert_eq!(environment.servo(&["validate", name]).code, 0, "{name}");
        assert_eq!(environment.servo(&["validate", &aliased]).code, 0, "{name}");
        for (arguments, part) in [
            (vec!["version", name, "--short"], "emulator v"),
            (vec!["schema", name], "\"title\": \"emulator\""),
            (vec!["generate", name, "--file", "-"], "\nconnectors: [emulator]\n"),
            (vec!["generate", "other:EmulatorConnector", "--file", "-"], "\n  other: emulator\n"),
        ] {
            let ran = environment.servo(&arguments);
            assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
            assert!(ran.stdout.contains(part), "{arguments:?}: no {part:?} in:\n{}", ran.stdout);
        }
    }
    assert_eq!(environment.servo(&["version", "NopeConnector"]).code, 2);
}

#[test]
fn every_example_is_valid() {
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let environment = Environment::with(&shop("shop"));
    let mut count = 0;
    for entry in std::fs::read_dir(examples).unwrap() {
        let folder = entry.unwrap().path();
        // Those with a crate of their own connectors have a program of their own.
        let has_own_program = ["checks", "out-of-tree"].iter().any(|name| folder.ends_with(name));
        let file = folder.join("servo.yaml");
        if has_own_program || !file.is_file() {
            continue;
        }
        let ran = environment.servo(&["-c", file.to_str().unwrap(), "validate", "--quiet"]);
        assert_eq!(ran.code, 0, "{}: {}", file.display(), ran.stderr);
        count += 1;
    }
    assert!(count >= 8, "{count} examples");
}
