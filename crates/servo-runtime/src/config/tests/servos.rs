//! Documents that are YAML and describe no servo, each with what is told of them.

use super::{KNOWN, Layers, check, load, refused, source};
use crate::config::{Code, read};

#[test]
fn an_unknown_key_has_its_nearest_name() {
    check(
        "\
nam: a
emulator: {}
",
        "\
servo.yaml:1:1: unknown key `nam` (at nam)
  help: did you mean `name`? valid keys: …",
    );
}

#[test]
fn an_unknown_key_far_from_all_has_the_list() {
    check(
        "kafka: {}\n",
        "\
servo.yaml:1:1: unknown key `kafka` (at kafka)
  help: valid keys: …",
    );
}

#[test]
fn a_misspelt_section_has_the_nearest_connector() {
    check(
        "\
name: a
emulater: {}
",
        "\
servo.yaml:2:1: unknown key `emulater` (at emulater)
  help: did you mean `emulator`? valid keys: …",
    );
}

#[test]
fn an_unknown_connector_has_its_nearest_name() {
    check(
        "\
connectors: [emulater, nope, vegeta, 12]
emulator: {}
emulater: {}
",
        "\
servo.yaml:1:14: no connector found for the identifier `emulater` (at connectors[0])
  help: did you mean `emulator`? known connectors: emulator, replay
servo.yaml:1:24: no connector found for the identifier `nope` (at connectors[1])
  help: known connectors: emulator, replay
servo.yaml:1:30: no connector found for the identifier `vegeta` (at connectors[2])
  help: known connectors: emulator, replay
servo.yaml:1:38: expected the name of a connector (at connectors[3])
  help: known connectors: emulator, replay",
    );
}

#[test]
fn class_names_and_paths_of_unknown_connectors_are_told_as_they_are_written() {
    check(
        "\
connectors: {one: EmulatorConector, two: servo.connectors.kube_metrics.KubeMetricsConnector}
one: {}
two: {}
",
        "\
servo.yaml:1:19: no connector found for the identifier `EmulatorConector` (at connectors.one)
  help: known connectors: emulator, replay
servo.yaml:1:42: no connector found for the identifier `servo.connectors.kube_metrics.KubeMetricsConnector` (at connectors.two)
  help: known connectors: emulator, replay",
    );
}

#[test]
fn a_listed_connector_needs_a_section() {
    check(
        "\
connectors:
- emulator
- replay
emulator: {}
",
        "\
servo.yaml:3:3: connector `replay` has no section (at connectors[1])
  help: add `replay:` to the document, or remove it from `connectors`",
    );
}

#[test]
fn a_section_needs_to_be_listed() {
    check(
        "\
connectors: [emulator]
emulator: {}
replay: {}
",
        "\
servo.yaml:3:1: connector `replay` is not listed in `connectors` (at replay)
  help: add `replay` to `connectors`, or remove the section",
    );
}

#[test]
fn a_connector_is_listed_once() {
    check(
        "\
connectors: [emulator, emulator]
emulator: {}
",
        "\
servo.yaml:1:24: connector `emulator` is listed twice (at connectors[1])
  help: for two of a kind, write `connectors: {first: emulator, second: emulator}`",
    );
}

#[test]
fn aliases_are_valid_names_that_nothing_else_has() {
    check(
        "\
connectors:
  ab: emulator
  'a b c': emulator
  replay: emulator
  measure: emulator
  name: emulator
  emulator: emulator
emulator: {}
",
        "\
servo.yaml:2:3: `ab` is not a valid connector name (at connectors.ab)
  help: use 3 to 128 letters, digits and `-`, `_`, `.`, `/`
servo.yaml:3:3: `a b c` is not a valid connector name (at connectors.\"a b c\")
  help: use 3 to 128 letters, digits and `-`, `_`, `.`, `/`
servo.yaml:4:3: name `replay` is reserved: it is the connector `replay` (at connectors.replay)
  help: choose another name for the connector, here and for its section
servo.yaml:5:3: name `measure` is reserved (at connectors.measure)
  help: choose another name for the connector, here and for its section
servo.yaml:6:3: name `name` is reserved (at connectors.name)
  help: choose another name for the connector, here and for its section",
    );
}

#[test]
fn aliases_stand_for_known_connectors() {
    check(
        "\
connectors: {shop: emulater, fine: {a: 1}}
shop: {}
fine: {}
",
        "\
servo.yaml:1:20: no connector found for the identifier `emulater` (at connectors.shop)
  help: did you mean `emulator`? known connectors: emulator, replay
servo.yaml:1:36: expected the name of a connector (at connectors.fine)
  help: known connectors: emulator, replay",
    );
}

#[test]
fn connectors_is_a_list_or_a_mapping() {
    check(
        "\
connectors: emulator
emulator: {}
",
        "\
servo.yaml:1:13: expected a list or a mapping of connectors (at connectors)
  help: write `connectors: [emulator]`",
    );
}

#[test]
fn several_documents_need_an_optimizer_and_a_name_each() {
    check(
        "\
name: a
emulator: {}
---
optimizer: {embedded: {}}
emulator: {}
",
        "\
servo.yaml:1:1: a file of several servos needs an `optimizer` in each document
  help: add `optimizer: {embedded: …}`, or one with `id`, to `a`
servo.yaml:4:1: a file of several servos needs a `name` in each document
  help: add `name:` to the document at line 4",
    );
}

#[test]
fn names_are_unique_in_a_file() {
    check(
        "\
name: shop
optimizer: {embedded: {}}
---
name: shöp
optimizer: {embedded: {}}
---
# third
name: shop
optimizer: {embedded: {}}
",
        "\
servo.yaml:8:7: name `shop` is taken (at name)
  note: it is given first at servo.yaml:1:7
  help: give each servo a name of its own",
    );
}

#[test]
fn values_are_typed() {
    check(
        "\
name: 12
description: [a]
on_complete: never
repeat_every: 5 parsecs
state_dir: ''
",
        "\
servo.yaml:1:7: expected text, found the number `12` (at name)
  help: quote the value to make it text
servo.yaml:2:14: expected text, found a list (at description)
servo.yaml:3:14: unknown value `never` (at on_complete)
  help: valid values: exit, idle, repeat
servo.yaml:4:15: missing unit after '5' in duration '5 parsecs': write for example `5s` (at repeat_every)
servo.yaml:5:12: the folder is empty text (at state_dir)
  help: name a folder such as `.servo`, or remove the key",
    );
}

#[test]
fn names_are_fit_for_folders() {
    check(
        "name: ../shop\n",
        "\
servo.yaml:1:7: a name is not empty, does not begin with `.`, and holds no slash or control character (at name)
  help: choose a name such as `shop`",
    );
}

#[test]
fn a_period_needs_something_that_repeats() {
    let told = |text: &str| refused(text).render_plain();
    assert_eq!(
        told("name: a\nrepeat_every: 24h\n"),
        "\
servo.yaml:2:1: `repeat_every` has no effect without `on_complete: repeat` (at repeat_every)
  help: write `on_complete: repeat`, or remove `repeat_every`"
    );
    assert!(told("repeat_every: 24h\non_complete: idle\n").contains("no effect with `on_complete: idle`"));
    assert!(!told("repeat_every: 24h\non_complete: repaet\n").contains("no effect"), "told once");
}

#[test]
fn a_period_may_wait_for_another_layer() {
    let read = |text: &str, variable| {
        let environment = [variable].into_iter().collect();
        load(&source(text), &KNOWN, &Layers { environment, ..Layers::default() })
            .unwrap_or_else(|wrong| panic!("{}", wrong.render_plain()))
    };
    read("repeat_every: 24h\n", ("SERVO_ON_COMPLETE", "repeat"));
    read("on_complete: repeat\nrepeat_every: 24h\n", ("SERVO_ON_COMPLETE", "exit"));
    read("name: a\n", ("SERVO_REPEAT_EVERY", "24h"));
}

#[test]
fn repeating_needs_a_period() {
    check(
        "on_complete: repeat\n",
        "\
servo.yaml:1:14: `on_complete: repeat` needs `repeat_every` (at on_complete)
  help: add `repeat_every:` with a duration such as `24h`",
    );
}

#[test]
fn a_period_is_longer_than_zero() {
    check(
        "\
on_complete: repeat
repeat_every: 0
",
        "\
servo.yaml:2:15: the period must be longer than zero (at repeat_every)
  help: write a duration such as `24h`",
    );
}

#[test]
fn mistakes_of_all_documents_are_told_together() {
    check(
        "\
name: a
emulater: {}
optimizer: {embedded: {}}
---
name: a
optimizer: {embeded: {}}
on_complete: stop
---
- x
",
        "\
servo.yaml:2:1: unknown key `emulater` (at emulater)
  help: did you mean `emulator`? valid keys: …
servo.yaml:5:7: name `a` is taken (at name)
  note: it is given first at servo.yaml:1:7
  help: give each servo a name of its own
servo.yaml:6:13: unknown optimizer `embeded` (at optimizer.embeded)
  help: did you mean `embedded`? known optimizers: embedded
servo.yaml:7:14: unknown value `stop` (at on_complete)
  help: valid values: exit, idle, repeat
servo.yaml:9:1: a document is a mapping of keys, found a list
  help: write `key: value` lines, such as `name: shop`",
    );
}

#[test]
fn sections_of_settings_are_mappings() {
    check(
        "\
optimizer: {embedded: [1]}
emulator: 5
replay:
settings: all
",
        "\
servo.yaml:1:23: expected a mapping of settings (at optimizer.embedded)
  help: write `key: value` lines below it
servo.yaml:2:11: expected a mapping of settings (at emulator)
  help: write `key: value` lines below it
servo.yaml:4:11: expected a mapping of settings (at settings)
  help: write `key: value` lines below it",
    );
}

#[test]
fn what_can_be_read_of_a_document_with_mistakes_is_there_to_be_checked_further() {
    let text =
        "name: 5\non_complete: stop\nemulator: {}\n---\nname: b\nemulater: {}\n---\nname: c\nmode: fast\n";
    let (described, found) = read(&source(text), &KNOWN, &Layers::default());
    let known: Vec<_> = described
        .iter()
        .map(|it| (it.servo.name.as_deref(), it.servo.connectors.len(), it.is_clear))
        .collect();
    assert_eq!(known, [(None, 1, true), (Some("b"), 0, false), (Some("c"), 0, false)]);
    assert_eq!(found.iter().filter(|wrong| wrong.code() != Code::MissingOptimizer).count(), 4);
}
