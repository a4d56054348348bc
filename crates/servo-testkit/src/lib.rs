//! For tests and benches only: a scripted optimizer, and the test that every connector passes.

pub mod conformance;
pub mod script;
