//! An error says what is wrong.

use servo_core::check::Checks;

fn main() {
    let mut checks = Checks::new();
    checks.common("fails with a number", || Err::<(), i32>(404));
}
