//! The `kubernetes` connector: Deployments and StatefulSets as a whole, adjusted and watched to an outcome.
//!
//! [`Kubernetes`] is where to begin. What is decided without the network is in `plan`, `fields`,
//! `document` and `outcome`; `watching` and `writing` are the two ways to the API server.

mod adjust;
mod change;
mod checks;
mod connector;
mod document;
mod evidence;
mod fields;
mod lease;
mod outcome;
mod owners;
mod permissions;
mod plan;
mod rbac;
mod resize;
mod route;
pub mod settings;
mod settle;
pub mod sidecar;
mod site;
mod sites;
mod snapshot;
mod state;
mod subcommands;
mod tuning;
mod view;
mod watching;
mod workload;
mod writing;

pub use connector::{Kubernetes, Prepare};
pub use settings::Settings;
