//! For tests and benches only: scripted optimizers, in memory and over HTTP, and the test that every connector
//! passes.

pub mod backend;
pub mod cluster;
pub mod conformance;
pub mod emu;
pub mod script;
pub mod server;
pub mod session;
pub mod transcript;
