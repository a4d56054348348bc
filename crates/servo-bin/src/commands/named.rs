//! Connectors as they are typed: by their keys, or as a configuration may call them.

use servo_core::Descriptor;
use servo_core::registry::Registry;
use servo_runtime::config;

use crate::failure::Failure;

/// Finds the connector that is meant, by its key or by the name of its class in `ServoX`.
pub(super) fn find(written: &str, registry: &Registry) -> Option<&'static Descriptor> {
    registry.connector(written).or_else(|| registry.connector(&config::connector_key(written)))
}

/// Finds the connector that is meant, as [`find`] does.
///
/// # Errors
///
/// Usage: there is none; the help names those that there are.
pub(super) fn connector(written: &str, registry: &Registry) -> Result<&'static Descriptor, Failure> {
    find(written, registry).ok_or_else(|| {
        let known: Vec<&str> = registry.connectors().iter().map(|descriptor| descriptor.key).collect();
        let unknown = Failure::usage(format!("no connector found for key '{written}'"));
        unknown.with_help(format!("there are: {}", known.join(", ")))
    })
}
