//! A new value for one setting, and the state that several of them describe.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Value;
use super::entries::Entries;

/// A value for a setting of a component, written `main.cpu=1.5`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Adjustment {
    /// The component's name.
    pub component: String,
    /// The setting's name.
    pub setting: String,
    /// The value.
    pub value: Value,
}

/// Why a text is not an adjustment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unable to parse setting descriptor '{input}': expected format is `component.setting=value`")]
pub struct AdjustmentError {
    /// What was read.
    pub input: String,
}

impl Adjustment {
    /// Names a setting and its value.
    pub fn new(component: impl Into<String>, setting: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { component: component.into(), setting: setting.into(), value: value.into() }
    }
}

impl fmt::Display for Adjustment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}={}", self.component, self.setting, self.value)
    }
}

impl FromStr for Adjustment {
    type Err = AdjustmentError;

    /// Reads `component.setting=value`. The value stays a text: only the setting knows what it means, and
    /// reads it when it is [proposed](super::Setting::propose).
    fn from_str(text: &str) -> Result<Self, AdjustmentError> {
        let parts = text.split_once('=').and_then(|(name, value)| {
            let (component, setting) = name.split_once('.')?;
            (!component.is_empty() && !setting.is_empty()).then(|| Self::new(component, setting, value))
        });
        parts.ok_or_else(|| AdjustmentError { input: text.to_owned() })
    }
}

/// Adjustments as the state of an application, in the form of spec 3.6:
/// `{"application": {"components": {"main": {"settings": {"cpu": {"value": 1.5}}}}}}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// The adjustments, those of one component together.
    pub adjustments: Vec<Adjustment>,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    application: Application,
}

#[derive(Serialize, Deserialize)]
struct Application {
    components: Entries<Settings>,
}

#[derive(Serialize, Deserialize, Default)]
struct Settings {
    settings: Entries<Assigned>,
}

#[derive(Serialize, Deserialize)]
struct Assigned {
    value: Value,
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut components: Vec<(String, Settings)> = Vec::new();
        for Adjustment { component, setting, value } in &self.adjustments {
            let index = components.iter().position(|(name, _)| name == component).unwrap_or_else(|| {
                components.push((component.clone(), Settings::default()));
                components.len() - 1
            });
            let settings = &mut components[index].1.settings.0;
            // Two values for one setting: the later one is the state.
            settings.retain(|(name, _)| name != setting);
            settings.push((setting.clone(), Assigned { value: value.clone() }));
        }
        Wire { application: Application { components: Entries(components) } }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let components = Wire::deserialize(deserializer)?.application.components.0;
        let adjustments = components.into_iter().flat_map(|(component, body)| {
            let settings = body.settings.0.into_iter();
            settings
                .map(move |(setting, assigned)| Adjustment::new(component.clone(), setting, assigned.value))
        });
        Ok(Self { adjustments: adjustments.collect() })
    }
}

#[cfg(test)]
mod tests;
