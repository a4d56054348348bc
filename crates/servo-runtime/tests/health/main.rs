//! Health and metrics of servos that run, over a connection of this machine.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod client;
mod openmetrics;
mod serving;
