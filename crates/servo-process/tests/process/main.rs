//! The connector with real programs under a real supervisor: how they begin, are adjusted, measured and ended.
#![expect(clippy::unwrap_used, reason = "a test ends where what it needs is not there")]

mod adjusting;
mod checking;
mod dying;
mod ending;
mod limiting;
mod measuring;
mod stage;
mod starting;
