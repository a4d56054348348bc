//! Variables that stand for keys of a document.

use serde_json::json;

use super::*;

#[test]
fn the_environment_wins_over_the_document_and_the_command_line_over_both() {
    let text = "name: a\nmode: observe\nrestore: never\nchange_rate: 6\n";
    let variables = [("SERVO_MODE", "recommend"), ("SERVO_RESTORE", "trial")];
    let document = document(text, &variables, &["--set mode=auto"]);
    for (key, value, origin) in [
        ("name", json!("a"), Origin::Document),
        ("change_rate", json!(6), Origin::Document),
        ("restore", json!("trial"), variable("SERVO_RESTORE")),
        ("mode", json!("auto"), Origin::Option("--set mode".to_owned())),
    ] {
        assert_eq!((get(&document, key), document.origin(&path(key))), (value, origin), "{key}");
    }
    assert_eq!(document.origin(&path("windows")), Origin::Default);
    assert_eq!(
        document.index().keys(&Path::root()).collect::<Vec<_>>(),
        ["name", "mode", "restore", "change_rate"]
    );
}

#[test]
fn keys_that_the_document_lacks_come_behind_its_own_in_the_order_of_their_variable() {
    let text = "zeta: {}\noptimizer: {embedded: {}}\nalpha: {}\n";
    let variables = [("SERVO_CONNECTORS", r#"{"zeta": "emulator", "alpha": "replay"}"#), ("SERVO_NAME", "7")];
    let (document, servo) = read(text, &layers(&variables, &[])).unwrap().remove(0);
    let names: Vec<_> = servo.connectors.iter().map(|connector| connector.name.as_str()).collect();
    assert_eq!(names, ["zeta", "alpha"]);
    assert_eq!(servo.name.as_deref(), Some("7"));
    let keys: Vec<_> = document.index().keys(&Path::root()).collect();
    assert_eq!(keys, ["zeta", "optimizer", "alpha", "connectors", "name"]);
    assert_eq!(document.origin(&path("connectors.alpha")), variable("SERVO_CONNECTORS"));
}

#[test]
fn connectors_are_chosen_as_a_whole() {
    let text =
        "connectors: {first: emulator, second: emulator}\nfirst: {}\nsecond: {}\nemulator: {}\nreplay: {}\n";
    let names = |value: &str| {
        let read = read(text, &layers(&[("SERVO_CONNECTORS", value)], &[]));
        read.map(|mut read| {
            read.remove(0).1.connectors.into_iter().map(|section| section.name).collect::<Vec<_>>()
        })
    };
    assert_eq!(names("[]").unwrap(), [""; 0]);
    assert_eq!(names("[emulator, ReplayConnector]").unwrap(), ["emulator", "replay"]);
    assert_eq!(names("{second: replay}").unwrap(), ["second"]);
    let wrong = names("emulator").unwrap_err().render_plain();
    let expected = "servo.yaml: the variable SERVO_CONNECTORS: expected a list or a mapping of connectors (at connectors)";
    assert!(wrong.starts_with(expected), "{wrong}");
    let wrong = names("[emulator, nope]").unwrap_err().render_plain();
    let expected =
        "the variable SERVO_CONNECTORS: no connector found for the identifier `nope` (at connectors[1])";
    assert!(wrong.contains(expected), "{wrong}");
}

#[test]
fn a_section_is_given_as_a_whole_or_key_by_key() {
    let text = "my-app: {rate: 1, load: {a: 1, b: 1}}\nconnectors: {my-app: emulator}\n";
    let variables = [
        ("SERVO_MY_APP", r#"{"load": {"b": 2}, "more": [1.50]}"#),
        ("SERVO_MY_APP_RATE", "9007199254740993"),
        ("SERVO_MY_APP_TOKEN", "12345678"),
        ("SERVO_REPLAY_SPEED", "5"),
        ("SERVO_MY_APP_", "x"),
    ];
    let document = document(text, &variables, &[]);
    let expected = json!({
        "rate": 9_007_199_254_740_993_u64, "load": {"a": 1, "b": 2}, "more": [1.5], "token": "12345678",
    });
    assert_eq!(get(&document, "my-app"), expected);
    for (key, origin) in [
        ("my-app", Origin::Document),
        ("my-app.load", Origin::Document),
        ("my-app.load.a", Origin::Document),
        ("my-app.load.b", variable("SERVO_MY_APP")),
        ("my-app.more[0]", variable("SERVO_MY_APP")),
        ("my-app.rate", variable("SERVO_MY_APP_RATE")),
    ] {
        assert_eq!(document.origin(&path(key)), origin, "{key}");
    }
    assert_eq!(document.value().get("replay"), None, "a key alone makes no section");
}

#[test]
fn a_section_of_a_variable_makes_its_connector_active() {
    let variables = [("SERVO_EMULATOR", "{}"), ("SERVO_EMULATOR_SPEED", "3")];
    let (document, servo) = read("name: a", &layers(&variables, &[])).unwrap().remove(0);
    assert_eq!(servo.connectors[0].name, "emulator");
    assert_eq!(get(&document, "emulator.speed"), json!(3));
}

#[test]
fn settings_and_checks_have_beginnings_of_their_own() {
    let variables = [
        ("COMMON_TIMEOUTS", r#"{"read": "5s"}"#),
        ("COMMON_SSL_VERIFY", "False"),
        ("CHECKS_PROGRESSIVE", "False"),
        ("CHECKS_HALT_ON", "warning"),
        ("CHECKS_OTHER", "x"),
        ("SERVO_NO_DIAGNOSTICS", "0"),
        ("SERVO_CHECKS", r#"{"quiet": true}"#),
    ];
    let document = document("settings: {timeouts: {connect: 1s}}", &variables, &[]);
    let settings = json!({"timeouts": {"connect": "1s", "read": "5s"}, "ssl_verify": false});
    assert_eq!(get(&document, "settings"), settings);
    let checks = json!({"progressive": false, "halt_on": "warning", "quiet": true});
    assert_eq!(get(&document, "checks"), checks);
    assert_eq!(get(&document, "no_diagnostics"), json!(false));
}

#[test]
fn variables_of_the_program_and_of_a_cluster_are_no_keys() {
    let variables = [
        ("SERVO_CONFIG_FILE", "x"),
        ("SERVO_LOG_LEVEL", "x"),
        ("SERVO_BANNER_FONT", "x"),
        ("SERVO_SERVICE_HOST", "10.0.0.1"),
        ("SERVO_PORT", "tcp://10.0.0.1:80"),
        ("SERVO_ENV", "x"),
        ("SERVO_MODE", ""),
    ];
    assert_eq!(document("name: a", &variables, &[]).value(), &json!({"name": "a"}));
}

#[test]
fn what_is_wrong_names_the_variable_and_shows_no_place() {
    let expected = "\
servo.yaml: the variable SERVO_MODE: unknown value `atuo` (at mode)
  help: did you mean `auto`? valid values: observe, recommend, auto";
    assert_eq!(told("name: a\nmode: observe", &[("SERVO_MODE", "atuo")], &[]), expected);
    let wrong = read("name: a", &layers(&[("SERVO_MODE", "atuo")], &[])).unwrap_err();
    let diagnostic = &wrong.diagnostics()[0];
    assert_eq!((diagnostic.position(), diagnostic.origin()), (None, &variable("SERVO_MODE")));
    assert!(miette::Diagnostic::labels(diagnostic).is_none());
    let json = serde_json::to_value(&wrong).unwrap();
    assert_eq!((&json[0]["line"], &json[0]["origin"]), (&Value::Null, &json!("the variable SERVO_MODE")));

    let expected = "\
servo.yaml: the variable SERVO_SETTINGS: it is neither JSON nor a YAML value at line 1, column 14 (at settings)
  help: write JSON, or a YAML value on one line; put text that begins with a bracket or a quotation mark in quotes";
    let told_of = told("name: a", &[("SERVO_SETTINGS", "{\"canary\": }}")], &[]);
    assert_eq!(told_of.split(" at line").next(), expected.split(" at line").next(), "{told_of}");
    assert!(!told_of.contains("canary"), "{told_of}");
    let wrong = told("name: a", &[("SERVO_CHECKS", r#"{"quite": true, "wait": "soon"}"#)], &[]);
    assert!(wrong.contains("the variable SERVO_CHECKS: unknown key `quite` (at checks.quite)"), "{wrong}");
    assert!(wrong.contains("(at checks.wait)"), "{wrong}");
}

#[test]
fn a_file_of_variables_is_named() {
    let mut layers = layers(&[], &[]);
    let file = [("SERVO_MODE".to_owned(), "x".to_owned())];
    layers.environment = layers.environment.over_file("conf/.env", file);
    let wrong = read("name: a", &layers).unwrap_err().render_plain();
    assert!(
        wrong.starts_with("servo.yaml: the variable SERVO_MODE of conf/.env: unknown value `x`"),
        "{wrong}"
    );
}

#[test]
fn secrets_of_variables_are_in_no_message() {
    const CANARY: &str = "canary-5f2c9e71";
    let sections = [
        ("SERVO_OPTIMIZER", format!("{{\"id\": \"x\", \"tokn\": \"{CANARY}\"}}")),
        ("SERVO_EMULATOR", format!("{{\"password\": \"{CANARY}\", \"b\": \"{CANARY}\"}}")),
        ("OPSANI_TOKEN", CANARY.to_owned()),
    ];
    for text in ["mode: x", "emulater: {}", "optimizer: {id: dev.opsani.com/shop}\nmode: canary-5f2c9e71"] {
        for (name, value) in &sections {
            let layers = layers(
                &[(name, value), ("SERVO_MODE", CANARY)],
                &["--token optimizer.token=canary-5f2c9e71"],
            );
            let Err(wrong) = read(text, &layers) else { panic!("nothing is wrong") };
            let shown =
                format!("{wrong:?} {} {}", wrong.render_plain(), serde_json::to_string(&wrong).unwrap());
            assert!(!shown.contains(CANARY), "{shown}");
        }
    }
}
