//! Remote optimizers: what is built of a document and the environment, and what is told where that cannot work.

use std::path::Path;

use servo_core::{Class, Error};
use servo_runtime::assembly::Assembly;

use crate::fixture::{assemble, assemble_in};

const CANARY: &str = "canary-5f2c9e71";

fn names(assembly: &Assembly) -> Vec<(&str, bool)> {
    assembly.servos().iter().map(|servo| (servo.name(), servo.is_remote())).collect()
}

/// What is told of a text in an environment, without its help.
fn told(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let told = assemble_in(text, variables).expect_err("the text is wrong");
    assert!(!told.contains(CANARY), "{told}");
    told.lines().filter(|line| !line.starts_with("  ")).map(str::to_owned).collect()
}

#[test]
fn the_optimizers_id_is_the_name_of_a_servo_that_has_none() {
    let text = format!(
        "optimizer: {{id: dev.opsani.com/shop, token: {CANARY}}}\nnote: {{number: 1}}\n---\n\
         name: named\noptimizer: {{optimizer_id: a/b=, connection_file: x}}\n---\n\
         optimizer: {{optimizer_id: a/b=, connection_file: x}}\n"
    );
    let assembly = assemble(&text).unwrap();
    assert_eq!(names(&assembly), [("dev.opsani.com_shop", true), ("named", true), ("a_b=", true)]);
    assert_eq!(assembly.servos()[0].state_dir(), Path::new("conf/.servo/dev.opsani.com_shop"));
    for servo in assembly.servos() {
        servo.optimizer().unwrap();
    }
    assert!(!format!("{assembly:?} {assembly:#?}").contains(CANARY));
}

#[test]
fn a_name_that_an_id_gives_is_taken_once() {
    let text = "\
optimizer: {id: dev.opsani.com/a_b, token: t}
---
name: dev.opsani.com_a_b
optimizer: {scripted: {}}
---
optimizer: {id: dev.opsani.com/a_b, token: t}
";
    let expected = [
        "servo.yaml:1:1: the name that the id of the optimizer gives, `dev.opsani.com_a_b`, is taken (at optimizer)",
        "servo.yaml:6:1: the name that the id of the optimizer gives, `dev.opsani.com_a_b`, is taken (at optimizer)",
    ];
    assert_eq!(told(text, &[]), expected);
}

#[test]
fn the_environment_names_an_optimizer_where_the_document_does_not() {
    let opsani = [("OPSANI_OPTIMIZER", "dev.opsani.com/shop"), ("OPSANI_TOKEN", CANARY)];
    let appdynamics =
        [("APPD_OPTIMIZER_ID", "abc"), ("APPD_CONNECTION_FILE", "x"), ("OPSANI_OPTIMIZER", "unused")];
    for text in ["note: {number: 1}", "optimizer: {}", "optimizer:"] {
        assert_eq!(names(&assemble_in(text, &opsani).unwrap()), [("dev.opsani.com_shop", true)]);
        assert_eq!(names(&assemble_in(text, &appdynamics).unwrap()), [("abc", true)]);
    }
    let text = "optimizer: {scripted: {}}";
    assert_eq!(names(&assemble_in(text, &opsani).unwrap()), [("servo", false)]);
    assert_eq!(names(&assemble_in("note: {number: 1}", &[]).unwrap()), [("servo", false)]);
    let expected = ["servo.yaml:1:1: `optimizer` names no optimizer (at optimizer)"];
    assert_eq!(told("optimizer: {}", &[]), expected);
}

#[test]
fn the_environment_wins_over_what_is_written() {
    let text = "optimizer: {id: dev.opsani.com/written, token_file: x}";
    let variables = [("OPSANI_OPTIMIZER", "dev.opsani.com/shop"), ("OPSANI_TOKEN", CANARY)];
    let assembly = assemble_in(text, &variables).unwrap();
    assert_eq!(names(&assembly), [("dev.opsani.com_shop", true)]);
    assert!(!format!("{assembly:?} {assembly:#?}").contains(CANARY));
}

#[test]
fn the_environment_of_the_process_is_not_that_of_several_optimizers() {
    let text = "\
name: one
optimizer: {id: dev.opsani.com/one}
---
optimizer:
  id: dev.opsani.com/two
---
optimizer: {}
---
name: other
optimizer: {scripted: {}}
";
    let variables = [("OPSANI_OPTIMIZER", "dev.opsani.com/env"), ("OPSANI_TOKEN_FILE", "x")];
    let wrong = assemble_in(text, &variables).unwrap_err();
    let servos = "3 servos of this file: `one`, the document at line 4, the document at line 7";
    let help = |name: &str| {
        format!(
            "  help: name it for one servo, such as {name}__ONE, or give each document a value of its own and unset it; where only one servo is meant, select it with --name"
        )
    };
    let expected = ["OPSANI_OPTIMIZER", "OPSANI_TOKEN_FILE"].map(|name| {
        let what =
            format!("servo.yaml: the variable {name}: it would count for each of {servos} (at optimizer)");
        format!("{what}\n{}", help(name))
    });
    assert_eq!(wrong, expected.join("\n"), "told was:\n{wrong}\n");

    let named =
        [("OPSANI_TOKEN__ONE", "a"), ("OPSANI_TOKEN__TWO", "b"), ("OPSANI_BASE_URL", "https://example.com")];
    let text = "\
name: one
optimizer: {id: dev.opsani.com/one}
---
name: two
optimizer: {id: dev.opsani.com/two}
";
    assert_eq!(assemble_in(text, &named).unwrap().servos().len(), 2);
    assert_eq!(told(text, &named[1..]), ["servo.yaml:2:1: missing key `token` (at optimizer)"]);
}

#[test]
fn what_is_wrong_with_account_and_settings_is_told_together_at_its_place() {
    let text = format!(
        "\
optimizer:
  id: shop
  tokn: {CANARY}
  base_url: https://user:{CANARY}@example.com
settings:
  backoff:
    mesurement: {{max_tries: 1}}
  proxies:
    https://example.com: ftp://{CANARY}:{CANARY}@proxy
  timeouts: {{read: 0}}
  ssl_verify: [a]
note: {{number: 12}}
"
    );
    let expected = "\
servo.yaml:2:7: `shop` is not the id of an optimizer (at optimizer.id)
  help: write `organization/name`: 5 to 50 letters, digits, `-` and `.`, the first of them no `-`; then 1 to 64 letters, digits, `_`, `-` and `.`
servo.yaml:3:3: unknown key `tokn` (at optimizer.tokn)
  help: did you mean `token`? valid keys: id, token, token_file, base_url, url
servo.yaml:4:13: the URL holds a user or a password (at optimizer.base_url)
  help: remove them, up to the `@`: a token or client credentials say who asks
servo.yaml:7:5: unknown key `mesurement` (at settings.backoff.mesurement)
  help: did you mean `measurement`? valid keys: __default__, connect, whats_next, description, measurement, adjustment, progress, goodbye, diagnostics
";
    let wrong = assemble(&text).unwrap_err();
    assert!(wrong.starts_with(expected), "told was:\n{wrong}\n");
    for (place, key) in [
        ("9:26", "settings.proxies.\"https://example.com\""),
        ("10:20", "settings.timeouts.read"),
        ("11:15", "settings.ssl_verify"),
        ("12:16", "note.number"),
    ] {
        assert!(
            wrong.contains(&format!("servo.yaml:{place}: ")) && wrong.contains(&format!("(at {key})")),
            "{wrong}"
        );
    }
    assert!(!wrong.contains(CANARY), "{wrong}");
}

#[test]
fn what_is_missing_is_told_with_key_and_variable() {
    let expected = "\
servo.yaml:1:1: missing key `id` (at optimizer)
  help: add `id: organization/name` under `optimizer`, or set the variable OPSANI_OPTIMIZER";
    assert_eq!(assemble("optimizer: {token: t}").unwrap_err(), expected);
    let expected = "\
servo.yaml:2:1: missing key `token` (at optimizer)
  help: add `token:`, or `token_file:` with the path of a file that holds it, under `optimizer`, or set the variable OPSANI_TOKEN or OPSANI_TOKEN_FILE";
    assert_eq!(assemble("name: a\noptimizer: {id: dev.opsani.com/shop}").unwrap_err(), expected);
    let told = told("name: a", &[("OPSANI_OPTIMIZER", "dev.opsani.com/shop")]);
    assert_eq!(told, ["servo.yaml: the variable OPSANI_OPTIMIZER: missing key `token` (at optimizer)"]);
}

#[test]
fn no_token_goes_over_plain_http_unless_that_is_asked_for() {
    let text = "name: a\noptimizer:\n  id: dev.opsani.com/shop\n  token: t\n";
    let plain = format!("{text}  base_url: http://example.com\n");
    let expected = "\
servo.yaml:5:13: the token would be sent to `example.com` over plain http, for others to read (at optimizer.base_url)
  help: write an `https://` URL; where the whole way is trusted, set `settings.allow_plain_http: true`";
    assert_eq!(assemble(&plain).unwrap_err(), expected);
    assemble(&format!("{plain}settings: {{allow_plain_http: true}}\n")).unwrap();

    let local = format!("{text}  url: http://127.0.0.1:8080/x\n");
    assemble(&local).unwrap();
    let expected = [
        "servo.yaml:5:8: the token would be sent to `127.0.0.1` over plain http, through a proxy, for others to read (at optimizer.url)",
    ];
    assert_eq!(told(&local, &[("http_proxy", "http://proxy:3128")]), expected);

    let expected = [
        "servo.yaml: the variable OPSANI_URL: the token would be sent to `example.com` over plain http, for others to read (at optimizer.url)",
    ];
    assert_eq!(told(text, &[("OPSANI_URL", "http://example.com")]), expected);

    let client = "\
optimizer: {optimizer_id: a, client_id: c, client_secret: s, url: 'https://a/', token_url: 'http://b/'}
";
    let expected = [
        "servo.yaml:1:92: the client's secret would be sent to `b` over plain http, for others to read (at optimizer.token_url)",
    ];
    assert_eq!(told(client, &[]), expected);
}

#[test]
fn settings_are_checked_where_no_optimizer_is_remote() {
    let expected = ["servo.yaml:2:12: unknown key `ssl_verfy` (at settings.ssl_verfy)"];
    assert_eq!(told("optimizer: {scripted: {}}\nsettings: {ssl_verfy: true}\n", &[]), expected);
    let broken = [("HTTPS_PROXY", "ftp://proxy")];
    assert!(assemble_in("optimizer: {scripted: {}}", &broken).is_ok());
    let remote = "optimizer: {id: dev.opsani.com/shop, token: t}";
    assert!(told(remote, &broken)[0].contains("HTTPS_PROXY"));
}

#[test]
fn errors_that_name_settings_are_told_at_the_root() {
    let text = "optimizer: {id: dev.opsani.com/shop, token: t}\nsettings: {ssl_verify: ca.pem}\n";
    let (source, servos) = assemble(text).unwrap().into_parts();
    let explain = |key: &str| {
        let error = Error::new(Class::Configuration, "wrong").at(key);
        servos[0].explain(&source, &error).map(|told| told.render_plain())
    };
    let expected = "servo.yaml:2:24: wrong (at settings.ssl_verify)";
    assert_eq!(explain("settings.ssl_verify").as_deref(), Some(expected));
    assert_eq!(explain("token").as_deref(), Some("servo.yaml:1:45: wrong (at optimizer.token)"));
    assert_eq!(explain("connection_file").as_deref(), Some("servo.yaml:1:1: wrong (at optimizer)"));
}

#[test]
fn errors_of_what_a_variable_says_name_it_also_while_running() {
    let text = "optimizer: {id: dev.opsani.com/shop, token: t}\nnote: {number: 1}\n";
    let variables = [("OPSANI_TOKEN_FILE", "x"), ("SERVO_NOTE_NUMBER", "2")];
    let (source, servos) = assemble_in(text, &variables).unwrap().into_parts();
    let error = Error::new(Class::Configuration, "cannot be read").at("token_file");
    let told = servos[0].explain(&source, &error).map(|told| told.render_plain());
    let expected = "servo.yaml: the variable OPSANI_TOKEN_FILE: cannot be read (at optimizer.token_file)";
    assert_eq!(told.as_deref(), Some(expected));
}

#[test]
fn variables_of_a_connector_are_typed_and_those_of_a_cluster_passed_over() {
    let variables = [("SERVO_NOTE_PORT", "tcp://10.0.0.1:80"), ("SERVO_NOTE_SERVICE_HOST", "10.0.0.1")];
    assemble_in("note: {number: 1}", &variables).unwrap();
    let wrong = [("SERVO_NOTE_NUMBER", "12"), ("SERVO_NOTE_PORT", "x")];
    assert_eq!(
        told("note: {number: 1}", &wrong),
        ["servo.yaml: the variable SERVO_NOTE_NUMBER: the number is above 9 (at note.number)"]
    );
    let whole = [("SERVO_NOTE", r#"{"port": 1}"#)];
    assert_eq!(
        told("note: {number: 1}", &whole),
        ["servo.yaml: the variable SERVO_NOTE: unknown key `port` (at note.port)"]
    );
}

#[tokio::test]
async fn what_the_process_tells_of_its_system_is_in_each_servos_telemetry() {
    let text = "optimizer: {id: dev.opsani.com/shop, token: t}";
    let assembly = assemble(text).unwrap();
    let telemetry = assembly.servos()[0].servo().bus().host().telemetry().snapshot();
    assert_eq!(telemetry.get("servox.version").map(String::as_str), Some("1.2.3"));
}

#[test]
fn deployed_files_lack_nothing_but_connectors() {
    for text in [
        include_str!("configs/generate-append.servox.yaml"),
        include_str!("configs/generate-defaults.servox.yaml"),
        include_str!("configs/generate-name.servox.yaml"),
        include_str!("configs/generate-scripts.servox.yaml"),
        include_str!("configs/generate-standalone.servox.yaml"),
        include_str!("configs/generate-vegeta.servox.yaml"),
        include_str!("configs/generate-wait.servox.yaml"),
    ] {
        for line in told(text, &[]) {
            // These connectors are there, and not in this program.
            let is_there =
                ["`prometheus`", "`scripts`", "`vegeta`", "`wait`"].iter().any(|name| line.contains(name));
            assert!(line.contains("is planned") || is_there, "{line}");
        }
    }
}
