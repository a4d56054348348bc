//! How a kind of optimizer is known to the program.

use std::path::PathBuf;
use std::sync::Arc;

use schemars::Schema;
use serde_json::Value;

use super::Optimizer;
use crate::Result;
use crate::connector::Declaration;
use crate::safety::{Mode, Restore};

/// Whose optimizer is being built.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The name of the servo.
    pub servo: String,
    /// The folder in which the servo keeps its state. It may not exist yet.
    pub state_dir: PathBuf,
    /// What the servo may do to the application.
    pub mode: Mode,
    /// What is undone when the servo ends.
    pub restore: Restore,
    /// Whether a study that was interrupted is left as it is, and another one begun.
    pub begins_anew: bool,
}

impl Identity {
    /// Names a servo that may do everything and undoes its trials.
    pub fn new(servo: impl Into<String>, state_dir: impl Into<PathBuf>) -> Self {
        Self {
            servo: servo.into(),
            state_dir: state_dir.into(),
            mode: Mode::Auto,
            restore: Restore::Trial,
            begins_anew: false,
        }
    }
}

/// A kind of optimizer: the key under `optimizer:` in a configuration, and how one is built.
#[derive(Clone, Copy)]
pub struct OptimizerDescriptor {
    /// The key, such as `embedded`.
    pub key: &'static str,
    /// One line that says what it is.
    pub description: &'static str,
    /// A complete example of its section, as YAML.
    pub example: &'static str,
    /// Gives the JSON schema of its section.
    pub schema: fn() -> Schema,
    /// Builds one from the value of its section, without input or output: that begins with
    /// [`Optimizer::hello`]. An error has the class configuration and the key at fault.
    pub build: fn(&Identity, Value) -> Result<Arc<dyn Optimizer>>,
    /// Checks the value of its section against what is known of the application before anybody asks it. An error has
    /// the class configuration and the key at fault.
    pub check: fn(&Identity, Value, &Declaration) -> Result<()>,
}

inventory::collect!(OptimizerDescriptor);

impl std::fmt::Debug for OptimizerDescriptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OptimizerDescriptor").field("key", &self.key).finish_non_exhaustive()
    }
}
