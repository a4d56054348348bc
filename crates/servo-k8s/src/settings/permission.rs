//! Permissions that an operator wants to be checked, as they are written.

use schemars::JsonSchema;
use serde::Deserialize;

/// Verbs on resources of an API group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "KubernetesPermission")]
pub struct PermissionSettings {
    /// The API group, such as `apps`; empty for the core group.
    #[serde(default)]
    pub group: String,
    /// Resources, such as `pods` or `pods/log`.
    #[schemars(length(min = 1))]
    pub resources: Vec<String>,
    /// Verbs, such as `get`.
    #[schemars(length(min = 1))]
    pub verbs: Vec<String>,
}
