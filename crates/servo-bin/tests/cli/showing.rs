//! `servo list` and `servo show`: what a configuration consists of.

use serde_json::json;

use crate::environment::Environment;
use crate::studies::{json, shop};

/// The rows of a table, in words.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().map(|line| line.split_whitespace().collect()).collect()
}

/// Two emulators under names of their own.
fn aliased() -> String {
    let text = shop("shop");
    let (head, application) = text.split_once("emulator:").unwrap();
    let other = application.replace("    web:", "    api:");
    format!(
        "{head}description: A shop\nconnectors: {{first: emulator, second: emulator}}\nfirst:{application}second:{other}"
    )
}

#[test]
fn servos_are_listed_with_their_optimizers_and_descriptions() {
    let environment = Environment::with(&aliased());
    let ran = environment.servo(&["list"]);
    assert_eq!(
        ran.stdout, "NAME    OPTIMIZER    DESCRIPTION\nshop    embedded     A shop\n",
        "{}",
        ran.stderr
    );
    let expected =
        json!([{"name": "shop", "optimizer": "embedded", "is_remote": false, "description": "A shop"}]);
    assert_eq!(json(&environment.servo(&["list", "--format", "json"])), json!({ "servos": expected }));
    let shop = shop("shop");
    let application = shop.split_once("emulator:").unwrap().1;
    let remote = format!("optimizer: {{id: example.com/cart, token: canary-5f2c}}\nemulator:{application}");
    let ran = Environment::with(&remote).servo(&["list"]);
    assert_eq!(rows(&ran.stdout)[1], ["example.com_cart", "example.com/cart", "-"], "{}", ran.stderr);
}

#[test]
fn connectors_are_shown_by_type_with_the_names_of_their_instances() {
    let environment = Environment::with(&aliased());
    let ran = environment.servo(&["show", "connectors"]);
    let shown = rows(&ran.stdout);
    assert_eq!(shown[0], ["NAME", "TYPE", "VERSION", "DESCRIPTION"]);
    assert_eq!((shown[1][0], shown[1][1], shown[2].as_slice()), ("first", "emulator", &["second"][..]));
    let long = environment.servo(&["show", "connectors", "-v"]);
    assert_eq!(rows(&long.stdout)[0][4..], ["HOMEPAGE", "MATURITY", "LICENSE"]);
    let value = json(&environment.servo(&["show", "connectors", "--format", "json"]));
    assert_eq!(value["servos"][0]["connectors"][0]["names"], json!(["first", "second"]));
}

#[test]
fn components_are_shown_with_their_settings() {
    let environment = Environment::with(&aliased());
    let ran = environment.servo(&["show", "components"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let shown = rows(&ran.stdout);
    assert_eq!(shown[0], ["COMPONENT", "SETTINGS", "CONNECTOR"]);
    let line = "web          cpu=2 CPU(range=[500m..4], step=500m, unit=cores)";
    assert!(ran.stdout.contains(line), "no {line:?} in:\n{}", ran.stdout);
    assert!(
        ran.stdout.contains("mem=1Gi Memory(range=[256Mi..2Gi], step=256Mi, unit=GiB)"),
        "{}",
        ran.stdout
    );
    assert!(shown.iter().any(|row| row[0] == "api" && row.last() == Some(&"second")), "{}", ran.stdout);
    let value = json(&environment.servo(&["show", "components", "--format", "json"]));
    assert_eq!(value["servos"][0]["components"][0]["settings"]["cpu"]["max"], 4);
    assert_eq!(std::fs::read_dir(environment.path()).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn metrics_are_shown_with_units_and_connectors() {
    let ran = Environment::with(&aliased()).servo(&["show", "metrics"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let shown = rows(&ran.stdout);
    assert_eq!(shown[0], ["METRIC", "UNIT", "CONNECTORS"]);
    let at = shown.iter().position(|row| row[0] == "p95_latency").unwrap();
    assert_eq!(shown[at], ["p95_latency", "milliseconds", "(ms)", "first"]);
    assert_eq!(shown[at + 1], ["second"]);
}

#[test]
fn events_are_shown_by_event_and_by_connector() {
    let environment = Environment::with(&aliased());
    let ran = environment.servo(&["show", "events"]);
    let shown = rows(&ran.stdout);
    assert_eq!(
        (shown[0].as_slice(), shown[1].as_slice()),
        (&["EVENT", "CONNECTORS"][..], &["adjust", "first"][..])
    );
    let ran = environment.servo(&["show", "events", "--by-connector", "--on"]);
    assert_eq!(rows(&ran.stdout)[1], ["first", "adjust"]);
    let all = Environment::new().servo(&["show", "events", "--all", "-c"]);
    assert_eq!(
        (all.code, rows(&all.stdout)[1].as_slice()),
        (0, &["emulator", "adjust"][..]),
        "{}",
        all.stderr
    );
}

#[test]
fn several_servos_are_shown_below_their_names() {
    let environment = Environment::with(&format!("{}---\n{}", shop("one"), shop("two")));
    let ran = environment.servo(&["show", "connectors"]);
    let shown = rows(&ran.stdout);
    assert_eq!((shown[0].as_slice(), shown[1][0]), (&["one"][..], "NAME"));
    assert_eq!((shown[3].len(), shown[4].as_slice()), (0, &["two"][..]));
    let ran = environment.servo(&["--name", "two", "show", "metrics"]);
    assert!(ran.stdout.starts_with("METRIC"), "{}", ran.stdout);
}
