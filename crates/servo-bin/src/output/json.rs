//! Results for scripts to read.

use serde::Serialize;
use servo_core::Error;

use crate::failure::Failure;

/// Renders a value as indented JSON.
pub(crate) fn render(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map_err(|error| Error::internal("cannot render the result as JSON").with_source(error).into())
}
