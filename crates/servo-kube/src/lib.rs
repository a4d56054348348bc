//! The one way to speak to a Kubernetes cluster, for every connector that does.
//!
//! [`cluster`] is where to begin: it gives the [`Cluster`] that an [`Access`] leads to, shared by all servos of the
//! process. Questions to it take bounded time, and [`fault`] says in Servo's words why one has failed. [`quantity`] and
//! [`names`] are pure: amounts and names as the API has them.

mod access;
mod cluster;
pub mod fault;
pub mod names;
pub mod permission;
pub mod quantity;
pub mod roles;
pub mod server;
mod surroundings;

pub use access::Access;
pub use cluster::{Cluster, cluster};
pub use surroundings::Surroundings;
