//! The servo command line with one more connector, `points`, whose measurements are as large as they are said to be.

mod connector;

use std::process::ExitCode;

fn main() -> ExitCode {
    servo_bin::main()
}
