//! Servos put together from documents, and run as a fleet.
//!
//! The connector `note` and the optimizer `scripted` below are compiled into this test alone.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod building;
mod changing;
mod fixture;
mod lending;
mod remote;
mod running;
