//! The schema of a document, and those of each connector and optimizer.

use serde::Serialize;
use servo_core::registry::Registry;
use servo_runtime::config::schema;

use super::Result;

/// Returns the files by their names.
pub(super) fn files(registry: &Registry) -> Result<Vec<(String, String)>> {
    let mut files = vec![file("servo", &schema::document(registry))?];
    let connectors = registry.connectors().iter().map(|connector| connector.key);
    for key in connectors.chain(registry.optimizers().iter().map(|optimizer| optimizer.key)) {
        files.push(file(key, &schema::section(registry, key)?)?);
    }
    Ok(files)
}

fn file(key: &str, schema: &impl Serialize) -> Result<(String, String)> {
    Ok((schema::file_name(key), serde_json::to_string_pretty(schema)? + "\n"))
}
