//! What an async handler awaits to is looked at as well.

use servo_core::check::Checks;

async fn count() -> i32 {
    7
}

fn main() {
    let mut checks = Checks::new();
    checks.warn("counts later", || count());
}
