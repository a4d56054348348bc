//! What a servo leaves behind, whatever happens to it.
#![expect(clippy::unwrap_used, reason = "a test fails where it panics")]

mod circuit;
mod holding;
mod leaving;
mod lost;
mod modes;
mod recovering;
mod remote;
mod unrecorded;
mod world;
