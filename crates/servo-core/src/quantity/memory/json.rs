//! Memory in JSON and YAML: text out; text, integers (bytes) or floats (GiB) in.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

use super::Memory;
use crate::model::decimal;
use crate::quantity::QuantityError;

/// The grammar of [`Memory`] as a regular expression of JSON Schema. A lone `m` is no unit.
const PATTERN: &str =
    r"^\s*\+?([0-9]+|[0-9]*\.[0-9]+)\s*([KkMGgTtPpEe]|[KkMmGgTtPpEe][Ii]|[KkMmGgTtPpEe][Ii]?[Bb]|[Bb])?\s*$";

impl Serialize for Memory {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Memory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrNumber)
    }
}

struct TextOrNumber;

impl Visitor<'_> for TextOrNumber {
    type Value = Memory;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a memory quantity such as `512Mi`, an integer number of bytes, or a float in GiB")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Memory, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, bytes: u64) -> Result<Memory, E> {
        Ok(Memory::from_bytes(bytes))
    }

    fn visit_i64<E: Error>(self, bytes: i64) -> Result<Memory, E> {
        u64::try_from(bytes)
            .map(Memory::from_bytes)
            .map_err(|_| E::custom(QuantityError::Negative { input: bytes.to_string() }))
    }

    fn visit_f64<E: Error>(self, gib: f64) -> Result<Memory, E> {
        Memory::from_gib(decimal::from_f64(gib).map_err(E::custom)?).map_err(E::custom)
    }
}

impl JsonSchema for Memory {
    fn schema_name() -> Cow<'static, str> {
        "Memory".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount of memory: text such as `512Mi` or `1.5Gi`, an integer number of bytes, or a float in GiB.",
            "anyOf": [
                {
                    "description": "An amount with its unit: `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei` (powers of 1024) or `k`, `M`, `G`, `T`, `P`, `E` (powers of 1000).",
                    "type": "string",
                    "pattern": PATTERN,
                    "examples": ["512Mi", "1.5Gi", "2GB"]
                },
                { "description": "An integer number of bytes, or a float in GiB.", "type": "number", "minimum": 0 }
            ]
        })
    }
}
