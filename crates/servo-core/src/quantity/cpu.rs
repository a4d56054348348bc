//! CPU in cores, written `250m`, `2` or `2.5`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

use super::QuantityError;
use crate::model::Decimal;
use crate::model::decimal;

/// Suffixes below one core with the power of ten they stand for, largest first.
const SUFFIXES: [(char, i64); 3] = [('m', -3), ('u', -6), ('n', -9)];

/// The grammar of [`Cpu`] as a regular expression of JSON Schema.
const PATTERN: &str = r"^\s*\+?([0-9]+|[0-9]*\.[0-9]+)([eE][+-]?[0-9]+)?[mun]?\s*$";

/// An amount of CPU, exact and not negative.
///
/// Text is cores, or has a suffix `m` (1/1000), `u` (1/10^6) or `n` (1/10^9); a number is cores (spec 8.1.2).
/// It prints cores from one upwards and the fitting suffix below, and is serialised as that text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cpu {
    cores: Decimal,
}

impl Cpu {
    /// Builds an amount from cores.
    ///
    /// # Errors
    /// A negative number.
    pub fn from_cores(cores: Decimal) -> Result<Self, QuantityError> {
        if cores < Decimal::ZERO {
            return Err(QuantityError::Negative { input: cores.to_string() });
        }
        Ok(Self { cores: cores.normalize() })
    }

    /// Gives the amount in cores.
    pub const fn cores(self) -> Decimal {
        self.cores
    }

    /// Says whether the amount is nothing.
    pub const fn is_zero(self) -> bool {
        self.cores.is_zero()
    }
}

impl FromStr for Cpu {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let input = || text.to_owned();
        let trimmed = text.trim();
        let (digits, power) = SUFFIXES
            .iter()
            .find_map(|(suffix, power)| trimmed.strip_suffix(*suffix).map(|digits| (digits, *power)))
            .unwrap_or((trimmed, 0));
        let number = match decimal::parse(digits) {
            Ok(number) => number,
            Err(decimal::NumberError::Syntax { .. }) => return Err(QuantityError::Cpu { input: input() }),
            Err(_) => return Err(QuantityError::Digits { input: input() }),
        };
        let cores = decimal::shift(number, power).ok_or_else(|| QuantityError::Digits { input: input() })?;
        if cores < Decimal::ZERO {
            return Err(QuantityError::Negative { input: input() });
        }
        Ok(Self { cores })
    }
}

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.cores >= Decimal::ONE {
            return f.pad(&self.cores.to_string());
        }
        if self.is_zero() {
            return f.pad("0n");
        }
        let mut text = self.cores.to_string();
        for (suffix, power) in SUFFIXES {
            if let Some(amount) = decimal::shift(self.cores, -power) {
                text = format!("{amount}{suffix}");
                if amount >= Decimal::ONE {
                    break;
                }
            }
        }
        f.pad(&text)
    }
}

impl Serialize for Cpu {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cpu {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrCores)
    }
}

struct TextOrCores;

impl Visitor<'_> for TextOrCores {
    type Value = Cpu;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CPU quantity such as `250m`, or a number of cores")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cpu, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, cores: u64) -> Result<Cpu, E> {
        Cpu::from_cores(Decimal::from(cores)).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, cores: i64) -> Result<Cpu, E> {
        Cpu::from_cores(Decimal::from(cores)).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, cores: f64) -> Result<Cpu, E> {
        Cpu::from_cores(decimal::from_f64(cores).map_err(E::custom)?).map_err(E::custom)
    }
}

impl JsonSchema for Cpu {
    fn schema_name() -> Cow<'static, str> {
        "Cpu".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount of CPU: text such as `250m` or `2.5`, or a number of cores.",
            "anyOf": [
                {
                    "description": "Cores, or a number with `m` (1/1000), `u` (1/1000000) or `n`.",
                    "type": "string",
                    "pattern": PATTERN,
                    "examples": ["250m", "2.5", "4"]
                },
                { "description": "A number of cores.", "type": "number", "minimum": 0 }
            ]
        })
    }
}
