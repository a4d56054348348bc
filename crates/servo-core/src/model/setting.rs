//! A setting of a component: what it is called, which values it can take, and which one it has.

mod assign;
mod build;
mod error;
mod text;
pub(super) mod wire;

pub use error::SettingError;

use serde::{Deserialize, Serialize};

use super::{Choices, Range, Unit, Value};

/// Something of a component that can be adjusted (spec 6.4 to 6.7).
///
/// The name, the kind and the domain agree with one another: a CPU setting is called `cpu`, its values are
/// cores and its range starts above zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    name: String,
    kind: Kind,
    domain: Domain,
    pinned: bool,
    unit: Option<Unit>,
    value: Option<Value>,
}

/// What a setting stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nothing that Servo knows more of.
    Plain,
    /// CPU of one replica, in cores.
    Cpu,
    /// Memory of one replica, in GiB.
    Memory,
    /// The number of replicas.
    Replicas,
    /// The type of machine.
    InstanceType,
    /// An environment variable of a container.
    Environment {
        /// The variable's real name, where it differs from the setting's.
        literal: Option<String>,
        /// The type that numbers are cast to.
        value_type: Option<NumberType>,
    },
}

/// The type of number an environment variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NumberType {
    /// Whole numbers.
    Int,
    /// Any numbers.
    Float,
}

/// The values a setting can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Domain {
    /// Numbers on a grid.
    Range(Range),
    /// One of a list.
    Enum(Choices),
}

impl Setting {
    /// Gives the name, unique within the component.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives what the setting stands for.
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Gives the values it can take.
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Gives the range, if that is its domain.
    pub const fn as_range(&self) -> Option<&Range> {
        match &self.domain {
            Domain::Range(range) => Some(range),
            Domain::Enum(_) => None,
        }
    }

    /// Gives the choices, if they are its domain.
    pub const fn as_choices(&self) -> Option<&Choices> {
        match &self.domain {
            Domain::Range(_) => None,
            Domain::Enum(choices) => Some(choices),
        }
    }

    /// Says whether the value must stay as it is.
    pub const fn is_pinned(&self) -> bool {
        self.pinned
    }

    /// Gives the unit of the values.
    pub const fn unit(&self) -> Option<&Unit> {
        self.unit.as_ref()
    }

    /// Gives the current value, if it is known.
    pub const fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    /// Gives the name of the environment variable behind the setting: its literal name, or the setting's.
    pub fn variable_name(&self) -> &str {
        match &self.kind {
            Kind::Environment { literal: Some(literal), .. } => literal,
            _ => &self.name,
        }
    }
}

#[cfg(test)]
mod tests;
