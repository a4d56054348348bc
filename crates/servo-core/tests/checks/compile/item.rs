//! A check for an item is a check, not what its handler returns.

use servo_core::check::Checks;

fn main() {
    let mut checks = Checks::new();
    checks.each("query", ["latency"], |item| item == "latency");
}
