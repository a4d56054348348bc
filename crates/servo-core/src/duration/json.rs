//! Durations in JSON and YAML: text out; text or a number of seconds in.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

use super::{Duration, DurationError};

/// The grammar of [`Duration`] as a regular expression of JSON Schema.
const PATTERN: &str = r"^\s*([+-]?0|\+?(\s*([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|mm|m|h|d|w|y))+)\s*$";

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrSeconds)
    }
}

struct TextOrSeconds;

impl Visitor<'_> for TextOrSeconds {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as `5m` or `1h30m`, or a number of seconds")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Duration, E> {
        Ok(Duration::from_secs(seconds))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Duration, E> {
        u64::try_from(seconds)
            .map(Duration::from_secs)
            .map_err(|_| E::custom(DurationError::Negative { input: seconds.to_string() }))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Duration, E> {
        Duration::from_secs_f64(seconds).map_err(E::custom)
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time: text such as `5m` or `1h30m`, or a number of seconds.",
            // No `format`: what JSON Schema calls a duration is ISO 8601, such as `PT5M`.
            "anyOf": [
                {
                    "description": "A number with its unit, or several: `ns`, `us`, `ms`, `s`, `m`, `h`, `d`, `w`, `mm`, `y`.",
                    "type": "string",
                    "pattern": PATTERN,
                    "examples": ["300ms", "5m", "2h45m", "72h3m0.5s"]
                },
                { "description": "A number of seconds.", "type": "number", "minimum": 0 }
            ]
        })
    }
}
