//! Several mistakes in one section: all of them are told, and nothing that only follows from them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use servo_core::{Error, Result};

use super::source;
use crate::config::section::build;
use crate::config::{ConfigDiagnostic, Document, Path, document};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default = "one")]
    speed: f64,
    #[serde(default)]
    window: Window,
    #[serde(default)]
    budget: Option<u64>,
    #[serde(default)]
    route: Option<Vec<String>>,
    load: Load,
    components: BTreeMap<String, Component>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Load {
    rate: f64,
    #[serde(default)]
    #[expect(dead_code, reason = "what is read is what is tested")]
    daily: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Window {
    length: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Component {
    #[expect(dead_code, reason = "what is read is what is tested")]
    image: String,
    cpu: Range,
    #[serde(default)]
    #[expect(dead_code, reason = "what is read is what is tested")]
    ports: Vec<Port>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Port {
    #[expect(dead_code, reason = "what is read is what is tested")]
    number: u16,
    #[expect(dead_code, reason = "what is read is what is tested")]
    #[serde(default)]
    kind: Kind,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Tcp,
    Udp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    min: u32,
    max: u32,
}

const fn one() -> f64 {
    1.0
}

impl Default for Window {
    fn default() -> Self {
        Self { length: 100 }
    }
}

/// Reads a section and checks it, as a connector does: the first thing that is wrong ends it.
fn read(value: Value) -> Result<()> {
    let settings: Settings = servo_core::connector::typed(value)?;
    let refuse = |key: &str, message: &str| Err(Error::configuration(message.to_owned()).at(key));
    if settings.speed <= 0.0 {
        return refuse("speed", "too slow");
    }
    for (index, name) in settings.route.iter().flatten().enumerate() {
        if !settings.components.contains_key(name) {
            let wrong = Error::configuration("nowhere").at(format!("route[{index}]"));
            return Err(wrong.because_of(&["components"]));
        }
    }
    if settings.components.is_empty() {
        return refuse("components", "nothing to do");
    }
    for (name, component) in &settings.components {
        if component.cpu.min > component.cpu.max {
            return refuse(&format!("components.{name}.cpu.min"), "upside down");
        }
    }
    if settings.load.rate < 0.0 {
        return refuse("load.rate", "nobody comes");
    }
    if settings.budget.is_some_and(|budget| budget < settings.window.length) {
        return Err(Error::configuration("too short").at("budget").because_of(&["window"]));
    }
    Ok(())
}

fn told(text: &str) -> Vec<ConfigDiagnostic> {
    let document: Document = document::parse(&source(text)).expect("the text is one mapping").remove(0);
    let mut told = build(&document, &Path::root().key("shop"), read).err().unwrap_or_default();
    told.sort_by_key(|told| told.span().start);
    told
}

/// Lines of a section: right, or wrong with the mistakes that are told of it.
const LINES: &[(&str, &[(&str, &str)])] = &[
    ("  speed: 2\n", &[("  speed: fast\n", "speed: expected a number"), ("  speed: 0\n", "speed: too slow")]),
    ("", &[("  sped: 3\n", "sped: unknown key"), ("  zone: a\n", "zone: unknown key")]),
    (
        "  window: {length: 5}\n",
        &[
            ("  window: {length: x}\n", "window.length: expected"),
            ("  window: [5]\n", "window: expected a mapping"),
        ],
    ),
    ("  budget: 50\n", &[("  budget: -1\n", "budget: expected"), ("  budget: []\n", "budget: expected")]),
    (
        "  route: [web, db]\n",
        &[("  route: [web, 7]\n", "route[1]: expected text"), ("  route: web\n", "route: expected a list")],
    ),
    (
        "  load: {rate: 1}\n",
        &[
            ("  load: {daily: 1}\n", "load: missing key `rate`"),
            ("  load: {rate: 1, dailly: 2}\n", "load.dailly: unknown key"),
            ("  load: {rate: often}\n", "load.rate: expected"),
            ("  load: [1, 2]\n", "load: expected a mapping"),
        ],
    ),
    ("  components:\n    web:\n", &[]),
    (
        "      image: a\n",
        &[
            ("      image: 1\n", "components.web.image: expected text"),
            ("", "components.web: missing key `image`"),
            ("      imaeg: a\n", "components.web.imaeg: unknown key"),
        ],
    ),
    (
        "      cpu: {min: 1, max: 2}\n",
        &[
            ("      cpu: {min: 1}\n", "components.web.cpu: missing key `max`"),
            ("      cpu: {min: 1, max: 4, step: 1}\n", "components.web.cpu.step: unknown key"),
            ("      cpu: {min: a, max: 1}\n", "components.web.cpu.min: expected"),
        ],
    ),
    ("      ports:\n", &[]),
    (
        "      - {number: 1}\n",
        &[
            ("      - {number: 70000}\n", "components.web.ports[0].number: expected"),
            ("      - [1]\n", "components.web.ports[0]: expected a mapping"),
        ],
    ),
    (
        "      - {number: 2, kind: udp}\n",
        &[
            ("      - {number: 2, kind: ucp}\n", "components.web.ports[1].kind: unknown value"),
            ("      - {kind: udp}\n", "components.web.ports[1]: missing key `number`"),
        ],
    ),
    (
        "      - {number: 3}\n",
        &[
            ("      - {number: 3, nmae: a}\n", "components.web.ports[2].nmae: unknown key"),
            ("      - 3\n", "components.web.ports[2]: expected a mapping"),
        ],
    ),
    (
        "    db: {image: b, cpu: {min: 1, max: 2}}\n",
        &[
            ("    db: {image: b, cpu: {min: 3, max: 2}}\n", "components.db.cpu.min: upside down"),
            ("    db: {image: b, cpu: 5}\n", "components.db.cpu: expected a mapping"),
        ],
    ),
];

/// Writes a section in which the lines of `choices` are wrong, each with one of its mistakes, and checks what is told.
fn check(choices: &[usize]) {
    let mut text = "shop:\n".to_owned();
    let mut expected = BTreeSet::new();
    for ((right, wrongs), choice) in LINES.iter().zip(choices) {
        match choice.checked_sub(1).and_then(|choice| wrongs.get(choice)) {
            None => text += right,
            Some((wrong, message)) => {
                text += wrong;
                expected.insert(*message);
            }
        }
    }
    let found = told(&text);
    for message in &expected {
        let is_it = |found: &&ConfigDiagnostic| {
            format!("{}: {}", found.path(), found.message()).starts_with(&format!("shop.{message}"))
        };
        assert_eq!(
            found.iter().filter(is_it).count(),
            1,
            "{message} is not told once of\n{text}\n{found:#?}"
        );
    }
    let all: Vec<_> = found.iter().map(ConfigDiagnostic::render_plain).collect();
    assert_eq!(found.len(), expected.len(), "{text}\n{}", all.join("\n"));
}

#[test]
fn each_mistake_is_told_by_itself() {
    check(&[0; LINES.len()]);
    for (at, (_, wrongs)) in LINES.iter().enumerate() {
        for choice in 1..=wrongs.len() {
            let mut choices = [0; LINES.len()];
            choices[at] = choice;
            check(&choices);
        }
    }
}

#[test]
fn any_two_mistakes_are_told_together() {
    for (first, (_, ones)) in LINES.iter().enumerate() {
        for (second, (_, others)) in LINES.iter().enumerate().skip(first + 1) {
            for one in 1..=ones.len() {
                for other in 1..=others.len() {
                    let mut choices = [0; LINES.len()];
                    (choices[first], choices[second]) = (one, other);
                    check(&choices);
                }
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_number_of_mistakes_is_told_together(choices in proptest::collection::vec(0_usize..6, LINES.len())) {
        check(&choices);
    }
}

fn rendered(text: &str) -> String {
    told(text).iter().map(ConfigDiagnostic::render_plain).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_only_follows_from_another_mistake_is_not_told() {
    // Without the wrong length it is 100, which is more than the budget.
    let valid = "  load: {rate: 1}\n  components: {web: {image: a, cpu: {min: 1, max: 2}}}\n";
    assert_eq!(
        rendered(&format!("shop:\n  window: {{length: x}}\n  budget: 50\n{valid}")),
        "servo.yaml:2:20: expected a whole number from zero, found the text \"x\" (at shop.window.length)"
    );
    assert_eq!(
        rendered(&format!("shop:\n  budget: 50\n{valid}")),
        "servo.yaml:2:11: too short (at shop.budget)"
    );
    // Without its one component the section has nothing to do, and the route leads nowhere.
    assert_eq!(
        rendered("shop:\n  load: {rate: 1}\n  route: [web]\n  components: {web: 5}\n"),
        "servo.yaml:4:21: expected a mapping, found the number `5` (at shop.components.web)"
    );
}

#[test]
fn every_key_that_is_missing_is_told() {
    assert_eq!(
        rendered("shop:\n  components: {web: {}}\n"),
        "\
servo.yaml:1:1: missing key `load` (at shop)
  help: add `load:` under `shop`
servo.yaml:2:16: missing key `image` (at shop.components.web)
  help: add `image:` under `shop.components.web`
servo.yaml:2:16: missing key `cpu` (at shop.components.web)
  help: add `cpu:` under `shop.components.web`"
    );
}

#[test]
fn many_mistakes_come_to_an_end() {
    let ports: String = (0..500).map(|_| "      - {number: x}\n").collect();
    let text = format!(
        "shop:\n  load: {{rate: 1}}\n  components:\n    web:\n      image: a\n      cpu: {{min: 1, max: 2}}\n      ports:\n{ports}"
    );
    assert_eq!(told(&text).len(), 32);
}
