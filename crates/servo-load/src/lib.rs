//! The connectors `load` and `vegeta`: send requests at a rate that is fixed in advance, and measure how they are
//! answered.
//!
//! [`Settings`] is what an operator writes. When each request is due is decided by `schedule`, before anything is sent;
//! `engine` sends them from a thread of its own, and what it saw is made into readings by `summary`.

mod checks;
mod connector;
mod engine;
mod measure;
mod preparation;
mod profile;
mod publishing;
mod rate;
mod schedule;
pub mod settings;
mod subcommands;
mod summary;
mod target;
mod verdict;

pub use connector::Load;
pub use profile::{Ramp, Step};
pub use rate::{Rate, RateError};
pub use settings::Settings;
