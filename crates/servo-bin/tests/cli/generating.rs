//! `servo generate`: what it writes is valid and runs, and what is there is not lost.

use std::fs;

use servo_bin as _;
use servo_core::registry::Registry;
use servo_runtime::assembly::{Assembly, Options};
use servo_runtime::config::Source;

use crate::environment::{Environment, Ran};

/// Asserts that a text is a valid configuration, and gives the names of its servos.
fn servos(text: &str) -> Vec<String> {
    let registry = Registry::collect().unwrap();
    let assembly = Assembly::build(Source::new("servo.yaml", text), &registry, &Options::default());
    let assembly = assembly.unwrap_or_else(|wrong| panic!("{}\n{text}", wrong.render_plain()));
    assembly.servos().iter().map(|servo| servo.name().to_owned()).collect()
}

fn read(environment: &Environment) -> String {
    fs::read_to_string(environment.path().join("servo.yaml")).unwrap()
}

fn done(ran: &Ran) {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

fn refused(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    for part in parts {
        assert!(ran.stderr.contains(part), "no {part:?} in:\n{}", ran.stderr);
    }
}

#[test]
fn every_connector_has_a_file_that_is_valid_in_every_form() {
    let registry = Registry::collect().unwrap();
    assert!(!registry.connectors().is_empty());
    for descriptor in registry.connectors() {
        let key = descriptor.key;
        let alias = format!("other-{key}:{key}");
        for arguments in [
            &[key][..],
            &[&alias],
            &[key, "--defaults"],
            &[key, "--standalone"],
            &[key, &alias, "--name", "shop"],
        ] {
            let environment = Environment::new();
            let ran = environment.servo(&[&["generate"], arguments].concat());
            done(&ran);
            assert_eq!(ran.stderr, "Generated servo.yaml\n");
            assert_eq!(ran.stdout, read(&environment), "{arguments:?}");
            assert_eq!(servos(&ran.stdout).len(), 1);
            let held = ran.stdout.contains("\nconnectors:");
            assert_eq!(held, !arguments.contains(&"--standalone"), "{}", ran.stdout);
        }
    }
}

#[test]
fn without_names_every_connector_is_in_the_file() {
    let environment = Environment::new();
    done(&environment.servo(&["generate", "--quiet"]));
    let text = read(&environment);
    assert!(!text.contains("\nconnectors:"), "{text}");
    for descriptor in Registry::collect().unwrap().connectors() {
        assert!(text.contains(&format!("\n{}:", descriptor.key)), "{text}");
    }
    servos(&text);
}

#[test]
fn comments_of_the_examples_and_reasons_are_in_the_file() {
    let environment = Environment::new();
    let text = environment.servo(&["generate", "emulator", "-f", "-"]).stdout;
    for part in
        ["mode: auto\n", "# Trials change", "connectors: [emulator]\n", "\n  embedded:\n", "\n    slo: "]
    {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
    assert_eq!(fs::read_dir(environment.path()).unwrap().count(), 0, "nothing is written");
    let both = environment.servo(&["generate", "one:emulator", "two:emulator", "-f", "-"]).stdout;
    assert!(both.contains("connectors:\n  one: emulator\n  two: emulator\n"), "{both}");
    assert!(both.contains("\n    web:\n") && both.contains("\n    two-web:\n"), "no setting twice: {both}");
}

#[test]
fn defaults_are_lines_of_their_own() {
    let environment = Environment::new();
    let plain = environment.servo(&["generate", "emulator", "-f", "-"]).stdout;
    let full = environment.servo(&["generate", "emulator", "-f", "-", "--defaults"]).stdout;
    assert!(!plain.contains("rollout:") && full.contains("\n  rollout: 20s\n"), "{full}");
    assert_eq!(servos(&full), servos(&plain));
}

#[test]
fn presets_are_written_in_place_of_the_example_with_their_objectives() {
    let environment = Environment::new();
    let generated = |presets: &[&str]| {
        let presets = presets.iter().flat_map(|preset| ["--preset", preset]);
        let arguments: Vec<&str> = ["generate", "prometheus", "-f", "-"].into_iter().chain(presets).collect();
        let ran = environment.servo(&arguments);
        done(&ran);
        servos(&ran.stdout);
        ran.stdout
    };
    let one = generated(&["envoy"]);
    for part in [
        "\n  base_url: http://",
        "\n  - name: envoy_p95_latency\n",
        "# Objective: {metric: envoy_error_rate, ",
    ] {
        assert!(one.contains(part), "no {part:?} in:\n{one}");
    }
    assert!(!one.contains("http_requests_total"), "the example's metrics are gone: {one}");
    let registry = Registry::collect().unwrap();
    let all: Vec<&str> =
        registry.connector("prometheus").unwrap().presets.iter().map(|preset| preset.name).collect();
    assert!(all.len() > 7, "{all:?}");
    let every = generated(&all);
    assert!(every.contains("envoy_p95_latency") && every.contains("jvm_heap_after_gc"), "{every}");
    assert_eq!(every.matches("\n  metrics:\n").count(), 1, "{every}");
    assert_eq!(generated(&["envoy", "envoy"]), one);
}

#[test]
fn a_preset_that_is_none_is_answered_with_those_that_there_are() {
    let environment = Environment::new();
    let ran = environment.servo(&["generate", "prometheus", "--preset", "list"]);
    refused(&ran, &["no preset is called `list`", "prometheus envoy: Latency", "prometheus oom-kills: "]);
    let ran = environment.servo(&["generate", "emulator", "--preset", "envoy"]);
    refused(&ran, &["no preset is called `envoy`", "the connectors have no presets"]);
    assert_eq!(fs::read_dir(environment.path()).unwrap().count(), 0);
}

#[test]
fn a_generated_file_runs() {
    let environment = Environment::new();
    done(&environment.servo(&["generate", "emulator", "-q", "-n", "shop"]));
    let text = read(&environment).replace("speed: 600", "speed: 100000").replace("trials: 40", "trials: 5");
    environment.write("servo.yaml", &text);
    let ran = environment.servo(&["run"]);
    done(&ran);
    assert!(ran.stdout.starts_with("shop: "), "{}", ran.stdout);
}

#[test]
fn a_file_that_is_there_stays_unless_something_else_is_said() {
    let environment = Environment::with("# Mine.\nname: mine\n");
    let ran = environment.servo(&["generate", "emulator"]);
    refused(&ran, &["file 'servo.yaml' already exists", "--force", "--append"]);
    assert_eq!(read(&environment), "# Mine.\nname: mine\n");
    done(&environment.servo(&["generate", "emulator", "--force"]));
    assert!(!read(&environment).contains("mine"));
    assert_eq!(fs::read_dir(environment.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn append_adds_a_document_and_keeps_every_byte() {
    let environment = Environment::new();
    done(&environment.servo(&["generate", "emulator", "--name", "first"]));
    let first = format!("# Ours, for years.\n{}# The end.", read(&environment));
    environment.write("servo.yaml", &first);
    done(&environment.servo(&["generate", "emulator", "--append"]));
    let second = read(&environment);
    assert!(second.starts_with(&format!("{first}\n---\n")), "{second}");
    done(&environment.servo(&["generate", "emulator", "--append"]));
    assert_eq!(servos(&read(&environment)), ["first", "servo", "servo-2"]);
    let ran = environment.servo(&["generate", "emulator", "--append", "--name", "first"]);
    refused(&ran, &["has a servo `first` already", "--name"]);
    assert_eq!(servos(&read(&environment)).len(), 3);
    let fresh = Environment::new();
    done(&fresh.servo(&["generate", "emulator", "--append"]));
    assert_eq!(servos(&read(&fresh)), ["servo"]);
}

#[test]
fn nothing_is_added_to_a_file_that_is_invalid() {
    let environment = Environment::with("emulatr: {}\n");
    let ran = environment.servo(&["generate", "emulator", "--append"]);
    assert_eq!(ran.code, 78, "{}", ran.stderr);
    assert_eq!(read(&environment), "emulatr: {}\n");
}

#[test]
fn names_that_cannot_be_are_refused_before_anything_is_written() {
    let environment = Environment::new();
    let says = |arguments: &[&str], parts: &[&str]| {
        refused(&environment.servo(&[&["generate"], arguments].concat()), parts);
    };
    says(&["emulatr"], &["no connector found for the identifier \"emulatr\"", "did you mean `emulator`?"]);
    says(&["measure:emulator"], &["name `measure` is reserved"]);
    says(&["ab:emulator"], &["`ab` is not a valid connector name", "3 to 128"]);
    says(&["emulator", "emulator"], &["two connectors are called `emulator`"]);
    says(&["one:emulator", "--standalone"], &["--standalone"]);
    says(&["emulator", "--name", "a/b"], &["--name a/b: ", "slash"]);
    says(&["emulator", "--force", "--append"], &["cannot be used with"]);
    assert_eq!(fs::read_dir(environment.path()).unwrap().count(), 0);
}
