//! The sections of connectors, and what `connectors` says of them.

use serde_json::{Map, Value, json};
use servo_core::registry::Registry;

use super::definitions::{Definitions, or_null, reference};
use super::of_connector;
use crate::config::servo::{KEYS, RESERVED};

/// Adds `connectors` and the sections to the properties of a document.
pub(super) fn describe(
    registry: &Registry,
    properties: &mut Map<String, Value>,
    definitions: &mut Definitions,
) {
    let (mut kinds, mut sections) = (Vec::new(), Map::new());
    for connector in registry.connectors() {
        let key = connector.key;
        kinds.push(json!({"const": key, "description": connector.description}));
        let section = definitions.insert(key, of_connector(connector));
        let may_be_empty = is_valid_without_keys(&connector.schema().to_value());
        sections.insert(key.to_owned(), if may_be_empty { or_null(&section) } else { section });
    }
    let built = registry.connectors().iter().map(|connector| connector.key);
    let classes: Vec<String> = built.map(class_name).collect();
    if !classes.is_empty() {
        kinds.push(json!({
            "description": "A connector by the name of its class, as ServoX has it.",
            "type": "string",
            "pattern": format!(r"^([A-Za-z0-9_]+\.)*({})$", classes.join("|")),
        }));
    }
    if let Ok(kind) = json!({"description": "The name of a connector.", "oneOf": kinds}).try_into() {
        definitions.insert("Connector", kind);
    }
    properties.insert("connectors".to_owned(), connectors());
    properties.extend(sections);
}

/// What `connectors` may be.
fn connectors() -> Value {
    // Names that are taken. That of another connector is, too, which cannot be said here.
    let taken: Vec<&str> = KEYS.iter().chain(&RESERVED).copied().collect();
    json!({
        "description": "Which connectors are in force, in the order in which they are asked: a list of their names, or a mapping of names of your own to connectors, of which there may be several of a kind. Left out, every connector whose section is there.",
        "anyOf": [
            {"type": "array", "items": reference("Connector"), "uniqueItems": true},
            {
                "type": "object",
                "propertyNames": {"pattern": "^[0-9a-zA-Z_/.\\-]{3,128}$", "not": {"enum": taken}},
                "additionalProperties": reference("Connector"),
            },
            {"type": "null"},
        ],
    })
}

/// What must hold between `connectors` and the sections.
pub(super) fn rules(registry: &Registry, properties: &Map<String, Value>) -> impl Iterator<Item = Value> {
    let built: Vec<&str> = registry.connectors().iter().map(|connector| connector.key).collect();
    let known: Vec<&String> = properties.keys().collect();
    let anything: Map<String, Value> = properties.keys().map(|key| (key.clone(), true.into())).collect();
    let sections: Vec<Value> = built.iter().filter_map(|key| properties.get(*key).cloned()).collect();
    let listed = built.iter().map(|key| {
        json!({
            "if": {
                "required": ["connectors"],
                "properties": {"connectors": {"type": "array", "contains": {"const": key}}},
            },
            "then": {"required": [key]},
        })
    });
    let listed: Vec<Value> = listed.collect();
    let names = json!({"type": "object", "minProperties": 1});
    let mut names_of_built = names.clone();
    names_of_built["additionalProperties"] = json!({"enum": built});
    let has =
        |connectors: Value| json!({"required": ["connectors"], "properties": {"connectors": connectors}});
    let unnamed = json!({"if": has(names), "then": true, "else": {"propertyNames": {"enum": known}}});
    let aliases = (!sections.is_empty()).then(|| {
        json!({
            "if": has(names_of_built),
            "then": {"properties": anything, "additionalProperties": {"anyOf": sections}},
        })
    });
    std::iter::once(unnamed).chain(aliases).chain(listed)
}

/// Whether a section needs no key: then it may be empty, which is null in YAML.
fn is_valid_without_keys(schema: &Value) -> bool {
    ["required", "oneOf", "anyOf", "minProperties"].iter().all(|keyword| schema.get(keyword).is_none())
}

/// `kube_metrics` as `ServoX` calls its class: `KubeMetricsConnector`.
fn class_name(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 9);
    for word in key.split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name + "Connector"
}
