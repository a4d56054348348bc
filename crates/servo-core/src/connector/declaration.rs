//! What the settings of a connector alone say of an application, before anybody asks it.

use super::Workload;
use crate::model::{Component, Metric};

/// What the settings of a connector alone say of an application.
///
/// It lets a configuration be checked without touching anything: conditions on metrics that nobody provides, two servos
/// that adjust one workload.
#[derive(Clone, Debug, Default)]
pub struct Declaration {
    /// The metrics that it provides; `None` where only asking tells.
    pub metrics: Option<Vec<Metric>>,
    /// The components that it adjusts, with the values of their settings; `None` where only asking tells.
    pub components: Option<Vec<Component>>,
    /// The workloads that it adjusts.
    pub workloads: Vec<Workload>,
}
