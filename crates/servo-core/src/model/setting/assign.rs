//! Values for a setting: read from text, observed in the world, or proposed by a search.

use super::{Domain, Kind, Setting, SettingError};
use crate::model::choices::quoted;
use crate::model::{Value, decimal};
use crate::quantity::{Cpu, Memory};

impl Setting {
    /// Reads a text as a value of this setting: `250m` is 0.25 for CPU, `512Mi` is 0.5 for memory, where a
    /// plain number is GiB. Whether the setting can take the value is not looked at.
    ///
    /// # Errors
    /// Text that is not a number, or a quantity, where the setting takes one.
    pub fn parse(&self, text: &str) -> Result<Value, SettingError> {
        let Domain::Range(_) = &self.domain else {
            let value = Value::from(text);
            return Ok(self.as_choices().and_then(|choices| choices.find(&value)).cloned().unwrap_or(value));
        };
        let setting = || self.name.clone();
        let quantity = |source| SettingError::Quantity { setting: setting(), source };
        let text = text.trim();
        let number = match self.kind {
            Kind::Cpu => text.parse::<Cpu>().map_err(quantity)?.cores(),
            Kind::Memory => match decimal::parse(text) {
                Ok(gib) => gib,
                Err(_) => text.parse::<Memory>().map_err(quantity)?.gib(),
            },
            _ => {
                decimal::parse(text).map_err(|source| SettingError::Number { setting: setting(), source })?
            }
        };
        self.convert(&Value::Number(number))
    }

    /// Describes what was read from the world: the setting with that value, and a warning if it is one that
    /// the setting would not take.
    pub fn observe(&self, value: impl Into<Value>) -> (Self, Option<String>) {
        let value = value.into();
        let (value, warning) = match self.convert(&value) {
            Ok(value) => {
                let warning = self.admit(&value).err();
                (value, warning)
            }
            Err(error) => (value, Some(error)),
        };
        (Self { value: Some(value), ..self.clone() }, warning.map(|warning| warning.with_cause()))
    }

    /// Accepts or rejects a value that somebody wants to assign, and gives it in the setting's own type.
    ///
    /// A value between the bounds is accepted on the grid or off it; one outside only if it equals the
    /// baseline. A pinned setting keeps the value it has.
    ///
    /// # Errors
    /// Why the value is rejected.
    pub fn propose(&self, value: &Value, baseline: Option<&Value>) -> Result<Value, SettingError> {
        let value = self.convert(value)?;
        if let Some(existing) = self.value.as_ref().filter(|_| self.pinned) {
            return if *existing == value {
                Ok(value)
            } else {
                Err(SettingError::Pinned {
                    setting: self.name.clone(),
                    assigned: self.show(&value),
                    existing: self.show(existing),
                })
            };
        }
        let is_baseline =
            baseline.and_then(|baseline| self.convert(baseline).ok()).is_some_and(|it| it == value);
        if !is_baseline {
            self.admit(&value)?;
        }
        Ok(value)
    }

    /// Brings a value into the setting's own type.
    fn convert(&self, value: &Value) -> Result<Value, SettingError> {
        match (&self.domain, value) {
            (Domain::Enum(choices), value) => Ok(choices.find(value).unwrap_or(value).clone()),
            (Domain::Range(_), Value::Text(text)) => self.parse(text),
            (Domain::Range(_), Value::Number(number)) if self.is_whole() && !number.is_integer() => {
                Err(SettingError::NotWhole { setting: self.name.clone(), value: value.to_string() })
            }
            (Domain::Range(_), Value::Number(number)) => Ok(Value::from(*number)),
        }
    }

    /// Checks that the domain has a value of the setting's own type.
    fn admit(&self, value: &Value) -> Result<(), SettingError> {
        let setting = || self.name.clone();
        match (&self.domain, value) {
            (Domain::Enum(choices), value) if !choices.contains(value) => Err(SettingError::NotListed {
                setting: setting(),
                value: quoted(value),
                choices: choices.to_string(),
            }),
            (Domain::Range(range), Value::Number(number)) if !range.contains(*number) => {
                Err(SettingError::Outside {
                    setting: setting(),
                    value: self.show(value),
                    min: self.show_number(range.min()),
                    max: self.show_number(range.max()),
                })
            }
            (Domain::Range(_), Value::Text(text)) => Err(SettingError::Number {
                setting: setting(),
                source: decimal::NumberError::Syntax { input: text.clone() },
            }),
            _ => Ok(()),
        }
    }
}
