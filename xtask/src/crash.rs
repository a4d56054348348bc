//! `crash`: hands over to the program that ends servos at random moments, in a mount namespace of its own.

use std::path::Path;

use crate::cargo;
use crate::failure::{Failure, Result};

/// Builds the servo and the program in release, and runs the program; its exit code becomes this program's.
///
/// The program mounts small disks that it fills and breaks. In a namespace of their own they go with it, whatever
/// happens; making one takes the rights to, which a container may lack.
pub(crate) fn run(root: &Path, rest: &[&str]) -> Result<()> {
    let build =
        ["build", "--quiet", "--release", "--locked", "--package", "servo-bin", "--package", "servo-crash"];
    match cargo::run(root, &build.map(str::to_owned), &[])? {
        0 => {}
        code => return Err(Failure::Delegated(code)),
    }
    let program = root.join("target/release/servo-crash");
    let mut command = std::process::Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "--"]).arg(program).args(rest).current_dir(root);
    let status =
        command.status().map_err(|error| Failure::failed(format!("cannot start unshare: {error}")))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Delegated(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::failed("the program was ended by a signal")),
    }
}
