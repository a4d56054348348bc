//! Environment variables that are adjusted, as they are written.

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::model::decimal::JsonNumber;
use servo_core::model::setting::NumberType;
use servo_core::model::{Unit, Value};

/// An environment variable: numbers between `min` and `max`, or one of `values`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KubernetesEnvironment")]
pub struct EnvSettings {
    /// What the setting is called.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Whether it is a range of numbers or a list of values.
    #[serde(rename = "type")]
    pub domain: EnvDomain,
    /// What the variable is called in the container; as the setting if left out.
    #[serde(default)]
    pub literal: Option<String>,
    /// The numbers that a range holds: whole ones (`int`), or any (`float`) if left out.
    #[serde(default)]
    pub value_type: Option<NumberType>,
    /// The smallest number of a range.
    #[serde(default)]
    pub min: Option<JsonNumber>,
    /// The largest number of a range.
    #[serde(default)]
    pub max: Option<JsonNumber>,
    /// The distance between two numbers of a range.
    #[serde(default)]
    pub step: Option<JsonNumber>,
    /// The values to choose from.
    #[serde(default)]
    pub values: Option<Vec<Value>>,
    /// The value where the container does not have the variable.
    #[serde(default)]
    pub value: Option<Value>,
    /// The unit, for whoever reads it.
    #[serde(default)]
    pub unit: Option<Unit>,
    /// Whether the value must stay as it is.
    #[serde(default)]
    pub pinned: bool,
}

/// The two domains of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "KubernetesEnvironmentDomain")]
pub enum EnvDomain {
    /// Numbers from `min` to `max` in steps.
    Range,
    /// One of `values`.
    Enum,
}
