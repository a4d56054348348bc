//! What a cluster has beside its one node.

use clap::Args;
use serde::{Deserialize, Serialize};

/// What a cluster has beside its one node. A running cluster serves those who ask for the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Options {
    /// Write what is asked of the API server to the file `audit.log` of the cluster's folder
    #[arg(long)]
    pub audit: bool,
    /// Let Pod Security admission enforce the profile `restricted` in every namespace but those of the system
    #[arg(long)]
    pub restricted: bool,
    /// Serve `metrics.k8s.io`, which autoscalers and `kubectl top` read
    #[arg(long)]
    pub metrics_server: bool,
    /// Run a Prometheus that scrapes the kubelet, cAdvisor and the pods whose annotations ask for it
    #[arg(long)]
    pub prometheus: bool,
    /// Have the resources of Argo Rollouts, and their controller
    #[arg(long)]
    pub argo_rollouts: bool,
    /// Have so many nodes more on which pods only seem to run, labelled `servo.test/node=fake` and tainted so
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub fake_nodes: u32,
}
