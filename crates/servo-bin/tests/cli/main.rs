//! The compiled program, as an operator runs it: in a folder and an environment of its own.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod bad_input;
mod banner;
mod checks;
mod commands;
mod configuration;
mod environment;
mod generating;
mod helping;
mod initializing;
mod interactive;
mod journals;
mod layers;
mod left;
mod logging;
mod operations;
mod promoting;
mod reloading;
mod remote;
mod restoring;
mod roles;
mod running;
mod showing;
mod sidecar;
mod signals;
mod studies;
mod subcommands;
mod supervising;
mod terminal;
mod validating;
