//! A real Kubernetes cluster of one node, by hand: `cargo xtask cluster --help`.
#![expect(clippy::print_stderr, reason = "this program talks to whoever runs it in a terminal")]

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match servo_cluster::command::run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("cluster: {error}");
            ExitCode::FAILURE
        }
    }
}
