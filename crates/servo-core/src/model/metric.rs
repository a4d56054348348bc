//! What is measured: a name and a unit.

use serde::{Deserialize, Serialize};

use super::Unit;

/// Something that can be measured.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Metric {
    /// Its name, such as `throughput`.
    pub name: String,
    /// The unit of its values.
    #[serde(default)]
    pub unit: Unit,
}

impl Metric {
    /// Names a metric and its unit.
    pub fn new(name: impl Into<String>, unit: Unit) -> Self {
        Self { name: name.into(), unit }
    }
}

impl std::fmt::Display for Metric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.name, self.unit)
    }
}
