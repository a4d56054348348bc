//! The JSON schema of a document, for editors and validators, and that of each connector and optimizer alone.
//!
//! It says as much as JSON Schema can, and refuses nothing that [`load`](super::load) accepts of a file alone. What
//! the environment and the command line add is not known to an editor: keys that are required are required here.

mod checks;
mod connectors;
mod definitions;
mod finish;
mod identity;
mod optimizer;
mod safety;
mod settings;

#[cfg(test)]
mod tests;

use schemars::Schema;
use serde_json::{Map, Value, json};
use servo_core::optimizer::OptimizerDescriptor;
use servo_core::registry::Registry;
use servo_core::{Descriptor, Error, Result};

use super::document;
use super::source::Source;
use super::suggest;
use definitions::Definitions;

/// The dialect in which schemas are written.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Returns the schema of one document: its own keys, and a section for each connector.
///
/// Editors look at each document of a file by itself, so that what must hold between documents is not in it.
pub fn document(registry: &Registry) -> Schema {
    let mut definitions = Definitions::default();
    let mut properties = own_properties(registry, &mut definitions);
    connectors::describe(registry, &mut properties, &mut definitions);
    let rules = connectors::rules(registry, &properties).chain(identity::rules());
    let schema = json!({
        "$schema": DIALECT,
        "$id": file_name("servo"),
        "title": "Servo configuration",
        "description": "One document of `servo.yaml`, which describes one servo. A file may have several, separated by `---`.",
        "type": "object",
        "properties": properties,
        "additionalProperties": {
            "description": "The section of the connector that `connectors` gives this name.",
            "type": ["object", "null"],
        },
        "allOf": rules.collect::<Vec<Value>>(),
        "$defs": definitions.into_map(),
    });
    finish::finished(schema)
}

/// Returns the schema of the section of one connector, or of the optimizer of that key.
///
/// # Errors
///
/// Class configuration: there is neither. The help names the nearest, and all there are.
pub fn section(registry: &Registry, key: &str) -> Result<Schema> {
    if let Some(connector) = registry.connector(key) {
        return Ok(alone(key, of_connector(connector)));
    }
    if let Some(optimizer) = registry.optimizer(key) {
        return Ok(alone(key, of_optimizer(optimizer)));
    }
    let connectors = registry.connectors().iter().map(|descriptor| descriptor.key);
    let known: Vec<&str> =
        connectors.chain(registry.optimizers().iter().map(|descriptor| descriptor.key)).collect();
    let message = format!("no connector or optimizer is called `{key}`");
    Err(Error::configuration(message).with_help(suggest::help(key, "known connectors and optimizers", known)))
}

/// Returns the schemas of the sections of all connectors, as definitions of one schema that accepts everything.
pub fn sections(registry: &Registry) -> Schema {
    let mut definitions = Definitions::default();
    for connector in registry.connectors() {
        definitions.insert(connector.key, of_connector(connector));
    }
    let title = "Servo Schema";
    finish::finished(json!({
        "$schema": DIALECT, "$id": file_name("connectors"), "title": title, "$defs": definitions.into_map(),
    }))
}

/// Returns the name of the file in which a schema is kept, such as `emulator.schema.json`.
pub fn file_name(key: &str) -> String {
    format!("{key}.schema.json")
}

/// The keys of a document that are not sections of connectors.
fn own_properties(registry: &Registry, definitions: &mut Definitions) -> Map<String, Value> {
    let mut properties = Map::new();
    identity::describe(&mut properties, definitions);
    safety::describe(&mut properties, definitions);
    properties.insert("optimizer".to_owned(), optimizer::optimizer(registry, definitions));
    properties.insert("settings".to_owned(), settings::settings(definitions));
    properties.insert("checks".to_owned(), checks::checks(definitions));
    properties
}

/// The schema of a section in a file of its own.
fn alone(key: &str, mut schema: Schema) -> Schema {
    schema.insert("$id".to_owned(), file_name(key).into());
    finish::finished(schema.to_value())
}

fn of_connector(connector: &Descriptor) -> Schema {
    titled(connector.schema(), connector.key, connector.description, connector.example)
}

fn of_optimizer(optimizer: &OptimizerDescriptor) -> Schema {
    titled((optimizer.schema)(), optimizer.key, optimizer.description, optimizer.example)
}

/// A section's schema under its key instead of the name of a type, with its example.
fn titled(mut schema: Schema, key: &str, description: &str, example: &str) -> Schema {
    schema.insert("title".to_owned(), key.into());
    if schema.get("description").is_none() && !description.is_empty() {
        schema.insert("description".to_owned(), description.into());
    }
    if let Some(example) = value_of(example) {
        schema.insert("examples".to_owned(), json!([example]));
    }
    schema
}

/// The value of an example, which is YAML; `None` where it is none.
fn value_of(example: &str) -> Option<Value> {
    let documents = document::parse(&Source::new("example", example)).ok()?;
    documents.first().map(|document| document.value().clone())
}
