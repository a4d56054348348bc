//! A setting in words: its value as people write it, a one-line summary, and advice.

use super::{Domain, Kind, Setting};
use crate::model::range::Wording;
use crate::model::{Decimal, Value};
use crate::quantity::{Cpu, Memory};

impl Setting {
    /// Writes the current value as people do, such as `250m` or `512Mi`.
    pub fn human(&self) -> Option<String> {
        self.value.as_ref().map(|value| self.show(value))
    }

    /// Writes any value of this setting as people do, such as `250m` or `512Mi`.
    pub fn show(&self, value: &Value) -> String {
        value.as_number().map_or_else(|| value.to_string(), |number| self.show_number(number))
    }

    /// Describes the setting in one line, such as `RangeSetting(range=[0..10], step=1, unit=cores)`.
    pub fn summary(&self) -> String {
        let label = self.label();
        let unit = self.unit.as_ref().map_or("None", |unit| unit.value());
        match &self.domain {
            Domain::Range(range) => format!(
                "{label}(range=[{}..{}], step={}, unit={unit})",
                self.show_number(range.min()),
                self.show_number(range.max()),
                self.show_number(range.step()),
            ),
            Domain::Enum(choices) => format!("{label}(values={choices}, unit={unit})"),
        }
    }

    /// Gives advice on the range, in the words of spec 6.5; empty if there is nothing to say.
    pub fn warnings(&self) -> Vec<String> {
        let Domain::Range(range) = &self.domain else {
            return Vec::new();
        };
        let show = |number| self.show_number(number);
        let mut warnings = range.advice(&Wording { kind: self.label(), name: &self.name, show: &show });
        if self.kind == Kind::Memory && range.min().is_zero() {
            warnings.push(format!("{}('{}') min must be greater than zero", self.label(), self.name));
        }
        warnings
    }

    /// Writes a number of this setting; what is no quantity, a negative one say, is written plainly.
    pub(super) fn show_number(&self, number: Decimal) -> String {
        let quantity = match self.kind {
            Kind::Cpu => Cpu::from_cores(number).ok().map(|cpu| cpu.to_string()),
            Kind::Memory => Memory::from_gib(number).ok().map(|memory| memory.to_string()),
            _ => None,
        };
        quantity.unwrap_or_else(|| number.normalize().to_string())
    }

    /// Names the kind as the messages of the specification do.
    const fn label(&self) -> &'static str {
        match (&self.kind, &self.domain) {
            (Kind::Plain, Domain::Range(_)) => "RangeSetting",
            (Kind::Plain, Domain::Enum(_)) => "EnumSetting",
            (Kind::Cpu, _) => "CPU",
            (Kind::Memory, _) => "Memory",
            (Kind::Replicas, _) => "Replicas",
            (Kind::InstanceType, _) => "InstanceType",
            (Kind::Environment { .. }, Domain::Range(_)) => "EnvironmentRangeSetting",
            (Kind::Environment { .. }, Domain::Enum(_)) => "EnvironmentEnumSetting",
        }
    }
}
