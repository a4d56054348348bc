//! Every key that can be written is described.

use super::*;

/// Adds the path of every property without a description.
fn undescribed(root: &Value, path: &str, schema: &Value, found: &mut Vec<String>) {
    if !schema.is_object() {
        return;
    }
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        let is_described = [property, resolved(root, property)]
            .iter()
            .any(|schema| schema["description"].as_str().is_some_and(|text| !text.is_empty()));
        if !is_described {
            found.push(path.clone());
        }
        undescribed(root, &path, property, found);
    }
    for keyword in ["additionalProperties", "items"] {
        undescribed(root, &format!("{path}.{keyword}"), &schema[keyword], found);
    }
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        undescribed(root, name, definition, found);
    }
    for keyword in ["anyOf", "oneOf"] {
        // A form without a type only says which keys go together.
        let forms =
            schema[keyword].as_array().into_iter().flatten().filter(|form| form.get("type").is_some());
        for (at, form) in forms.enumerate() {
            undescribed(root, &format!("{path}[{at}]"), form, found);
        }
    }
}

#[test]
fn every_key_of_every_section_is_described() {
    let schema = document_schema();
    let mut found = Vec::new();
    undescribed(&schema, "", &schema, &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

/// Adds the path of every word that can be chosen and is not described.
fn unexplained(path: &str, schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                let path = format!("{path}.{key}");
                // Values, not schemas; and conditions, which nobody reads.
                if !matches!(key.as_str(), "allOf" | "default" | "examples" | "propertyNames") {
                    unexplained(&path, value, found);
                }
            }
            if members.contains_key("const") && !members.contains_key("description") {
                found.push(path.to_owned());
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                unexplained(&format!("{path}[{at}]"), item, found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_word_that_can_be_chosen_is_described() {
    let mut found = Vec::new();
    unexplained("", &document_schema(), &mut found);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn no_description_speaks_of_the_code() {
    let text = document_schema().to_string();
    for trace in ["crate::", "[`", "servo_core", "](super"] {
        assert!(!text.contains(trace), "{trace}");
    }
}
