//! A service on a cluster, emulated: a queueing model of the service, and the replay of measured tables.
//!
//! The connector [`Emulator`] lets Servo describe, measure and adjust it like a real one; what is deployed lives in a
//! file of its own.
//! The modules below that are public are the model: pure and deterministic, the same inputs give the same numbers, and
//! nothing in them reads a clock, a file or the environment.
//! Their times are seconds, CPU is in cores and memory in GiB, unless a name says otherwise.

mod adjust;
pub mod application;
mod assignment;
mod checks;
mod clock;
pub mod cluster;
pub mod component;
mod connector;
mod describe;
pub mod invalid;
pub mod latency;
pub mod load;
mod lock;
mod measure;
pub mod noise;
pub mod pod;
mod private;
mod promote;
pub mod queue;
pub mod rejection;
mod replay;
pub mod series;
mod service;
pub mod settings;
mod state;
pub mod steady;
mod subcommands;
mod subject;
pub mod surface;
mod trial;
mod truth;
mod turn;
mod world;

pub use connector::Emulator;
pub use settings::Settings;
