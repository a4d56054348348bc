//! What can be set of a component, as it is written: three amounts that every component has, and settings of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use servo_core::duration::Duration;
use servo_core::model::Value;
use servo_core::model::decimal::JsonNumber;
use servo_core::quantity::{Cpu, Memory};

/// The settings of a component by their names.
#[derive(Clone, Debug)]
pub struct Tunables {
    /// The CPU of each pod: request and limit.
    pub cpu: Amounts<Cpu>,
    /// The memory of each pod: request and limit.
    pub mem: Amounts<Memory>,
    /// The number of pods.
    pub replicas: Amounts<u32>,
    /// Settings of the component's own.
    pub own: BTreeMap<String, Tunable>,
}

/// An amount and the bounds within which it can be set. Without bounds it stays as it is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AmountsOf{T}")]
pub struct Amounts<T> {
    /// The smallest amount.
    pub min: Option<T>,
    /// The largest amount.
    pub max: Option<T>,
    /// The distance between two amounts; 125m, 128Mi or 1 if left out.
    pub step: Option<T>,
    /// The amount that is deployed first: the baseline.
    pub value: T,
    /// Whether the amount must stay as it is.
    #[serde(default)]
    pub pinned: bool,
}

/// A setting of the component's own: one of several `values`, or a number that bounds how many requests a pod works on
/// at once.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tunable {
    /// The values to choose from, with what each does. Either these or `min` and `max`.
    #[serde(default)]
    pub values: Option<BTreeMap<String, Option<EffectSettings>>>,
    /// The smallest number of requests that a pod works on at once.
    #[serde(default)]
    pub min: Option<JsonNumber>,
    /// The largest number of requests that a pod works on at once.
    #[serde(default)]
    pub max: Option<JsonNumber>,
    /// The distance between two numbers; 1 if left out.
    #[serde(default)]
    pub step: Option<JsonNumber>,
    /// What is deployed first: the baseline.
    pub value: Value,
    /// The memory that each unit of the number takes, such as a thread's stack.
    #[serde(default)]
    pub memory: Option<Memory>,
    /// Whether the value must stay as it is.
    #[serde(default)]
    pub pinned: bool,
}

/// What a value of a setting does to the component.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EffectSettings {
    /// The CPU time of a request is multiplied by this, 0.001 to 1000.
    #[schemars(range(min = 0.001, max = 1000.0))]
    pub demand: f64,
    /// The memory that a pod needs is multiplied by this, 0.001 to 1000.
    #[schemars(range(min = 0.001, max = 1000.0))]
    pub memory: f64,
    /// How long the runtime stops the world at a time.
    pub pause: Duration,
    /// The time from the beginning of one such pause to the next; required where there are pauses.
    pub every: Option<Duration>,
}

impl Default for EffectSettings {
    fn default() -> Self {
        Self { demand: 1.0, memory: 1.0, pause: Duration::ZERO, every: None }
    }
}

impl<'de> Deserialize<'de> for Tunables {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByName)
    }
}

/// Reads each setting as what its name says it is. By hand, because what serde has for it loses the place of errors.
struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = Tunables;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of settings by their names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tunables, A::Error> {
        let (mut cpu, mut mem, mut replicas, mut own) = (None, None, None, BTreeMap::new());
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "cpu" => cpu = Some(map.next_value()?),
                "mem" => mem = Some(map.next_value()?),
                "replicas" => replicas = Some(map.next_value()?),
                "memory" => map.next_value::<Misnamed>().map(drop)?,
                _ => {
                    own.insert(name, map.next_value()?);
                }
            }
        }
        Ok(Tunables {
            cpu: cpu.ok_or_else(|| A::Error::missing_field("cpu"))?,
            mem: mem.ok_or_else(|| A::Error::missing_field("mem"))?,
            replicas: replicas.ok_or_else(|| A::Error::missing_field("replicas"))?,
            own,
        })
    }
}

/// What stands under the name that the setting of a pod's memory does not have. Never read, so that the error is put at
/// its key.
struct Misnamed;

impl<'de> Deserialize<'de> for Misnamed {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("the setting of a pod's memory is called `mem`, not `memory`"))
    }
}

fn described(mut schema: Schema, description: &str) -> Schema {
    schema.insert("description".to_owned(), description.into());
    schema
}

impl JsonSchema for Tunables {
    fn schema_name() -> Cow<'static, str> {
        "Tunables".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The settings of a component by their names.",
            "type": "object",
            "properties": {
                "cpu": described(generator.subschema_for::<Amounts<Cpu>>(), "The CPU of each pod: request and limit."),
                "mem": described(
                    generator.subschema_for::<Amounts<Memory>>(),
                    "The memory of each pod: request and limit.",
                ),
                "replicas": described(generator.subschema_for::<Amounts<u32>>(), "The number of pods."),
            },
            // Whoever writes `memory` means `mem`.
            "propertyNames": {"not": {"const": "memory"}},
            "required": ["cpu", "mem", "replicas"],
            "additionalProperties": generator.subschema_for::<Tunable>(),
        })
    }
}
