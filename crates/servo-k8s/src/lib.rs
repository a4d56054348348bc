//! The `kubernetes` connector: Deployments and StatefulSets as a whole, adjusted and watched to an outcome.
//!
//! [`Kubernetes`](connector::Kubernetes) is where to begin. What is decided without the network is in `plan`, `fields`,
//! `document` and `outcome`; `watching` and `writing` are the two ways to the API server.

mod cluster;
mod fault;
mod lease;
mod permissions;
mod plan;
mod quantity;
mod rbac;
pub mod settings;
mod snapshot;
mod workload;

pub use settings::Settings;
