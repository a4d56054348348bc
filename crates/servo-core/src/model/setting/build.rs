//! Making settings of each kind.

use super::{Domain, Kind, NumberType, Setting, SettingError};
use crate::model::{Choices, Decimal, Range, Unit, Value};
use crate::quantity::{Cpu, Memory};

pub(super) const CPU: &str = "cpu";
pub(super) const MEMORY: &str = "mem";
pub(super) const REPLICAS: &str = "replicas";
pub(super) const INSTANCE_TYPE: &str = "inst_type";

impl Setting {
    /// Makes a plain setting over a range.
    pub fn range(name: impl Into<String>, range: Range) -> Self {
        Self::of(name, Kind::Plain, Domain::Range(range), None)
    }

    /// Makes a plain setting over a list of values.
    pub fn choice(name: impl Into<String>, choices: Choices) -> Self {
        Self::of(name, Kind::Plain, Domain::Enum(choices), None)
    }

    /// Makes the setting `cpu`, in cores.
    ///
    /// # Errors
    /// A minimum of zero, or bounds and a step that are not a [`Range`].
    pub fn cpu(min: Cpu, max: Cpu, step: Cpu) -> Result<Self, SettingError> {
        let range = range(CPU, min.cores(), max.cores(), step.cores())?;
        Self::of(CPU, Kind::Cpu, Domain::Range(range), Some(Unit::Cores)).checked()
    }

    /// Makes the setting `mem`, in GiB.
    ///
    /// # Errors
    /// Bounds and a step that are not a [`Range`].
    pub fn memory(min: Memory, max: Memory, step: Memory) -> Result<Self, SettingError> {
        let range = range(MEMORY, min.gib(), max.gib(), step.gib())?;
        Self::of(MEMORY, Kind::Memory, Domain::Range(range), Some(Unit::Gibibytes)).checked()
    }

    /// Makes the setting `replicas`.
    ///
    /// # Errors
    /// Bounds and a step that are not a [`Range`].
    pub fn replicas(min: u32, max: u32, step: u32) -> Result<Self, SettingError> {
        let range = range(REPLICAS, min.into(), max.into(), step.into())?;
        Self::of(REPLICAS, Kind::Replicas, Domain::Range(range), None).checked()
    }

    /// Makes the setting `inst_type`.
    pub fn instance_type(choices: Choices) -> Self {
        Self::of(
            INSTANCE_TYPE,
            Kind::InstanceType,
            Domain::Enum(choices),
            Some(Unit::Other("ec2".to_owned())),
        )
    }

    /// Makes a setting for an environment variable that holds a number; `literal` is the variable's name
    /// where that differs from the setting's.
    ///
    /// # Errors
    /// Numbers with decimals where the variable holds whole ones.
    pub fn environment_range(
        name: impl Into<String>,
        range: Range,
        literal: Option<String>,
        value_type: Option<NumberType>,
    ) -> Result<Self, SettingError> {
        Self::of(name, Kind::Environment { literal, value_type }, Domain::Range(range), None).checked()
    }

    /// Makes a setting for an environment variable that holds one of a list of values.
    pub fn environment_choice(name: impl Into<String>, choices: Choices, literal: Option<String>) -> Self {
        Self::of(name, Kind::Environment { literal, value_type: None }, Domain::Enum(choices), None)
    }

    /// Gives the setting another unit.
    pub fn with_unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Pins the setting to its value, or lets it go.
    pub fn pinned(mut self, pinned: bool) -> Self {
        self.pinned = pinned;
        self
    }

    /// Gives the setting a value that it can take. What is read from the world goes through
    /// [`observe`](Setting::observe) instead.
    ///
    /// # Errors
    /// A value outside the domain, or another than the one a pinned setting has.
    pub fn with_value(mut self, value: impl Into<Value>) -> Result<Self, SettingError> {
        self.value = Some(self.propose(&value.into(), None)?);
        Ok(self)
    }

    pub(super) fn of(name: impl Into<String>, kind: Kind, domain: Domain, unit: Option<Unit>) -> Self {
        Self { name: name.into(), kind, domain, pinned: false, unit, value: None }
    }

    /// Checks what the kind asks of the range.
    pub(super) fn checked(self) -> Result<Self, SettingError> {
        let setting = || self.name.clone();
        let Domain::Range(range) = &self.domain else {
            return Ok(self);
        };
        match self.kind {
            Kind::Cpu if range.min() <= Decimal::ZERO => {
                Err(SettingError::MinNotPositive { setting: setting() })
            }
            Kind::Memory | Kind::Replicas if range.min() < Decimal::ZERO => {
                Err(SettingError::MinNegative { setting: setting() })
            }
            _ if self.is_whole() => {
                let off =
                    [range.min(), range.max(), range.step()].into_iter().find(|number| !number.is_integer());
                match off {
                    Some(number) => {
                        Err(SettingError::NotWhole { setting: setting(), value: number.to_string() })
                    }
                    None => Ok(self),
                }
            }
            _ => Ok(self),
        }
    }

    /// Says whether the setting takes whole numbers only.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.kind, Kind::Replicas | Kind::Environment { value_type: Some(NumberType::Int), .. })
    }
}

/// Builds a range and names the setting if it is none.
pub(super) fn range(setting: &str, min: Decimal, max: Decimal, step: Decimal) -> Result<Range, SettingError> {
    Range::new(min, max, step).map_err(|source| SettingError::Range { setting: setting.to_owned(), source })
}
