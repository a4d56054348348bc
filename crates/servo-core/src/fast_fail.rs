//! Stopping a measurement early: when its objectives are violated, and when what it measures has turned idle.
//!
//! All of it is pure. Whoever measures evaluates every [`period`](FastFail::period), from the time
//! [`skip`](FastFail::skip) after the measurement began, and hands a [`Watch`] the readings of the last
//! [`span`](FastFail::span). Each measurement has a watch of its own, which begins with empty windows.
//!
//! What a [`Watch`] says, and how its texts read, is section 9.1 of the description of ServoX. Two things are different:
//! a series without points is missing there too, where ServoX crashed; and a value that is no finite number does not
//! count, where in ServoX a single one took the place of the mean.

mod idle;
mod outcome;
mod settings;
mod switch;
mod violation;
mod watch;
mod window;

pub use idle::{Idle, IdleSettings};
pub use outcome::Outcome;
pub use settings::FastFail;
pub use violation::{Violated, Violation};
pub use watch::{Round, Watch};
pub use window::Seen;
