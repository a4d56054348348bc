//! The parameters of a command, read with the path of what is wrong.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{kind, present};

/// The `param` of a command. None is the same as an empty one.
pub(super) struct Param<'a>(Option<&'a Map<String, Value>>);

impl<'a> Param<'a> {
    /// Finds it in an answer.
    ///
    /// # Errors
    ///
    /// Anything but an object or null.
    pub(super) fn of(answer: &'a Map<String, Value>) -> Result<Self, String> {
        match present(answer, "param") {
            None => Ok(Self(None)),
            Some(Value::Object(param)) => Ok(Self(Some(param))),
            Some(other) => Err(format!("param: expected an object, found {}", kind(other))),
        }
    }

    /// Finds the value of a key; null is the same as none.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        present(self.0?, key)
    }

    /// Reads the value of a key.
    ///
    /// # Errors
    ///
    /// What cannot be read, with its path.
    pub(super) fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, String> {
        self.get(key).map(|value| deserialize(key, value)).transpose()
    }

    /// Reads the value of a key that stands for an object.
    ///
    /// # Errors
    ///
    /// What is not an object or cannot be read, with its path.
    pub(super) fn object<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, String> {
        match self.get(key) {
            Some(value) if !value.is_object() => {
                Err(format!("param.{key}: expected an object, found {}", kind(value)))
            }
            _ => self.read(key),
        }
    }
}

fn deserialize<T: DeserializeOwned>(key: &str, value: &Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = below(&format!("param.{key}"), &error.path().to_string());
        format!("{path}: {}", error.into_inner())
    })
}

/// Appends a path to another; a lone `.` is the value itself.
pub(super) fn below(outer: &str, inner: &str) -> String {
    match inner {
        "." | "" => outer.to_owned(),
        inner if inner.starts_with('[') => format!("{outer}{inner}"),
        inner => format!("{outer}.{inner}"),
    }
}
