//! What is adjusted of a workload, as it is written: a word, or a mapping with a type.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

/// What is adjusted of a workload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// The workload as a whole.
    #[default]
    Default,
    /// A pod beside it, the tuning pod.
    Canary {
        /// The component of the tuning pod.
        alias: Option<String>,
    },
}

/// The strategies by their names.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Default,
    Canary,
}

/// A strategy written as a mapping.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    r#type: Kind,
    #[serde(default)]
    alias: Option<String>,
}

impl<'de> Deserialize<'de> for Strategy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrMapping)
    }
}

/// Takes both forms.
struct WordOrMapping;

impl<'de> Visitor<'de> for WordOrMapping {
    type Value = Strategy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`default` or `canary`, or a mapping with one of them as its `type`")
    }

    fn visit_unit<E: Error>(self) -> Result<Strategy, E> {
        Ok(Strategy::Default)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Strategy, E> {
        match word {
            "default" => Ok(Strategy::Default),
            "canary" => Ok(Strategy::Canary { alias: None }),
            _ => Err(E::unknown_variant(word, &["default", "canary"])),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Strategy, A::Error> {
        let written = Written::deserialize(MapAccessDeserializer::new(entries))?;
        match (written.r#type, written.alias) {
            (Kind::Default, None) => Ok(Strategy::Default),
            (Kind::Default, Some(_)) => {
                Err(A::Error::custom("`alias` belongs to the strategy `canary`: remove it"))
            }
            (Kind::Canary, alias) => Ok(Strategy::Canary { alias }),
        }
    }
}

impl JsonSchema for Strategy {
    fn schema_name() -> Cow<'static, str> {
        "KubernetesStrategy".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What is adjusted: the workload as a whole, `default`, or a pod beside it, `canary`.",
            "anyOf": [
                { "description": "A strategy by its name.", "type": "string", "enum": ["default", "canary"] },
                {
                    "description": "A strategy with what belongs to it.",
                    "type": "object",
                    "properties": {
                        "type": {
                            "description": "The strategy's name.", "type": "string", "enum": ["default", "canary"]
                        },
                        "alias": {
                            "description": "The component of the tuning pod; `WORKLOAD/CONTAINER-tuning` if left out.", "type": ["string", "null"]
                        }
                    },
                    "required": ["type"],
                    "additionalProperties": false
                },
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
    fn a_strategy_is_a_word_or_a_mapping() {
        let canary = |alias: Option<&str>| Strategy::Canary { alias: alias.map(str::to_owned) };
        for (written, read) in [
            (json!("default"), Strategy::Default),
            (json!({"type": "default"}), Strategy::Default),
            (json!(null), Strategy::Default),
            (json!("canary"), canary(None)),
            (json!({"type": "canary"}), canary(None)),
            (json!({"type": "canary", "alias": "tuning"}), canary(Some("tuning"))),
        ] {
            assert_eq!(typed::<Strategy>(written.clone()).expect("a strategy"), read, "{written}");
        }
    }

    #[test]
    fn anything_else_is_refused_at_its_key() {
        let refusal = |written: Value| {
            let error = typed::<Strategy>(written).expect_err("no strategy");
            format!("{}: {}", error.key().unwrap_or_default(), error.message())
        };
        let expected = "expected `default` or `canary`, or a mapping with one of them as its `type`";
        assert_eq!(refusal(json!("tuning")), ": unknown variant `tuning`, expected `default` or `canary`");
        assert_eq!(
            refusal(json!({"type": "rollout"})),
            "type: unknown variant `rollout`, expected `default` or `canary`"
        );
        assert!(refusal(json!(3)).ends_with(expected));
        assert!(refusal(json!(["canary"])).ends_with(expected));
        assert_eq!(refusal(json!({"alias": "x"})), ": missing field `type`");
        assert!(refusal(json!({"type": "canary", "name": "x"})).contains("unknown field `name`"));
        assert!(
            refusal(json!({"type": "default", "alias": "x"})).contains("belongs to the strategy `canary`")
        );
    }
}
