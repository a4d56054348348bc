//! A service on a cluster, emulated: a queueing model of the service, and the replay of measured tables.
//!
//! The modules here are pure and deterministic: the same inputs give the same numbers, and nothing reads a clock,
//! a file or the environment.
//! Times are seconds, CPU is in cores and memory in GiB, unless a name says otherwise.

pub mod application;
pub mod cluster;
pub mod component;
pub mod invalid;
pub mod latency;
pub mod load;
pub mod noise;
pub mod pod;
pub mod queue;
pub mod rejection;
pub mod series;
pub mod steady;
pub mod surface;
