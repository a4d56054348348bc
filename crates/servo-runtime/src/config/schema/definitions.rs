//! The definitions of one schema: those of sections brought together, so that no two have a name.

use std::collections::BTreeMap;

use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, schema_for};
use serde_json::{Map, Value, json};

/// Where definitions are.
const PREFIX: &str = "#/$defs/";

/// Definitions by their names.
#[derive(Debug, Default)]
pub(super) struct Definitions(Map<String, Value>);

impl Definitions {
    /// Takes in the schema of a section under a name, and returns what refers to it.
    ///
    /// What its own definitions say of plain values, such as durations, is shared by all sections; its mappings, and
    /// what differs from another of the same name, get the section's name in front.
    pub(super) fn insert(&mut self, name: &str, mut schema: Schema) -> Value {
        schema.remove("$schema");
        schema.remove("$id");
        let own = match schema.remove("$defs") {
            Some(Value::Object(own)) => own,
            _ => Map::new(),
        };
        let mut renaming = Renaming(BTreeMap::from([("#".to_owned(), format!("{PREFIX}{name}"))]));
        for (old, definition) in &own {
            let is_shared = is_plain(definition) && self.0.get(old).is_none_or(|known| known == definition);
            let new = if is_shared { old.clone() } else { format!("{name}.{old}") };
            renaming.0.insert(format!("{PREFIX}{old}"), format!("{PREFIX}{new}"));
        }
        for (old, definition) in own {
            let new = renaming.0.get(&format!("{PREFIX}{old}")).and_then(|new| new.strip_prefix(PREFIX));
            let new = new.map_or(old, str::to_owned);
            self.0.insert(new, renaming.applied(definition));
        }
        self.0.insert(name.to_owned(), renaming.applied(schema.to_value()));
        reference(name)
    }

    /// Takes in what a type says of itself, and returns what refers to it.
    pub(super) fn of<T: JsonSchema>(&mut self) -> Value {
        let mut schema = schema_for!(T);
        schema.remove("title");
        self.insert(&T::schema_name(), schema)
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

/// Refers to a definition.
pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("{PREFIX}{name}")})
}

/// The same schema, which also accepts null.
pub(super) fn or_null(schema: &Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// A schema with more said of it: the members of `more`, an object.
pub(super) fn with(mut schema: Value, more: Value) -> Value {
    if let (Some(schema), Value::Object(more)) = (schema.as_object_mut(), more) {
        schema.extend(more);
    }
    schema
}

/// Whether a definition is about a value that is no mapping, and refers to no other.
fn is_plain(definition: &Value) -> bool {
    let is_mapping = definition.get("properties").is_some() || definition["type"] == "object";
    !is_mapping && !definition.to_string().contains("\"$ref\"")
}

/// References by what they become.
struct Renaming(BTreeMap<String, String>);

impl Renaming {
    fn applied(&mut self, definition: Value) -> Value {
        match Schema::try_from(definition) {
            Ok(mut schema) => {
                self.transform(&mut schema);
                schema.to_value()
            }
            Err(_) => Value::Bool(true),
        }
    }
}

impl Transform for Renaming {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(reference)) = schema.get_mut("$ref")
            && let Some(new) = self.0.get(reference)
        {
            reference.clone_from(new);
        }
        transform_subschemas(self, schema);
    }
}
