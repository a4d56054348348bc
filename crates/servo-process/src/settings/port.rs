//! A port, or a range of ports of which a free one is taken.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// One or more ports in a row, from 1 to 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    first: u16,
    last: u16,
}

impl Ports {
    /// Builds a range; `None` where it has no port or port 0.
    pub fn new(first: u16, last: u16) -> Option<Self> {
        (first > 0 && first <= last).then_some(Self { first, last })
    }

    /// Gives the ports.
    pub fn all(self) -> impl Iterator<Item = u16> {
        self.first..=self.last
    }

    /// Says whether there is more than one.
    pub const fn is_range(self) -> bool {
        self.first < self.last
    }

    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Self::new(first.trim().parse().ok()?, last.trim().parse().ok()?)
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_range() { write!(f, "{}-{}", self.first, self.last) } else { write!(f, "{}", self.first) }
    }
}

impl<'de> Deserialize<'de> for Ports {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

struct Written;

impl Visitor<'_> for Written {
    type Value = Ports;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a port from 1 to 65535, or a range such as `8080-8089`")
    }

    fn visit_u64<E: Error>(self, port: u64) -> Result<Ports, E> {
        let ports = u16::try_from(port).ok().and_then(|port| Ports::new(port, port));
        ports.ok_or_else(|| E::custom(format_args!("expected a port from 1 to 65535, found {port}")))
    }

    fn visit_i64<E: Error>(self, port: i64) -> Result<Ports, E> {
        self.visit_u64(u64::try_from(port).unwrap_or_default())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Ports, E> {
        Ports::parse(text).ok_or_else(|| {
            E::custom(format_args!("expected a port, or a range such as `8080-8089`, found `{text}`"))
        })
    }
}

impl JsonSchema for Ports {
    fn schema_name() -> Cow<'static, str> {
        "Ports".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A port, or a range such as `8080-8089` of which a free one is taken.",
            "type": ["integer", "string"],
            "minimum": 1,
            "maximum": 65535,
            "pattern": "^[0-9]+( *- *[0-9]+)?$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_and_ranges_are_read() {
        for (text, expected) in [("8080", Some((8080, 8080))), ("8080-8089", Some((8080, 8089)))] {
            let read: Option<Ports> = serde_json::from_str(&format!("\"{text}\"")).ok();
            assert_eq!(read.map(|ports| (ports.first, ports.last)), expected);
            assert_eq!(read.unwrap().to_string(), text);
        }
        assert_eq!(serde_json::from_str::<Ports>("80").unwrap().to_string(), "80");
        for wrong in ["0", "65536", "-1", "\"9-8\"", "\"\"", "\"a\"", "\"0-3\"", "1.5", "[]"] {
            assert!(serde_json::from_str::<Ports>(wrong).is_err(), "{wrong}");
        }
    }
}
