//! How an operation is to be carried out: for how long, after which waits, under which objectives.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use super::Slo;
use crate::duration::Duration;

/// What goes with a command (spec 6.9). Keys that are not known are ignored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Control {
    /// How long to measure; one second if nothing is said.
    pub duration: Duration,
    /// How long to wait before reading values, so that they have arrived; also read as `past`.
    pub delay: Duration,
    /// How long to wait before measuring, so that the application is warm.
    pub warmup: Duration,
    /// How long to watch the application after an adjustment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settlement: Option<Duration>,
    /// The load to put on the application, an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<Json>,
    /// Anything for connectors, an object; `slo` is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userdata: Option<Json>,
    /// Where the operation applies, an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Json>,
}

/// Why a control is not usable.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The objectives under `userdata.slo` cannot be read.
    #[error("invalid objectives in control.userdata.slo at `{path}`")]
    Slo {
        /// Where in them.
        path: String,
        /// Why not.
        source: serde_json::Error,
    },
}

const DEFAULT_DURATION: Duration = Duration::from_secs(1);

impl Default for Control {
    fn default() -> Self {
        Self {
            duration: DEFAULT_DURATION,
            delay: Duration::ZERO,
            warmup: Duration::ZERO,
            settlement: None,
            load: None,
            userdata: None,
            environment: None,
        }
    }
}

impl Control {
    /// Reads the service level objectives under `userdata.slo`, if there are any.
    ///
    /// # Errors
    /// Objectives that break a rule of [`Slo`].
    pub fn slo(&self) -> Result<Option<Slo>, ControlError> {
        match self.userdata.as_ref().and_then(|userdata| userdata.get("slo")) {
            None | Some(Json::Null) => Ok(None),
            Some(slo) => serde_path_to_error::deserialize(slo).map(Some).map_err(|error| ControlError::Slo {
                path: error.path().to_string(),
                source: error.into_inner(),
            }),
        }
    }
}

/// What may be written; null stands for zero, which is not the same as leaving the duration out.
#[derive(Deserialize)]
struct Wire {
    #[serde(default = "default_duration")]
    duration: Option<Duration>,
    delay: Option<Duration>,
    past: Option<Duration>,
    warmup: Option<Duration>,
    settlement: Option<Duration>,
    #[serde(default, deserialize_with = "object")]
    load: Option<Json>,
    #[serde(default, deserialize_with = "object")]
    userdata: Option<Json>,
    #[serde(default, deserialize_with = "object")]
    environment: Option<Json>,
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the type of the field")]
const fn default_duration() -> Option<Duration> {
    Some(DEFAULT_DURATION)
}

fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Ok(Option::<serde_json::Map<String, Json>>::deserialize(deserializer)?.map(Json::Object))
}

impl<'de> Deserialize<'de> for Control {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        if let (Some(delay), Some(past)) = (wire.delay, wire.past)
            && delay != past
        {
            return Err(D::Error::custom("past and delay attributes must be equal"));
        }
        Ok(Self {
            duration: wire.duration.unwrap_or_default(),
            delay: wire.delay.or(wire.past).unwrap_or_default(),
            warmup: wire.warmup.unwrap_or_default(),
            settlement: wire.settlement,
            load: wire.load,
            userdata: wire.userdata,
            environment: wire.environment,
        })
    }
}

#[cfg(test)]
mod tests;
