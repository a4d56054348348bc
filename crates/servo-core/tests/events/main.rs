//! The events of section 4 of the compatibility description, one test for each behaviour.
//!
//! This is another crate than the bus: `Ping` below is an event that the bus knows nothing of.

mod around;
mod cancelling;
mod dispatching;
mod fixture;
mod lifecycle;
mod observing;
mod refusing;
mod standard;
