//! Envoy in front of an application: a container that is put into its pods, and taken out again.
//!
//! [`inject`] and [`eject`] are where to begin; [`rollout`](rolled_out) waits for what becomes of it. What is decided without
//! the network is in `port`, `container` and `plan`; `door` is the way to the API server.

mod change;
mod container;
mod document;
mod door;
mod eject;
mod inject;
mod plan;
mod pod;
mod port;
mod rollout;
mod service;
mod subject;
mod target;

pub use change::{Change, How, State};
pub use eject::eject;
pub use inject::inject;
pub use port::Port;
pub use rollout::{Rollout, rolled_out};
pub use target::{Kind, Target};

/// The name of the container, where nobody says otherwise.
pub const NAME: &str = "opsani-envoy";

/// The port that Envoy listens at, where nobody says otherwise.
pub const SERVICE_PORT: u16 = 9980;

/// The port at which Envoy says what it has counted.
pub const METRICS_PORT: u16 = 9901;

/// The field manager of what is put into a workload.
pub const MANAGER: &str = "servo-sidecar";

/// What is put into the pods of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sidecar {
    /// The name of the container, such as [`NAME`].
    pub name: String,
    /// Its image.
    pub image: String,
    /// The Service whose port is meant.
    pub service: Option<String>,
    /// The port: of the Service where one is named, otherwise of a container.
    pub port: Option<Port>,
    /// Where the container stands among the others; behind them if left out.
    pub index: Option<usize>,
    /// The port that Envoy listens at, such as [`SERVICE_PORT`].
    pub service_port: u16,
}

impl Sidecar {
    /// Describes a sidecar of the usual name and port; which port it stands in front of is still to be said.
    pub fn of(image: impl Into<String>) -> Self {
        Self {
            name: NAME.to_owned(),
            image: image.into(),
            service: None,
            port: None,
            index: None,
            service_port: SERVICE_PORT,
        }
    }
}

#[cfg(test)]
mod tests;
