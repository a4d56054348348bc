//! The `opsani_dev` connector: a tuning pod beside a Deployment, measured through Envoy, from ten lines of configuration.
//!
//! [`OpsaniDev`] brings along a connector `kubernetes`, a `prometheus` and a `kube_metrics` that are set up for each other
//! (`sections`), and verifies step by step that the application is instrumented for them (`checks`).

mod checks;
mod connector;
mod names;
mod queries;
mod roles;
mod sections;
pub mod settings;
mod subcommands;

pub use connector::OpsaniDev;
pub use settings::Settings;
