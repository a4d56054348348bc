//! A default that the schema states is the one in force.

use std::fmt::Debug;

use serde_json::json;
use servo_runtime::environment::Environment;
use servo_runtime::remote::network::Network;

use super::*;

/// Writes each default that the schema states into the section where it is left out, and checks that the section reads
/// the same. Returns how many there were.
fn check<T: Debug>(key: &str, section: &Value, read: &impl Fn(Value) -> T) -> usize {
    let schema = section_schema(key);
    let expected = format!("{:?}", read(section.clone()));
    let mut stated = Vec::new();
    collect(&schema, &schema, "", section, &mut stated);
    for (pointer, name, default) in &stated {
        let mut section = section.clone();
        section.pointer_mut(pointer).unwrap()[name] = default.clone();
        assert_eq!(format!("{:?}", read(section)), expected, "{pointer}/{name} is not {default} by default");
    }
    stated.len()
}

/// Finds the defaults of what a value leaves out: the place of the mapping, the key, and the default.
fn collect(root: &Value, schema: &Value, at: &str, value: &Value, stated: &mut Vec<(String, String, Value)>) {
    let schema = resolved(root, schema);
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        collect(root, &schema["items"], &format!("{at}/{index}"), item, stated);
    }
    let Some(members) = value.as_object() else { return };
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    for (name, property) in &properties {
        match (members.get(name), property.get("default")) {
            (None, Some(default)) => stated.push((at.to_owned(), name.clone(), default.clone())),
            (Some(inner), _) => collect(root, property, &format!("{at}/{name}"), inner, stated),
            _ => {}
        }
    }
    for (name, inner) in members.iter().filter(|(name, _)| !properties.contains_key(*name)) {
        collect(root, &schema["additionalProperties"], &format!("{at}/{name}"), inner, stated);
    }
}

#[test]
fn those_of_the_emulator_are_in_force() {
    let read = |section| serde_json::from_value::<servo_emulator::Settings>(section).unwrap();
    let mut found = 0;
    for section in [
        "load: {rate: 1}\ncomponents: {web: {demand: 1ms, memory: {base: 1Mi}, settings: {cpu: {value: 1}, mem: {value: 1Gi}, replicas: {value: 1}, gc: {values: {a: {}}, value: a}}}}\nnodes: [{count: 1, cpu: 1, memory: 1Gi}]\nnoise: {}",
        "surface: {csv: 'a', settings: {a: {value: 1}}}",
    ] {
        found += check("emulator", &documents(section)[0], &read);
    }
    assert!(found > 20, "{found}");
}

#[test]
fn those_of_the_embedded_optimizer_are_in_force() {
    let read = |section| servo_optimizer::Settings::read(section).unwrap();
    let section = "objective: {minimize: cost}\nbudget: {}\nmeasurement: {}\npricing: {}\nslo: {conditions: [{metric: a, threshold: 1}]}";
    let found = check("embedded", &documents(section)[0], &read);
    let bare = check("embedded", &json!({"objective": {"minimize": "cost"}}), &read);
    assert!(found + bare > 15, "{found} + {bare}");
}

#[test]
fn those_of_the_way_to_a_remote_optimizer_are_in_force() {
    let schema = document_schema();
    let read = |section| format!("{:?}", Network::read(section, &Environment::default()).unwrap());
    let nothing = read(Value::Null);
    let settings = &schema["properties"]["settings"]["properties"];
    for (key, property) in settings.as_object().unwrap() {
        if let Some(default) = property.get("default") {
            let written = read(json!({key: default}));
            // A size is unset, or the same size.
            let expected = if key == "max_body" {
                nothing.replace("max_body: None", "max_body: Some(1048576)")
            } else {
                nothing.clone()
            };
            assert_eq!(written, expected, "{key}");
        }
    }
    let waits = &settings["timeouts"]["anyOf"][1]["properties"];
    let waits = waits
        .as_object()
        .unwrap()
        .iter()
        .filter_map(|(key, wait)| Some((key.clone(), wait.get("default")?.clone())));
    assert_eq!(read(json!({"timeouts": waits.collect::<serde_json::Map<String, Value>>()})), nothing);
}

/// Checks that each default is valid where it is stated.
fn stated(root: &Value, schema: &Value, found: &mut usize) {
    match schema {
        Value::Object(members) => {
            if let Some(default) = members.get("default") {
                let mut alone = schema.clone();
                alone["$defs"] = root["$defs"].clone();
                let wrong = complaints(&validator(&alone), default);
                assert!(wrong.is_empty(), "{default}: {wrong:?}");
                *found += 1;
            }
            members
                .iter()
                .filter(|(key, _)| *key != "default")
                .for_each(|(_, value)| stated(root, value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| stated(root, item, found)),
        _ => {}
    }
}

#[test]
fn every_default_is_valid_where_it_is_stated() {
    let schema = document_schema();
    let mut found = 0;
    stated(&schema, &schema, &mut found);
    assert!(found > 40, "{found}");
}
