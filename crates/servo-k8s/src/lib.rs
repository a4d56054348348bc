//! The `kubernetes` connector: Deployments and StatefulSets as a whole, adjusted and watched to an outcome.
//!
//! [`Kubernetes`](connector::Kubernetes) is where to begin. What is decided without the network is in `plan`, `fields`,
//! `document` and `outcome`; `watching` and `writing` are the two ways to the API server.

mod checks;
mod cluster;
mod clusters;
mod document;
mod fault;
mod fields;
mod lease;
mod owners;
mod permissions;
mod plan;
mod quantity;
mod rbac;
mod resize;
mod route;
pub mod settings;
mod snapshot;
mod state;
mod view;
mod workload;
mod writing;

pub use settings::Settings;
