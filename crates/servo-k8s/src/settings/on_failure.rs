//! What is done where a change fails, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::plan::OnFailure;

/// What is done where a change fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "KubernetesOnFailure")]
pub enum OnFailureSettings {
    /// The error is told; what was there before is put back.
    Exception,
    /// What was there before is put back, the workload scaled to no replicas, and the error told.
    Shutdown,
    /// The error is logged, and what is there is described as if it were meant.
    Ignore,
    /// The name that `shutdown` had before.
    Destroy,
}

impl OnFailureSettings {
    /// Says what is meant, and with it whether the name is an old one.
    pub(crate) const fn meant(self) -> (OnFailure, bool) {
        match self {
            Self::Exception => (OnFailure::Exception, false),
            Self::Shutdown => (OnFailure::Shutdown, false),
            Self::Ignore => (OnFailure::Ignore, false),
            Self::Destroy => (OnFailure::Shutdown, true),
        }
    }
}
