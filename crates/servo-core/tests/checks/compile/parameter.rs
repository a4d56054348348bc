//! A handler takes nothing: what it needs, it borrows.

use servo_core::check::Checks;

fn main() {
    let mut checks = Checks::new();
    checks.common("takes a number", |number: i32| number > 0);
}
