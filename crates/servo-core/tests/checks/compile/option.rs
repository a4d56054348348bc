//! Nobody knows whether nothing is success.

use servo_core::check::Checks;

fn find() -> Option<String> {
    None
}

fn main() {
    let mut checks = Checks::new();
    checks.critical("finds", || find());
}
