//! The servo command line with one more connector.

use std::process::ExitCode;

// Without this line the crate is not compiled in, and the registry does not know its connector.
use servo_spool as _;

fn main() -> ExitCode {
    servo_bin::main()
}
