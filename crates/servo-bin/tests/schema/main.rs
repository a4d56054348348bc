//! The schema of the configuration, held against an independent validator and against the loader.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod agreement;
mod command;
mod defaults;
mod described;
mod errors;
mod files;
mod quantities;

use jsonschema::Validator;
use serde_json::Value;
use servo_bin as _;
use servo_core::registry::Registry;
use servo_runtime::config::{Source, document, schema};

fn registry() -> Registry {
    Registry::collect().unwrap()
}

/// The schema of a document.
fn document_schema() -> Value {
    schema::document(&registry()).to_value()
}

/// The schema of a section.
fn section_schema(key: &str) -> Value {
    schema::section(&registry(), key).unwrap().to_value()
}

fn validator(schema: &Value) -> Validator {
    assert!(jsonschema::meta::is_valid(schema), "not a schema");
    jsonschema::validator_for(schema).unwrap()
}

/// The values of the documents of a text.
fn documents(text: &str) -> Vec<Value> {
    let documents = document::parse(&Source::new("servo.yaml", text));
    let documents = documents.unwrap_or_else(|wrong| panic!("{}", wrong.render_plain()));
    documents.iter().map(|document| document.value().clone()).collect()
}

/// What is wrong with a value, a line each.
fn complaints(validator: &Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Follows the references of a schema, and what accepts null beside one form.
fn resolved<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    loop {
        let reference =
            schema["$ref"].as_str().and_then(|reference| root.pointer(reference.strip_prefix('#')?));
        let forms = schema["anyOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut forms = forms.iter().filter(|form| form["type"] != "null");
        let form = forms.next().filter(|_| forms.next().is_none());
        match reference.or(form) {
            Some(next) => schema = next,
            None => return schema,
        }
    }
}
