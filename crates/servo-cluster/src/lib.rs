//! For tests only: a real Kubernetes cluster of one node, in namespaces of its own.
//!
//! The API server, the controllers, the scheduler and the kubelet are the real ones, the containers are containers, and
//! their limits hold. Everything is in one folder, one process, network, mount and control group namespace, and on
//! loopback; [`Cluster::down`] leaves nothing of it, and neither does the end of whoever holds it.
//!
//! `cargo xtask cluster build` puts the programs in place that it is made of.

mod authority;
mod cgroups;
pub mod client;
mod cluster;
pub mod command;
mod component;
mod conversation;
mod digest;
pub mod envoy;
mod error;
pub mod image;
mod inside;
mod keeper;
mod kubeconfig;
pub mod manifest;
pub mod network;
mod options;
mod programs;
pub mod prometheus;
mod reach;
mod relay;
mod settings;
mod site;

pub use cluster::{Cluster, Place};
pub use component::Component;
pub use conversation::{Progress, Resident, Status};
pub use error::{Error, Result};
pub use inside::fake::LABEL as FAKE_NODE;
pub use options::Options;
pub use programs::Programs;
pub use reach::Reach;
pub use relay::Way;
pub use site::Site;
