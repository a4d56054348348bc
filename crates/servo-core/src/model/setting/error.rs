//! What can be wrong with a setting or with a value for it.

use std::error::Error;

use crate::model::RangeError;
use crate::model::decimal::NumberError;
use crate::quantity::QuantityError;

/// Why a setting cannot exist or a value cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The value lies beyond the bounds.
    #[error("{setting}: invalid value: {value} is outside of the range {min}-{max}")]
    Outside {
        /// The setting's name.
        setting: String,
        /// The value.
        value: String,
        /// The smallest value.
        min: String,
        /// The largest value.
        max: String,
    },
    /// The value is not one of the choices.
    #[error("{setting}: invalid value: {value} is not in the values list {choices}")]
    NotListed {
        /// The setting's name.
        setting: String,
        /// The value, quoted if it is a text.
        value: String,
        /// The choices.
        choices: String,
    },
    /// The setting is pinned to another value.
    #[error(
        "{setting}: value of pinned settings cannot be changed: assigned value {assigned} is not equal to existing \
         value {existing}"
    )]
    Pinned {
        /// The setting's name.
        setting: String,
        /// The value that was to be assigned.
        assigned: String,
        /// The value it has.
        existing: String,
    },
    /// A number with decimals where only whole numbers make sense.
    #[error("{setting}: invalid value: {value} is not a whole number")]
    NotWhole {
        /// The setting's name.
        setting: String,
        /// The number.
        value: String,
    },
    /// A minimum of zero or less where there must be something.
    #[error("{setting}: min must be greater than zero")]
    MinNotPositive {
        /// The setting's name.
        setting: String,
    },
    /// A minimum below zero where there cannot be less than nothing.
    #[error("{setting}: min cannot be negative")]
    MinNegative {
        /// The setting's name.
        setting: String,
    },
    /// The bounds and the step are not a range.
    #[error("{setting}: invalid range")]
    Range {
        /// The setting's name.
        setting: String,
        /// Why not.
        source: RangeError,
    },
    /// The text is not a number.
    #[error("{setting}: invalid value")]
    Number {
        /// The setting's name.
        setting: String,
        /// Why not.
        source: NumberError,
    },
    /// The text is not a quantity.
    #[error("{setting}: invalid value")]
    Quantity {
        /// The setting's name.
        setting: String,
        /// Why not.
        source: QuantityError,
    },
}

impl SettingError {
    /// Writes the error and its cause in one line, for a warning or for the one line that a deserializer
    /// takes.
    pub(crate) fn with_cause(&self) -> String {
        self.source().map_or_else(|| self.to_string(), |cause| format!("{self}: {cause}"))
    }

    /// Makes a mistake of the configuration of it, at the key (`min` or `step`) that it is about, where it is about one.
    pub fn fault(&self) -> crate::Error {
        let fault = crate::Error::configuration(self.to_string());
        let fault = match self {
            Self::MinNotPositive { .. }
            | Self::MinNegative { .. }
            | Self::Range { source: RangeError::MinAboveMax { .. }, .. } => fault.at("min"),
            Self::Range { source: RangeError::StepZero | RangeError::StepNegative { .. }, .. } => {
                fault.at("step")
            }
            _ => fault,
        };
        match self.source() {
            Some(source) => fault.with_source(source.to_string()),
            None => fault,
        }
    }
}
