//! The port of a Service, as it is written: a name or a number.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use servo_k8s::sidecar;

/// The port of a Service, by name or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port(sidecar::Port);

impl Port {
    /// Gives it as the sidecar takes it.
    pub(crate) fn of_sidecar(&self) -> &sidecar::Port {
        &self.0
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Port {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameOrNumber)
    }
}

/// Takes both forms.
struct NameOrNumber;

impl Visitor<'_> for NameOrNumber {
    type Value = Port;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a port, or a number from 1 to 65535")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Port, E> {
        let port = u16::try_from(number).ok().filter(|port| *port > 0);
        let port = port.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))?;
        Ok(Port(sidecar::Port::Number(port)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Port, E> {
        // What is written as a text and is a number is that number, as in ServoX.
        let Ok(port) = text.parse::<sidecar::Port>();
        match &port {
            sidecar::Port::Name(name) if name.is_empty() || name.parse::<f64>().is_ok() => {
                Err(E::invalid_value(Unexpected::Str(text), &self))
            }
            _ => Ok(Port(port)),
        }
    }
}

impl JsonSchema for Port {
    fn schema_name() -> Cow<'static, str> {
        "OpsaniDevPort".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The port of a Service, by name or number.",
            "anyOf": [
                { "description": "Its number.", "type": "integer", "minimum": 1, "maximum": 65535 },
                { "description": "Its name, or its number as a text.", "type": "string", "minLength": 1 }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use servo_core::connector::typed;

    use super::*;

    #[test]
    fn a_port_is_a_name_or_a_number() {
        for (written, read) in [(json!(80), "80"), (json!("80"), "80"), (json!("http"), "http")] {
            assert_eq!(typed::<Port>(written).expect("a port").to_string(), read);
        }
        for wrong in [json!(0), json!(70_000), json!("0"), json!("99999"), json!(""), json!(-1), json!(["a"])]
        {
            assert!(typed::<Port>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
