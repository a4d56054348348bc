//! The `prometheus` connector: measures what Prometheus, and what speaks its HTTP API, has recorded.
//!
//! [`Settings`] is what an operator writes. Everything that is asked goes through one trait of the crate, `Source`; what
//! a measurement is made of is decided over that, without a network.

mod answer;
mod checks;
mod client;
mod clock;
mod connector;
mod failures;
mod measure;
mod observer;
mod presets;
mod query;
mod reach;
mod reading;
pub mod settings;
mod source;
mod streaming;
mod subcommands;
mod window;

#[cfg(test)]
mod scripted;

pub use connector::Prometheus;
pub use settings::Settings;
