//! A measured table as it is written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::model::{Unit, Value};

/// A table of measurements: CSV with a header, whose columns are settings and metrics.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"required": ["file"], "properties": {"file": {"type": "string"}}},
    {"required": ["csv"], "properties": {"csv": {"type": "string"}}},
]))]
pub struct TableSettings {
    /// The file that holds the table. A relative path starts at the folder of the configuration. Either this or `csv`.
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// The table itself. Either this or `file`.
    #[serde(default)]
    pub csv: Option<String>,
    /// The name of the component that has the settings.
    #[serde(default = "service")]
    pub component: String,
    /// The columns that are settings, with the values of the baseline, of which the table must have a row.
    pub settings: BTreeMap<String, ColumnSettings>,
    /// The columns that are metrics, with their units, such as `ms`; `""` for a plain number. All columns that are no
    /// settings if left out.
    #[serde(default)]
    pub metrics: Option<BTreeMap<String, Unit>>,
    /// Which row is replayed where the table has several of one configuration.
    #[serde(default)]
    pub repetitions: Repetitions,
}

/// A column that is a setting.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnSettings {
    /// Its value in the baseline.
    pub value: Value,
    /// Whether the value must stay as it is.
    #[serde(default)]
    pub pinned: bool,
    /// The unit of its values.
    #[serde(default)]
    pub unit: Option<Unit>,
}

/// Which row is replayed where the table has several of one configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repetitions {
    /// One after another, in the order of the table.
    #[default]
    InOrder,
    /// Any, chosen by the seed.
    Random,
}

fn service() -> String {
    "service".to_owned()
}
