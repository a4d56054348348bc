//! Decimals as JSON numbers, for `#[serde(with = "…")]` and as a type of their own.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

use super::{Decimal, from_f64, to_f64};

/// Writes a decimal as a JSON number; an integer stays an integer. Of more than 17 digits JSON keeps the
/// nearest float.
///
/// # Errors
/// Only those of the serializer.
pub fn serialize<S: Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    if number.is_integer() {
        if let Ok(integer) = i64::try_from(*number) {
            return serializer.serialize_i64(integer);
        }
        if let Ok(integer) = u64::try_from(*number) {
            return serializer.serialize_u64(integer);
        }
    }
    serializer.serialize_f64(to_f64(*number))
}

/// Reads a decimal from a JSON number.
///
/// # Errors
/// Anything but a finite number that a [`Decimal`] holds.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    deserializer.deserialize_any(Number)
}

struct Number;

impl Visitor<'_> for Number {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Decimal, E> {
        Ok(Decimal::from(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Decimal, E> {
        Ok(Decimal::from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
        from_f64(number).map_err(E::custom)
    }
}

/// A decimal as a JSON number where a number is a whole item, such as one of a list or an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonNumber(pub Decimal);

impl Serialize for JsonNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for JsonNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for JsonNumber {
    fn schema_name() -> Cow<'static, str> {
        "JsonNumber".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

/// The same for an optional number, for `#[serde(with = "…")]`.
pub mod option {
    use super::{Decimal, JsonNumber};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes a decimal as a JSON number, or null.
    ///
    /// # Errors
    /// Only those of the serializer.
    pub fn serialize<S: Serializer>(number: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        number.map(JsonNumber).serialize(serializer)
    }

    /// Reads a decimal from a JSON number, or nothing from null.
    ///
    /// # Errors
    /// Anything but null or a finite number that a [`Decimal`] holds.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
        Ok(Option::<JsonNumber>::deserialize(deserializer)?.map(|number| number.0))
    }
}
