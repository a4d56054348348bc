//! The loop of a servo against a scripted optimizer.

mod conversation;
mod fixture;
mod fleet;
mod progress;
mod stopping;
