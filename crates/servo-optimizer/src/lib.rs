//! The embedded optimizer: a search that learns a service by trying configurations, and what feeds it.

mod acquisition;
mod constraint;
pub mod history;
pub mod lattice;
mod nearest;
pub mod objective;
mod pairs;
pub mod pricing;
pub mod report;
pub mod search;
pub mod settings;
pub mod space;
pub mod study;
mod surrogate;

pub use settings::Settings;
pub use study::Study;
