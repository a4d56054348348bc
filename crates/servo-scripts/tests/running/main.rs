//! The connector with real commands: around events, answering them, and every bad one.
#![expect(clippy::unwrap_used, reason = "what fails here is the test")]

mod answering;
mod checking;
mod fixture;
mod hooking;
mod verifying;
