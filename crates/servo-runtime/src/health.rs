//! What the program tells of itself while it runs: whether it lives, whether it is ready, and figures for Prometheus.

mod board;
mod ledger;
mod metrics;
mod process;
mod readiness;
mod reading;
mod reload;
mod routes;
mod server;
mod several;
mod slot;
mod state;
mod tally;

pub use board::Board;
pub use server::{Server, serve};
pub use several::Several;
pub use state::State;
