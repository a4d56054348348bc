//! Units of metrics and settings: those the protocol knows, and any other text.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A unit; read and written by its value, such as `ms` (spec 6.2).
///
/// Reading never fails: what is not a known value is kept as it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Unit {
    /// A plain number: counts and rates without a unit of their own too.
    #[default]
    Float,
    /// `%`.
    Percentage,
    /// `ms`.
    Milliseconds,
    /// `bytes`.
    Bytes,
    /// `GiB`.
    Gibibytes,
    /// `cores`.
    Cores,
    /// `rpm`.
    RequestsPerMinute,
    /// `rps`.
    RequestsPerSecond,
    /// Any other unit, by its own text. Read text with [`FromStr`] or [`From`], so that a known unit is never
    /// here.
    Other(String),
}

/// The known units with their values and their names.
const KNOWN: [(Unit, &str, &str); 8] = [
    (Unit::Float, "", "float"),
    (Unit::Percentage, "%", "percentage"),
    (Unit::Milliseconds, "ms", "milliseconds"),
    (Unit::Bytes, "bytes", "bytes"),
    (Unit::Gibibytes, "GiB", "gibibytes"),
    (Unit::Cores, "cores", "cores"),
    (Unit::RequestsPerMinute, "rpm", "requests_per_minute"),
    (Unit::RequestsPerSecond, "rps", "requests_per_second"),
];

impl Unit {
    /// Gives the value that stands for the unit on the wire and in a configuration, such as `rpm`.
    pub fn value(&self) -> &str {
        match self {
            Self::Other(text) => text,
            known => known.entry().map_or("", |(_, value, _)| *value),
        }
    }

    /// Gives the name of the unit, such as `requests_per_minute`; any other unit is its own name.
    pub fn name(&self) -> &str {
        match self {
            Self::Other(text) => text,
            known => known.entry().map_or("", |(_, _, name)| *name),
        }
    }

    fn entry(&self) -> Option<&'static (Self, &'static str, &'static str)> {
        KNOWN.iter().find(|(unit, _, _)| unit == self)
    }
}

impl From<&str> for Unit {
    fn from(text: &str) -> Self {
        let known = KNOWN.iter().find(|(_, value, _)| *value == text);
        known.map_or_else(|| Self::Other(text.to_owned()), |(unit, _, _)| unit.clone())
    }
}

impl FromStr for Unit {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.value())
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.value())
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(String::deserialize(deserializer)?.as_str()))
    }
}

impl JsonSchema for Unit {
    fn schema_name() -> Cow<'static, str> {
        "Unit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let values: Vec<&str> = KNOWN.iter().map(|(_, value, _)| *value).collect();
        json_schema!({
            "description": "A unit: one of the known ones, or any other text.",
            "type": "string",
            "examples": values
        })
    }
}
