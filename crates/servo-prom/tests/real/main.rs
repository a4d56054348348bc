//! The connector against real servers, which each test starts for itself: the Prometheus of Debian, a current one, and
//! Thanos Query in front of that.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its fixtures too")]

mod answering;
mod failing;
mod fixture;
mod observing;
mod presets;
mod reaching;
mod resolving;
