//! A real Kubernetes cluster for tests: one that all tests of a run share, and ones of a test's own.
//!
//! `cargo xtask cluster build` puts the programs in place that it is made of; where one is missing, a test fails and says
//! so. A test works in a [namespace](in_namespace) of its own and leaves nothing in the cluster. What concerns the whole
//! node, such as an API server that is paused, is for [a cluster of the test's own](Own).
//!
//! With `SERVO_TEST_KUBECONFIG` set to a file, the tests use that cluster instead of starting one. What needs the inside
//! of a node is left out then, each time with a sentence that says so.

mod access;
mod account;
mod audit;
mod container_group;
mod dump;
mod kubectl;
mod namespace;
mod node;
mod own;
mod place;
mod shared;
mod until;
mod workload;

pub use access::Access;
pub use account::Account;
pub use audit::Entry;
pub use container_group::ContainerGroup;
pub use kubectl::Said;
pub use namespace::{Namespace, in_namespace};
pub use node::{Node, Paused};
pub use own::{Own, Room};
pub use place::{binary, root};
pub use servo_cluster::{Component, Options, Reach};
pub use shared::Shared;
pub use until::until;
