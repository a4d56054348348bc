//! The values an enum setting can take.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

use super::{Decimal, Value, decimal};

/// One or more different values, texts and numbers alike, in the order they were given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Value>", into = "Vec<Value>")]
pub struct Choices(Vec<Value>);

/// Why a list is not a set of choices.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoicesError {
    /// There is nothing to choose from.
    #[error("values must have at least one item")]
    Empty,
    /// A value comes twice.
    #[error("values must be unique: {value} comes twice")]
    Duplicate {
        /// The value, quoted if it is a text.
        value: String,
    },
}

impl Choices {
    /// Builds choices from at least one value, all different.
    ///
    /// # Errors
    /// An empty list, or a value that comes twice.
    pub fn new(values: Vec<Value>) -> Result<Self, ChoicesError> {
        if values.is_empty() {
            return Err(ChoicesError::Empty);
        }
        for (index, value) in values.iter().enumerate() {
            if values.iter().take(index).any(|earlier| earlier == value) {
                return Err(ChoicesError::Duplicate { value: quoted(value) });
            }
        }
        Ok(Self(values))
    }

    /// Gives the values in their order.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// Counts the values.
    #[expect(clippy::len_without_is_empty, reason = "there is always at least one")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Gives the value at an index.
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.0.get(index)
    }

    /// Gives the index of a value.
    pub fn position(&self, value: &Value) -> Option<usize> {
        self.0.iter().position(|choice| choice == value)
    }

    /// Says whether a value is among them.
    pub fn contains(&self, value: &Value) -> bool {
        self.0.contains(value)
    }

    /// Finds the choice that a value stands for: the same value, or else the one that reads the same, so that
    /// the text `2` finds the number 2 and the other way round.
    pub fn find(&self, value: &Value) -> Option<&Value> {
        self.0.iter().find(|choice| *choice == value).or_else(|| {
            let worth = number_of(value)?;
            self.0.iter().find(|choice| number_of(choice) == Some(worth))
        })
    }
}

/// Gives what a value is worth as a number, be it a number or the text of one.
fn number_of(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => decimal::parse(text).ok(),
    }
}

/// Writes a value so that a text differs from a number.
pub(super) fn quoted(value: &Value) -> String {
    match value {
        Value::Number(_) => value.to_string(),
        Value::Text(text) => format!("'{text}'"),
    }
}

impl TryFrom<Vec<Value>> for Choices {
    type Error = ChoicesError;

    fn try_from(values: Vec<Value>) -> Result<Self, ChoicesError> {
        Self::new(values)
    }
}

impl From<Choices> for Vec<Value> {
    fn from(choices: Choices) -> Self {
        choices.0
    }
}

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted: Vec<String> = self.0.iter().map(quoted).collect();
        write!(f, "[{}]", quoted.join(", "))
    }
}

impl JsonSchema for Choices {
    fn schema_name() -> Cow<'static, str> {
        "Choices".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Vec::<Value>::json_schema(generator);
        schema.insert("minItems".to_owned(), 1.into());
        schema.insert("uniqueItems".to_owned(), true.into());
        schema
    }
}

#[cfg(test)]
mod tests;
