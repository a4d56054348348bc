//! Defaults of a section, from its JSON schema, written where the example does not mention them.

use serde_json::{Map, Value};
use servo_runtime::config::Path;

use super::block::{self, Entry};
use super::flow::{flow, scalar};

/// How deep schemas are followed; those that contain themselves would have no end.
const DEPTH: usize = 16;

/// Adds a line for each default that a section's text does not mention, in nested mappings, too.
///
/// `value` is what the text says, and `schema` what it may say.
pub(super) fn filled(text: &str, value: &Value, schema: &Value) -> String {
    Filling { root: schema }.text(text, value, schema, DEPTH)
}

/// Finds the defaults that a section does not mention, with the paths of their keys: of each mapping that is written, and
/// of those that have a default as a whole. `is_whole` says that a mapping which is left out counts with the defaults of
/// its keys; elsewhere one that may be left out and is has none. `root` is where references of the schema lead.
pub(in crate::commands) fn absent(
    value: &Value,
    schema: &Value,
    root: &Value,
    path: &Path,
    is_whole: bool,
) -> Vec<(Path, Value)> {
    let mut absent = Absent { filling: Filling { root }, is_whole, found: Vec::new() };
    absent.find(value, schema, path, DEPTH);
    absent.found
}

/// The defaults that a section does not mention.
struct Absent<'a> {
    filling: Filling<'a>,
    is_whole: bool,
    found: Vec<(Path, Value)>,
}

impl Absent<'_> {
    fn find(&mut self, value: &Value, schema: &Value, path: &Path, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let schema = self.filling.resolved(schema).clone();
        if let (Value::Array(items), Some(of_items)) = (value, schema.get("items")) {
            for (at, item) in items.iter().enumerate() {
                self.find(item, of_items, &path.item(at), depth);
            }
        }
        if !value.is_object() && !value.is_null() {
            return;
        }
        let none = Map::new();
        let values = value.as_object().unwrap_or(&none);
        let missing: Vec<(Path, Value)> = self
            .filling
            .missing(values, &schema)
            .into_iter()
            .map(|(key, value)| (path.key(key), value.clone()))
            .collect();
        for (path, default) in missing {
            leaves(&default, &path, &mut self.found);
        }
        for (key, value) in values.iter().filter(|(_, value)| !value.is_null()) {
            if let Some(schema) = self.filling.property(&schema, key).cloned() {
                self.find(value, &schema, &path.key(key.as_str()), depth);
            }
        }
        let properties = schema["properties"].as_object().filter(|_| self.is_whole);
        for (key, property) in properties.into_iter().flatten() {
            let is_left_out = values.get(key).is_none_or(Value::is_null);
            if is_left_out && property.get("default").is_none_or(Value::is_null) {
                self.find(&Value::Null, property, &path.key(key.as_str()), depth);
            }
        }
    }
}

/// Adds a default, that of a mapping key by key.
fn leaves(value: &Value, path: &Path, found: &mut Vec<(Path, Value)>) {
    match value {
        Value::Object(values) if !values.is_empty() => {
            for (key, value) in values {
                leaves(value, &path.key(key.as_str()), found);
            }
        }
        Value::Null => {}
        leaf => found.push((path.clone(), leaf.clone())),
    }
}

struct Filling<'a> {
    root: &'a Value,
}

impl Filling<'_> {
    fn text(&self, text: &str, value: &Value, schema: &Value, depth: usize) -> String {
        let Some(entries_of) = value.as_object() else { return text.to_owned() };
        if text.trim_start().starts_with('{') {
            return self.flow_text(text, entries_of, schema);
        }
        let mut entries = block::entries(text);
        for entry in &mut entries {
            self.entry(entry, entries_of, schema, depth.saturating_sub(1));
        }
        let missing = self.missing(entries_of, schema);
        let lines = missing.iter().map(|(key, value)| format!("{}: {}\n", scalar(key), flow(value)));
        block::joined(&entries) + &lines.collect::<String>()
    }

    /// Fills what is below a key of a mapping.
    fn entry(&self, entry: &mut Entry, values: &Map<String, Value>, schema: &Value, depth: usize) {
        let Some(key) = entry.key.as_deref() else { return };
        let (Some(value), Some(schema)) = (values.get(key), self.property(schema, key)) else { return };
        if depth == 0 {
            return;
        }
        if let Some((indent, text)) = entry.nested() {
            if entry.inline().is_empty() {
                let text = self.text(&text, value, schema, depth);
                entry.with_nested(indent, &text);
            }
        } else if entry.inline().starts_with('{') && entry.inline().ends_with('}') {
            let text = self.text(entry.inline(), value, schema, depth);
            entry.with_inline(&text);
        }
    }

    /// Adds defaults to a mapping in one line. What is nested in it stays as it is.
    fn flow_text(&self, text: &str, values: &Map<String, Value>, schema: &Value) -> String {
        let missing = self.missing(values, schema);
        let missing: Vec<String> =
            missing.iter().map(|(key, value)| format!("{}: {}", scalar(key), flow(value))).collect();
        let Some(before) = text.trim_end().strip_suffix('}').filter(|_| !missing.is_empty()) else {
            return text.to_owned();
        };
        let before = before.trim_end();
        let comma = if values.is_empty() { "" } else { ", " };
        format!("{before}{comma}{}}}", missing.join(", "))
    }

    /// Gives the defaults that a mapping does not mention; a default that is null says nothing.
    fn missing<'a>(&'a self, values: &Map<String, Value>, schema: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let properties = self.resolved(schema)["properties"].as_object();
        let defaults = properties.into_iter().flatten().filter_map(|(key, property)| {
            let default = property.get("default").filter(|default| !default.is_null())?;
            (!values.contains_key(key)).then_some((key.as_str(), default))
        });
        defaults.collect()
    }

    fn property<'a>(&'a self, schema: &'a Value, key: &str) -> Option<&'a Value> {
        let schema = self.resolved(schema);
        let named = schema["properties"].get(key);
        named.or_else(|| schema.get("additionalProperties").filter(|it| it.is_object()))
    }

    /// Follows references and optional forms to the schema that has the keys.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        for _ in 0..DEPTH {
            let forms = ["anyOf", "oneOf", "allOf"].iter().find_map(|form| schema.get(form)?.as_array());
            let mut forms = forms.into_iter().flatten().filter(|form| form["type"] != "null");
            schema = if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
                match self.root.pointer(reference.trim_start_matches('#')) {
                    Some(found) => found,
                    None => return schema,
                }
            } else if let (Some(only), None) = (forms.next(), forms.next()) {
                only
            } else {
                return schema;
            };
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use servo_runtime::config::{Source, document};

    use super::*;

    fn schema() -> Value {
        json!({
            "properties": {
                "speed": {"type": "number", "default": 1.0},
                "seed": {"type": "integer", "default": 0},
                "file": {"type": ["string", "null"], "default": null},
                "load": {"anyOf": [{"$ref": "#/$defs/Load"}, {"type": "null"}], "default": null},
                "components": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Component"}},
            },
            "$defs": {
                "Load": {"properties": {"rate": {"type": "number"}, "pause": {"default": "0"}}},
                "Component": {"properties": {"fixed": {"default": "2ms"}, "memory": {"$ref": "#/$defs/Load"}}},
            },
        })
    }

    fn fill(text: &str) -> String {
        let documents = document::parse(&Source::new("test", text)).unwrap();
        let filled = filled(text, documents[0].value(), &schema());
        document::parse(&Source::new("test", filled.as_str())).unwrap();
        filled
    }

    #[test]
    fn what_is_missing_is_added_at_every_depth_and_comments_stay() {
        let text =
            "# Fast.\nspeed: 600\nload: {rate: 120}\ncomponents:\n  web:\n    # No memory.\n    memory: {}\n";
        assert_eq!(
            fill(text),
            "# Fast.\nspeed: 600\nload: {rate: 120, pause: \"0\"}\ncomponents:\n  web:\n    # No memory.\n    \
             memory: {pause: \"0\"}\n    fixed: 2ms\nseed: 0\n"
        );
    }

    #[test]
    fn defaults_that_nobody_writes_have_the_paths_of_their_keys() {
        let found = |value: Value, is_whole| {
            let schema = schema();
            let found = absent(&value, &schema, &schema, &Path::root().key("x"), is_whole);
            found.iter().map(|(path, value)| format!("{path}={value}")).collect::<Vec<_>>()
        };
        assert_eq!(
            found(json!({"seed": 3, "load": {}, "components": {"web": {"fixed": "1ms"}}}), false),
            ["x.speed=1.0", "x.load.pause=\"0\""]
        );
        assert_eq!(
            found(Value::Null, false),
            ["x.seed=0", "x.speed=1.0"],
            "what may be left out has no keys"
        );
        assert_eq!(found(Value::Null, true), ["x.seed=0", "x.speed=1.0", "x.load.pause=\"0\""]);
    }

    #[test]
    fn a_mapping_in_one_line_stays_one() {
        assert_eq!(fill("{seed: 3}"), "{seed: 3, speed: 1.0}");
        assert_eq!(fill("{}"), "{seed: 0, speed: 1.0}");
        assert_eq!(fill("{seed: 3, speed: 2}"), "{seed: 3, speed: 2}");
    }

    #[test]
    fn what_is_no_mapping_is_left_alone() {
        assert_eq!(filled("[a]\n", &json!(["a"]), &schema()), "[a]\n");
        assert_eq!(filled("a: 1\n", &json!({"a": 1}), &json!(true)), "a: 1\n");
    }
}
