//! The loop of a servo against a scripted optimizer.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod conversation;
mod fixture;
mod fleet;
mod progress;
mod stopping;
