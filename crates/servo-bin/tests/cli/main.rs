//! The compiled program, as an operator runs it: in a folder and an environment of its own.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod bad_input;
mod commands;
mod configuration;
mod environment;
mod helping;
mod journals;
mod left;
mod logging;
mod generating;
mod initializing;
mod journals;
mod left;
mod operations;
mod remote;
mod restoring;
mod running;
mod showing;
mod signals;
mod studies;
mod validating;
mod subcommands;
