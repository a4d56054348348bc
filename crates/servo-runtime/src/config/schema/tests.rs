//! What the schema names is what is read.

use std::collections::BTreeSet;

use servo_core::registry::Registry;

use super::*;
use crate::config::servo::KEYS;
use crate::remote::account::{APPDYNAMICS_KEYS, OPSANI_KEYS};

fn schema() -> Value {
    document(&Registry::collect().unwrap()).to_value()
}

fn keys(schema: &Value) -> BTreeSet<&str> {
    schema["properties"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn every_key_of_a_document_is_described_and_no_other() {
    let schema = schema();
    let registry = Registry::collect().unwrap();
    let connectors = registry.connectors().iter().map(|descriptor| descriptor.key);
    let expected: BTreeSet<&str> = KEYS.into_iter().chain(["checks"]).chain(connectors).collect();
    assert_eq!(keys(&schema), expected);
}

#[test]
fn both_forms_of_a_remote_optimizer_have_their_keys() {
    let schema = schema();
    let opsani = keys(&schema["$defs"]["Opsani"]);
    assert_eq!(opsani, OPSANI_KEYS.into_iter().collect());
    let appdynamics = keys(&schema["$defs"]["AppDynamics"]);
    let shared = ["base_url", "token", "token_file", "url"];
    assert_eq!(appdynamics, APPDYNAMICS_KEYS.into_iter().chain(shared).collect());
}

#[test]
fn sections_of_one_name_are_kept_apart_and_plain_values_are_shared() {
    let schema = |limit: u32| {
        let schema = json!({
            "properties": {"a": {"$ref": "#/$defs/Size"}, "b": {"$ref": "#/$defs/Part"}},
            "$defs": {
                "Size": {"type": "string"},
                "Limit": {"type": "integer", "maximum": limit},
                "Part": {"type": "object", "properties": {"a": {"$ref": "#/$defs/Limit"}, "b": {"$ref": "#"}}},
            },
        });
        Schema::try_from(schema).unwrap()
    };
    let mut definitions = Definitions::default();
    definitions.insert("first", schema(1));
    assert_eq!(definitions.insert("second", schema(2)), json!({"$ref": "#/$defs/second"}));
    let definitions = definitions.into_map();
    let names: Vec<&String> = definitions.keys().collect();
    assert_eq!(names, ["Limit", "Size", "first", "first.Part", "second", "second.Limit", "second.Part"]);
    let second = &definitions["second.Part"]["properties"];
    assert_eq!(second["a"]["$ref"], "#/$defs/second.Limit");
    assert_eq!(second["b"]["$ref"], "#/$defs/second");
    assert_eq!(definitions["second"]["properties"]["a"]["$ref"], "#/$defs/Size");
}

#[test]
fn a_section_that_does_not_exist_is_refused_with_the_nearest() {
    let registry = Registry::collect().unwrap();
    let message = |key: &str| section(&registry, key).unwrap_err().message().to_owned();
    assert_eq!(message("nope"), "no connector or optimizer is called `nope`");
}
