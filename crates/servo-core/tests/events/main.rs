//! The events of section 4 of the compatibility description, one test for each behaviour.
//!
//! This is another crate than the bus: `Ping` below is an event that the bus knows nothing of.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod around;
mod cancelling;
mod context;
mod dispatching;
mod fixture;
mod identity;
mod lifecycle;
mod logging;
mod observing;
mod phases;
mod refusing;
mod standard;
mod telling;
