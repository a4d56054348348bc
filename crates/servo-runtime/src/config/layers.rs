//! What stands above a document: the environment, and the command line above that.

use crate::environment::Environment;

/// What counts beside the documents of a file: defaults < document < environment < command line.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// The environment of the process, a `.env` file beneath it.
    pub environment: Environment,
    /// What `--set` and the named options of the command line say, in the order of the command line.
    pub assignments: Vec<Assignment>,
}

/// One value of the command line.
#[derive(Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The option, such as `--set` or `--token`.
    pub option: String,
    /// The path of the key, as written, such as `optimizer.token`.
    pub key: String,
    /// The value, as written.
    pub value: String,
}

/// Does not show the value: it may be a secret.
impl std::fmt::Debug for Assignment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assignment")
            .field("option", &self.option)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
