//! Typed settings of sections, with errors at their places.

use std::collections::BTreeMap;

use serde::Deserialize;
use servo_core::Error;

use super::source;
use crate::config::section::{build, typed};
use crate::config::{Code, ConfigDiagnostic, Document, Path, document};

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    replicas: u32,
    #[serde(default)]
    components: BTreeMap<String, Component>,
    #[serde(default)]
    mode: Option<Mode>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Component {
    cpu: Range,
    #[serde(default)]
    labels: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(try_from = "(u32, u32)")]
struct Range(u32, u32);

impl TryFrom<(u32, u32)> for Range {
    type Error = String;

    fn try_from((min, max): (u32, u32)) -> Result<Self, String> {
        if min > max { Err(format!("the range {min} to {max} is empty")) } else { Ok(Self(min, max)) }
    }
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Mode {
    Fixed,
    Scaled { factor: f64 },
}

fn one(text: &str) -> Document {
    document::parse(&source(text)).expect("the text is one mapping").remove(0)
}

fn plain(wrong: &[ConfigDiagnostic]) -> String {
    wrong.iter().map(ConfigDiagnostic::render_plain).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let wrong =
        typed::<Settings>(&one(text), &Path::root().key("shop")).expect_err("the section has a mistake");
    let told = plain(&wrong);
    assert_eq!(told, expected, "told was:\n{told}\n");
}

#[test]
fn a_section_is_read_and_an_empty_one_has_its_defaults() {
    let text = "shop: {replicas: 2, components: {web: {cpu: [1, 4]}}, mode: {scaled: {factor: 2}}}\n";
    let settings: Settings = typed(&one(text), &Path::root().key("shop")).expect("the section is valid");
    assert_eq!((settings.replicas, settings.mode), (2, Some(Mode::Scaled { factor: 2.0 })));
    assert_eq!(settings.components["web"].cpu, Range(1, 4));
    let settings: Settings =
        typed(&one("shop:\n"), &Path::root().key("shop")).expect("everything has a default");
    assert_eq!(settings, Settings { replicas: 0, components: BTreeMap::new(), mode: None });
}

#[test]
fn every_unknown_key_is_told_and_what_it_was_meant_to_be_is_not_missing() {
    check(
        "\
shop:
  replica: 1
  components:
    web: {cpus: [1, 2], lables: [a]}
  zone: a
",
        "\
servo.yaml:4:11: unknown key `cpus` (at shop.components.web.cpus)
  help: did you mean `cpu`? valid keys: cpu, labels
servo.yaml:4:25: unknown key `lables` (at shop.components.web.lables)
  help: did you mean `labels`? valid keys: cpu, labels
servo.yaml:2:3: unknown key `replica` (at shop.replica)
  help: did you mean `replicas`? valid keys: replicas, components, mode
servo.yaml:5:3: unknown key `zone` (at shop.zone)
  help: valid keys: replicas, components, mode",
    );
}

#[test]
fn a_missing_key_is_told_at_the_mapping_that_lacks_it() {
    check(
        "\
shop:
  components:
    web:
      labels: [a]
",
        "\
servo.yaml:3:5: missing key `cpu` (at shop.components.web)
  help: add `cpu:` under `shop.components.web`",
    );
}

#[test]
fn a_wrong_value_is_marked_itself() {
    check(
        "\
shop:
  components:
    web: {cpu: [1, ünf]}
",
        "servo.yaml:3:20: expected a whole number from zero, found the text \"ünf\" (at shop.components.web.cpu[1])",
    );
}

#[test]
fn a_list_item_is_counted_from_zero() {
    check(
        "\
shop:
  components: {web: {cpu: [1, 2], labels: [a, 12]}}
",
        "\
servo.yaml:2:47: expected text, found the number `12` (at shop.components.web.labels[1])
  help: quote the value to make it text",
    );
}

#[test]
fn a_message_of_a_type_of_its_own_is_told_as_it_is() {
    check(
        "\
name: ü
shop:
  components: {web: {cpu: [4, 1]}}
",
        "servo.yaml:3:27: the range 4 to 1 is empty (at shop.components.web.cpu)",
    );
}

#[test]
fn an_unknown_variant_has_its_nearest() {
    check(
        "\
shop:
  mode: fixd
",
        "\
servo.yaml:2:9: unknown value `fixd` (at shop.mode)
  help: did you mean `fixed`? valid values: fixed, scaled",
    );
}

#[test]
fn a_mistake_inside_a_variant_is_in_its_place() {
    check(
        "\
shop:
  mode:
    scaled: {factor: x}
",
        "servo.yaml:3:22: expected a number, found the text \"x\" (at shop.mode.scaled.factor)",
    );
}

#[test]
fn an_unknown_key_inside_a_variant() {
    check(
        "\
shop:
  mode: {scaled: {factr: 1}}
",
        "\
servo.yaml:2:19: unknown key `factr` (at shop.mode.scaled.factr)
  help: did you mean `factor`? valid keys: factor",
    );
}

#[test]
fn an_alias_is_marked_with_a_note_on_what_it_stands_for() {
    check(
        "\
range: &r 5
shop:
  replicas: 1
  components: {web: {cpu: *r}}
",
        "\
servo.yaml:4:27: expected a list of 2, found the number `5` (at shop.components.web.cpu)
  note: the alias stands for the value at servo.yaml:1:11",
    );
}

#[test]
fn a_mistake_behind_an_alias_is_marked_at_its_definition() {
    check(
        "\
web: &w {cpu: [1, x]}
shop:
  components: {web: *w}
",
        "servo.yaml:1:19: expected a whole number from zero, found the text \"x\" (at shop.components.web.cpu[1])",
    );
}

#[test]
fn a_mistake_behind_a_merge_is_marked_at_its_definition() {
    check(
        "\
web: &w {cpu: [1, 2], lables: []}
shop:
  components:
    web:
      <<: *w
      labels: [a]
",
        "\
servo.yaml:1:23: unknown key `lables` (at shop.components.web.lables)
  help: did you mean `labels`? valid keys: cpu, labels",
    );
}

#[test]
fn a_block_of_the_wrong_type_is_marked_at_its_key() {
    check(
        "\
shop:
  replicas:
    min: 1
    max: 2
",
        "servo.yaml:2:3: expected a whole number from zero, found a mapping (at shop.replicas)",
    );
}

#[test]
fn nothing_where_a_value_belongs_is_marked_at_its_key() {
    check(
        "\
shop:
  replicas:
",
        "servo.yaml:2:3: expected a whole number from zero, found nothing (at shop.replicas)",
    );
}

#[test]
fn an_absent_section_is_missing() {
    check("name: a\n", "servo.yaml:1:1: missing key `shop`");
}

#[test]
fn a_negative_number_is_out_of_range() {
    check(
        "shop: {replicas: -1}\n",
        "servo.yaml:1:18: expected a whole number from zero, found the number `-1` (at shop.replicas)",
    );
}

#[test]
fn keys_with_dots_are_found() {
    check(
        "\
shop:
  components:
    a.b: {cpu: [1, x]}
",
        "servo.yaml:3:20: expected a whole number from zero, found the text \"x\" (at shop.components.\"a.b\".cpu[1])",
    );
}

#[test]
fn errors_of_building_are_put_at_the_key_they_name() {
    let document = one("shop:\n  slo:\n    conditions:\n    - metric: p95\n");
    let path = Path::root().key("shop");
    let failed = build(&document, &path, |_| {
        let error = Error::configuration("nobody provides the metric `p95`").at("slo.conditions[0].metric");
        let other = Error::configuration("the table has no baseline row").at("table.rows");
        Err::<(), _>(Error::join([error.with_help("use `p95_latency`"), other]).expect("there are two"))
    });
    let expected = "\
servo.yaml:4:15: nobody provides the metric `p95` (at shop.slo.conditions[0].metric)
  help: use `p95_latency`
servo.yaml:1:1: the table has no baseline row (at shop)";
    assert_eq!(plain(&failed.expect_err("the build fails")), expected);
}

#[test]
fn errors_found_later_are_put_at_the_longest_known_part_of_their_path() {
    let document = one("optimizer:\n  embedded:\n    slo: {conditions: [{metric: p95}]}\n");
    let told = |path: &str| {
        let told = document.diagnostic_at(path, Code::InvalidValue, "cannot work", Some("try another"));
        told.render_plain()
    };
    assert_eq!(
        told("optimizer.embedded.slo.conditions[0].metric"),
        "servo.yaml:3:33: cannot work (at optimizer.embedded.slo.conditions[0].metric)\n  help: try another"
    );
    assert_eq!(
        told("optimizer.embedded.budget.trials"),
        "servo.yaml:2:3: cannot work (at optimizer.embedded)\n  help: try another"
    );
    assert_eq!(told("emulator"), "servo.yaml:1:1: cannot work\n  help: try another");
}
