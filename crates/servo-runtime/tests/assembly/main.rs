//! Servos put together from documents, and run as a fleet.
//!
//! The connector `note` and the optimizer `scripted` below are compiled into this test alone.

mod building;
mod fixture;
mod running;
