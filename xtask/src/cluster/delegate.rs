//! Hands over to `servo-cluster`, the program that runs the test cluster and writes images.
//!
//! It is built when it is needed and no dependency of this program, which has to compile before everything else.

use std::path::Path;
use std::process::Command;

use crate::cargo;
use crate::failure::{Failure, Result};

const BUILD: [&str; 7] =
    ["build", "--quiet", "--locked", "--target-dir", "target", "--package", "servo-cluster"];

/// Builds it, and runs it; its exit code becomes this program's.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    let status = command(root)?.args(arguments).status();
    let status = status.map_err(|error| Failure::failed(format!("cannot start servo-cluster: {error}")))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Delegated(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::failed("servo-cluster was ended by a signal")),
    }
}

/// Builds it; gives what runs it on this repository.
pub(crate) fn command(root: &Path) -> Result<Command> {
    match cargo::run(root, &BUILD.map(str::to_owned), &[])? {
        0 => {}
        code => return Err(Failure::Delegated(code)),
    }
    let mut command = Command::new(root.join("target/debug/servo-cluster"));
    command.arg("--root").arg(root).current_dir(root);
    Ok(command)
}
