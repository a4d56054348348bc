//! The load generator against real servers on this machine, in real time: what is asserted are counts and times, which
//! hold on a machine that is busy, too.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its fixtures too")]
#![expect(clippy::float_cmp, reason = "what is compared is exact: no errors at all, or all, or the timeout")]

mod answering;
mod attacking;
mod checking;
mod failing;
mod fixture;
mod securing;
mod server;
mod stalling;
