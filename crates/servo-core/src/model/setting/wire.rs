//! The JSON form of a setting (spec 3.6, 6.5 and 6.7), in which its name is the key that it stands under.

use serde::{Deserialize, Serialize};

use super::build::{CPU, INSTANCE_TYPE, MEMORY, REPLICAS, range};
use super::{Domain, Kind, Setting, SettingError};
use crate::model::decimal::JsonNumber;
use crate::model::{Choices, ChoicesError, Decimal, Unit, Value};

/// A setting without its name; what is null is left out. Of an environment setting only what others need is
/// there, so that it comes back as a plain one.
#[derive(Serialize, Deserialize)]
pub(in crate::model) struct Wire {
    r#type: Type,
    #[serde(default)]
    pinned: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<JsonNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<JsonNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<JsonNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Value>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    Range,
    Enum,
}

/// Why a JSON object is not a setting.
#[derive(Debug, thiserror::Error)]
pub(in crate::model) enum WireError {
    #[error("{setting}: missing field `{field}`")]
    Missing { setting: String, field: &'static str },
    #[error("{setting}: {error}")]
    Choices { setting: String, error: ChoicesError },
    #[error("{}", .0.with_cause())]
    Setting(#[from] SettingError),
}

impl From<&Setting> for Wire {
    fn from(setting: &Setting) -> Self {
        let blank = Self {
            r#type: Type::Range,
            pinned: setting.pinned,
            unit: setting.unit.clone(),
            value: setting.value.clone(),
            min: None,
            max: None,
            step: None,
            values: None,
        };
        match &setting.domain {
            Domain::Range(range) => Self {
                min: Some(JsonNumber(range.min())),
                max: Some(JsonNumber(range.max())),
                step: Some(JsonNumber(range.step())),
                ..blank
            },
            Domain::Enum(choices) => {
                Self { r#type: Type::Enum, values: Some(choices.values().to_vec()), ..blank }
            }
        }
    }
}

impl Wire {
    /// Gives the setting its name, from which its kind follows.
    pub(in crate::model) fn named(self, name: &str) -> Result<Setting, WireError> {
        let missing = |field| WireError::Missing { setting: name.to_owned(), field };
        let number = |number: Option<JsonNumber>, field| number.map(|n| n.0).ok_or_else(|| missing(field));
        let domain = match self.r#type {
            Type::Range => {
                let (min, max) = (number(self.min, "min")?, number(self.max, "max")?);
                Domain::Range(range(name, min, max, number(self.step, "step")?)?)
            }
            Type::Enum => Domain::Enum(
                Choices::new(self.values.ok_or_else(|| missing("values"))?)
                    .map_err(|error| WireError::Choices { setting: name.to_owned(), error })?,
            ),
        };
        let kind = kind(name, &domain, self.unit.as_ref());
        let setting = Setting::of(name, kind, domain, self.unit).checked()?.pinned(self.pinned);
        Ok(match self.value {
            // What another party says the value is, is an observation.
            Some(value) => setting.observe(value).0,
            None => setting,
        })
    }
}

/// Tells the kind from the reserved names, if domain and unit go with them.
fn kind(name: &str, domain: &Domain, unit: Option<&Unit>) -> Kind {
    let whole = |number: Decimal| number.is_integer();
    match (name, domain, unit) {
        (CPU, Domain::Range(_), None | Some(Unit::Cores)) => Kind::Cpu,
        (MEMORY, Domain::Range(_), None | Some(Unit::Gibibytes)) => Kind::Memory,
        (REPLICAS, Domain::Range(range), None)
            if whole(range.min()) && whole(range.max()) && whole(range.step()) =>
        {
            Kind::Replicas
        }
        (INSTANCE_TYPE, Domain::Enum(_), _) => Kind::InstanceType,
        _ => Kind::Plain,
    }
}
