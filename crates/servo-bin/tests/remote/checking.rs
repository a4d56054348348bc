//! `servo check`, and checks before a servo runs, against optimizers of every mood.

mod finding;
mod recorded;

use servo_testkit::backend::Received;

use crate::optimizer::Optimizer;

/// The bodies of what an optimizer was asked, in order.
fn bodies(optimizer: &Optimizer) -> Vec<serde_json::Value> {
    optimizer.backend.requests().into_iter().map(|request: Received| request.body).collect()
}
