//! `servo config`: the configuration that is in force, in every form, and without secrets.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::environment::Environment;
use crate::studies::{json, shop};

const TOKEN: &str = "canary-5f2c9e71";

/// A servo of a remote optimizer, with a token and a proxy's password.
fn remote(name: &str) -> String {
    let application = shop(name);
    let application = application.split_once("emulator:").unwrap().1;
    format!(
        "name: {name}\noptimizer:\n  id: example.com/{name}\n  token: {TOKEN}\nsettings:\n  proxies:\n    \
         all://: http://me:{TOKEN}@proxy.invalid:3128\nemulator:{application}"
    )
}

#[test]
fn the_configuration_comes_back_in_the_order_of_its_file() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["config"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let keys: Vec<&str> = ran.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(keys, ["name: shop", "mode: auto", "optimizer:", "emulator:"]);
    assert!(ran.stdout.contains("        cpu:\n          min: 500m\n          max: 4\n"), "{}", ran.stdout);
    environment.write("again.yaml", &ran.stdout);
    assert_eq!(environment.servo(&["-c", "again.yaml", "config"]).stdout, ran.stdout);
    let [first, again] = ["servo.yaml", "again.yaml"]
        .map(|file| json(&environment.servo(&["-c", file, "config", "--format", "json"])));
    assert_eq!(first, again);
    assert!(!environment.path().join(".servo").exists());
}

#[test]
fn keys_narrow_what_is_shown() {
    let environment = Environment::with(&shop("shop"));
    assert_eq!(environment.servo(&["config", "name", "mode"]).stdout, "name: shop\nmode: auto\n");
    let ran = environment.servo(&["config", "optimizer.embedded.budget", "-f", "text"]);
    assert_eq!(ran.stdout, "optimizer.embedded.budget.trials = 8\n");
    let ran = environment.servo(&["config", "nme"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("no key 'nme'") && ran.stderr.contains("emulator, mode, name"),
        "{}",
        ran.stderr
    );
}

#[test]
fn several_servos_are_documents_or_an_array() {
    let environment = Environment::with(&format!("{}---\n{}", shop("one"), shop("two")));
    assert_eq!(environment.servo(&["config", "name"]).stdout, "name: one\n---\nname: two\n");
    let both = environment.servo(&["config", "name", "-f", "json"]);
    assert_eq!(json(&both), json!([{"name": "one"}, {"name": "two"}]));
    assert_eq!(
        json(&environment.servo(&["-n", "two", "config", "name", "-f", "json"])),
        json!({"name": "two"})
    );
    let ran = environment.servo(&["config", "name", "-f", "text"]);
    assert_eq!(ran.stdout, "one\nname = one\n\ntwo\nname = two\n");
}

#[test]
fn secrets_are_shown_only_where_that_is_asked_for() {
    let environment = Environment::with(&remote("shop"));
    for form in ["yaml", "json", "text", "configmap"] {
        for sources in [&[][..], &["--sources"]] {
            let ran = environment.servo(&[&["config", "--format", form], sources].concat());
            assert!(!ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN), "{form}: {}", ran.stdout);
            assert!(
                ran.code == 2 || form == "configmap" || ran.stdout.contains("********"),
                "{form}: {}",
                ran.stdout
            );
        }
        let ran = environment.servo(&["config", "--format", form, "--show-secrets"]);
        assert!(ran.stdout.contains(TOKEN), "{form}: {}", ran.stdout);
    }
    let ran = environment.servo(&["config", "--show-secrets", "--output", "whole.yaml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    let mode = std::fs::metadata(environment.path().join("whole.yaml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn every_value_has_a_source() {
    let environment = Environment::with(&shop("shop"));
    let ran = environment.servo(&["config", "--sources"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows: Vec<Vec<&str>> = ran.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["KEY", "VALUE", "SOURCE"]);
    assert_eq!(rows[1], ["name", "shop", "servo.yaml:1:7"]);
    assert_eq!(rows[2], ["mode", "auto", "servo.yaml:2:7"]);
    assert!(rows.contains(&vec!["restore", "trial", "the", "default"]), "{}", ran.stdout);
    assert!(rows.contains(&vec!["state_dir", ".servo", "the", "default"]), "{}", ran.stdout);
    let modes = rows.iter().filter(|row| row[0] == "mode").count();
    assert_eq!(modes, 1, "what is written has no default");
    let values = json(&environment.servo(&["config", "mode", "--sources", "-f", "json"]));
    let expected = json!([{"key": "mode", "value": "auto", "source": "servo.yaml:2:7"}]);
    assert_eq!(values, json!({"servos": [{"name": "shop", "values": expected}]}));
}

#[test]
fn defaults_of_sections_have_their_source_too_and_can_be_asked_for() {
    let environment = Environment::with(&shop("shop").replace("mode: auto\n", ""));
    let sources = |keys: &[&str]| environment.servo(&[&["config", "--sources"], keys].concat());
    let all = sources(&[]).stdout;
    for row in [
        "emulator.rollout 20s the default",
        "optimizer.embedded.repeats 3 the default",
        "emulator.components.web.settings.cpu.pinned false the default",
        "mode recommend the default",
    ] {
        let rows: Vec<String> =
            all.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(rows.iter().any(|it| it == row), "no {row:?} in:\n{all}");
    }
    assert!(!all.contains("emulator.speed  1 "), "what is written has no default: {all}");
    let ran = sources(&["mode"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 2), "{}{}", ran.stdout, ran.stderr);
    assert!(sources(&["optimizer.embedded.pricing"]).stdout.lines().count() == 3);
    let remote = Environment::with(&remote("shop"));
    let ran = remote.servo(&["config", "settings.backoff", "--sources"]);
    assert!(ran.stdout.contains("settings.backoff.connect.max_time"), "{}{}", ran.stdout, ran.stderr);
    let ran = environment.servo(&["config", "mode"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("its default counts, which --sources shows"), "{}", ran.stderr);
    assert_eq!(sources(&["nope"]).code, 2);
}

#[test]
fn a_config_map_refers_to_the_secret_that_it_describes() {
    let environment = Environment::with(&remote("shop"));
    let ran = environment.servo(&["config", "--format", "configmap"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for part in [
        "kind: ConfigMap",
        "kind: Secret",
        "OPSANI_TOKEN: REPLACE_ME",
        "COMMON_PROXIES: REPLACE_ME",
        "secretRef",
    ] {
        assert!(ran.stdout.contains(part), "no {part:?} in:\n{}", ran.stdout);
    }
    let data = ran.stdout.split_once("servo.yaml: |\n").unwrap().1.split_once("\n---\n").unwrap().0;
    let data: Vec<&str> = data.lines().map(|line| line.get(4..).unwrap_or_default()).collect();
    let data = data.join("\n") + "\n";
    environment.write("deployed.yaml", &data);
    let valid =
        environment.command(&["validate", "-f", "deployed.yaml"]).env("OPSANI_TOKEN", "x").output().unwrap();
    assert!(valid.status.success(), "{data}\n{}", String::from_utf8_lossy(&valid.stderr));
    assert_eq!(environment.servo(&["config", "name", "--format", "configmap"]).code, 2);
}

#[test]
fn an_invalid_configuration_is_not_shown() {
    let ran = Environment::with("name: shop\nnmae: x\n").servo(&["config"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (78, ""));
    assert!(ran.stderr.contains("unknown key `nmae`"), "{}", ran.stderr);
}

#[test]
fn the_configuration_itself_is_not_overwritten() {
    let text = "name: shop # a comment\noptimizer: {id: example.com/shop, token: canary}\n";
    let environment = Environment::with(text);
    for output in ["servo.yaml", "./servo.yaml"] {
        let ran = environment.servo(&["config", "--output", output]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
    }
    assert_eq!(std::fs::read_to_string(environment.path().join("servo.yaml")).unwrap(), text);
}
