//! The schema tells what every key means.

use serde_json::Value as Json;

use super::*;

fn undescribed(path: &str, schema: &Json, found: &mut Vec<String>) {
    if let Some(properties) = schema.get("properties").and_then(Json::as_object) {
        for (key, property) in properties {
            let place = format!("{path}.{key}");
            // A reference is described where it leads.
            if property.get("description").is_none() && property.get("$ref").is_none() {
                found.push(place);
            }
        }
    }
    for (name, definition) in schema.get("$defs").and_then(Json::as_object).into_iter().flatten() {
        undescribed(name, definition, found);
    }
}

#[test]
fn every_key_is_described() {
    let schema = schemars::schema_for!(Settings).to_value();
    let mut found = Vec::new();
    undescribed("", &schema, &mut found);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_settings_of_a_component_take_any_name() {
    let schema = schemars::schema_for!(Settings).to_value();
    let tunables = &schema["$defs"]["Tunables"];
    assert_eq!(tunables["required"], serde_json::json!(["cpu", "mem", "replicas"]));
    assert_eq!(tunables["additionalProperties"]["$ref"], "#/$defs/Tunable");
}
