//! Configuration, assembly and the loop of a servo.
//!
//! The way of one command: [`assembly::Assembly`] is built from the documents of a configuration,
//! [`runner::Fleet`] runs a [`runner::Runner`] for each servo, which asks its optimizer, dispatches on
//! the servo's bus, and reports.
//!
//! Nothing here knows a connector by name, nor the command line.

pub mod assembly;
pub mod change;
pub mod checks;
pub mod config;
pub mod environment;
pub mod gate;
pub mod health;
pub mod journal;
pub mod log_tail;
pub mod operation;
pub mod remote;
pub mod runner;
