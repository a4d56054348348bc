//! What can be written into a journal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Change, Ledger, Values};

/// An entry, with the time of the clock at which it was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// When it was written.
    pub at: Timestamp,
    /// What was written.
    pub entry: Entry,
}

impl Record {
    /// Makes a record of now.
    pub fn now(entry: Entry) -> Self {
        Self { at: Timestamp::now(), entry }
    }
}

/// What can be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Entry {
    /// A change is about to be made.
    Change(Change),
    /// The application says that it has the values.
    Confirmed {
        /// The number of the change.
        change: u64,
        /// What the settings that it changes are now.
        state: Values,
    },
    /// The change did not succeed. How far it came is not known.
    Failed {
        /// The number of the change.
        change: u64,
        /// Why.
        reason: String,
    },
    /// What was begun and not confirmed, or tried, is not in force any more: the application was looked at.
    Settled {
        /// What its settings are.
        state: Values,
    },
    /// The circuit is broken: no changes until an operator says so.
    Tripped {
        /// Why.
        reason: String,
    },
    /// An operator allows changes again.
    Reset,
    /// A connector is about to create something that must not outlive it.
    Created {
        /// The connector's name.
        connector: String,
        /// What it calls it.
        key: String,
        /// What it needs in order to find and remove it.
        value: Json,
    },
    /// A connector has removed what it created.
    Removed {
        /// The connector's name.
        connector: String,
        /// What it called it.
        key: String,
    },
    /// What all records before this one add up to.
    Checkpoint(Box<Ledger>),
}

impl Entry {
    /// Returns the word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Change(_) => "change",
            Self::Confirmed { .. } => "confirmed",
            Self::Failed { .. } => "failed",
            Self::Settled { .. } => "settled",
            Self::Tripped { .. } => "tripped",
            Self::Reset => "reset",
            Self::Created { .. } => "created",
            Self::Removed { .. } => "removed",
            Self::Checkpoint(_) => "checkpoint",
        }
    }
}
