//! The loop of a servo against a scripted optimizer.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod abandoning;
mod asking;
mod conversation;
mod fixture;
mod fleet;
mod many;
mod progress;
mod reconnecting;
mod reloading;
mod stopping;
