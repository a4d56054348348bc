//! The connector `kube_metrics`: what the pods of a workload use of CPU and memory, what they ask for and may take, and how
//! often they restart; of the workload's own pods and of its tuning pod apart.
//!
//! Usage is what the metrics API of the cluster (`metrics.k8s.io`) has sampled; the rest is what the pods themselves say,
//! which a watch tells. [`KubeMetrics`] is where to begin; `collect` makes series of both, without the network.

mod checks;
mod collect;
mod connector;
mod measure;
mod metric;
mod pod;
mod roles;
mod sample;
pub mod settings;
mod subcommands;
mod target;
mod watching;

pub use connector::KubeMetrics;
pub use roles::METRICS as METRICS_GROUP;
pub use settings::Settings;
