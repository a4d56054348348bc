//! The client of the Opsani protocol, in a running servo, against scripted optimizers in memory.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod diagnostics;
mod faults_in_connectors;
mod fixture;
mod hotloop;
mod isolation;
mod matrix;
mod replay;
mod sessions;
mod transcripts;
