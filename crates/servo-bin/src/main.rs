//! The `servo` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    servo_bin::main()
}
