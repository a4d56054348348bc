//! The nodes of the cluster as they are written.

use schemars::JsonSchema;
use serde::Deserialize;
use servo_core::model::decimal::to_f64;
use servo_core::quantity::{Cpu, Memory};

use crate::cluster::NodePool;

/// Nodes of one kind.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeSettings {
    /// How many nodes.
    pub count: u32,
    /// What pods may request of each node's CPU.
    pub cpu: Cpu,
    /// What pods may request of each node's memory.
    pub memory: Memory,
    /// How many pods each node may run; 110 if left out, as a kubelet allows.
    #[serde(default = "kubelet_default")]
    pub pods: u32,
}

const fn kubelet_default() -> u32 {
    110
}

impl NodeSettings {
    pub(crate) fn pool(&self) -> NodePool {
        NodePool {
            nodes: self.count,
            cpu_cores: to_f64(self.cpu.cores()),
            memory_gib: to_f64(self.memory.gib()),
            pods: self.pods,
        }
    }
}
