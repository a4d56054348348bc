//! The embedded optimizer: a search that learns a service by trying configurations, and what feeds it.

mod acquisition;
pub mod lattice;
pub mod search;
mod surrogate;
