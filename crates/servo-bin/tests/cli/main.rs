//! The compiled program, as an operator runs it: in a folder and an environment of its own.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod bad_input;
mod commands;
mod environment;
mod journals;
mod layers;
mod left;
mod remote;
mod restoring;
mod running;
mod signals;
mod studies;
