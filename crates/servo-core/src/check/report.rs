//! Who is told of checks while they run.

use std::sync::Arc;

use super::Check;

/// What a check is known by among all servos of a process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The name of the servo.
    pub servo: Arc<str>,
    /// The name of the connector.
    pub connector: Arc<str>,
    /// The id of the check.
    pub id: Arc<str>,
}

impl Key {
    /// Creates the key of the check of that id.
    pub fn new(servo: &str, connector: &str, id: &str) -> Self {
        Self { servo: servo.into(), connector: connector.into(), id: id.into() }
    }
}

/// Is told of each check as it begins and as it ends, from the task that runs it.
///
/// Checks that are not run neither begin nor end. Connectors run side by side; within each, checks follow one
/// another.
pub trait Report: Send + Sync {
    /// A check begins.
    fn begins(&self, key: &Key, check: &Check) {
        let _ = (key, check);
    }

    /// A check ended.
    fn ends(&self, key: &Key, check: &Check) {
        let _ = (key, check);
    }
}
