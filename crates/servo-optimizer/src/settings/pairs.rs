//! Which metrics are compared with those of the other side, as an operator writes it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// Which metrics of a tuning instance are compared with those of the service beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Pairs {
    /// Each metric `tuning_…` with `main_…` of the same name, where tuning instances alone are searched.
    #[default]
    Auto,
    /// None: each metric counts as it was measured.
    None,
    /// These, each with its control.
    Named(BTreeMap<String, String>),
}

impl Pairs {
    /// Says whether nothing was written of it.
    pub(crate) fn is_auto(&self) -> bool {
        *self == Self::Auto
    }
}

impl Serialize for Pairs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => serializer.serialize_str("auto"),
            Self::None => serializer.serialize_str("none"),
            Self::Named(pairs) => pairs.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrMapping)
    }
}

/// Takes both forms.
struct WordOrMapping;

impl<'de> Visitor<'de> for WordOrMapping {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`auto` or `none`, or a mapping from metrics to their controls")
    }

    fn visit_unit<E: Error>(self) -> Result<Pairs, E> {
        Ok(Pairs::Auto)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Pairs, E> {
        match word {
            "auto" => Ok(Pairs::Auto),
            "none" => Ok(Pairs::None),
            _ => Err(E::unknown_variant(word, &["auto", "none"])),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Pairs, A::Error> {
        BTreeMap::deserialize(MapAccessDeserializer::new(entries)).map(Pairs::Named)
    }
}

impl JsonSchema for Pairs {
    fn schema_name() -> Cow<'static, str> {
        "EmbeddedPairs".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Which metrics of a tuning instance are compared with those of the service beside it, so that a load that changes meanwhile does not count.",
            "anyOf": [
                { "description": "`auto`: each metric `tuning_…` with `main_…`. `none`: none.", "type": "string", "enum": ["auto", "none"] },
                { "description": "Metrics, each with its control.", "type": "object", "additionalProperties": { "type": "string" } },
                { "description": "As if it were left out.", "type": "null" }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use servo_core::connector::typed;

    use super::*;

    #[test]
    fn pairs_are_a_word_or_a_mapping_and_are_written_as_they_are_read() {
        let named = Pairs::Named(BTreeMap::from([("canary_latency".to_owned(), "latency".to_owned())]));
        for (written, read) in [
            (json!("auto"), Pairs::Auto),
            (json!("none"), Pairs::None),
            (json!({"canary_latency": "latency"}), named),
        ] {
            assert_eq!(typed::<Pairs>(written.clone()).expect("pairs"), read);
            assert_eq!(serde_json::to_value(&read).expect("JSON"), written);
        }
        assert_eq!(typed::<Pairs>(Value::Null).expect("pairs"), Pairs::Auto);
        for wrong in [json!("all"), json!(3), json!(["a"]), json!({"a": 1})] {
            assert!(typed::<Pairs>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
