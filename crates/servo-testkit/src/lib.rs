//! For tests and benches only: scripted optimizers, in memory and over HTTP, the test that every connector passes, real
//! servers, and, by the feature `cluster`, a real Kubernetes.

pub mod backend;
#[cfg(feature = "cluster")]
pub mod cluster;
pub mod conformance;
pub mod emu;
pub mod script;
pub mod server;
pub mod session;
pub mod transcript;
