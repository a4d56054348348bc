//! `soak`: hands over to the program that kills everything at random while `examples/local-web` is optimized.

use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::{cargo, example};

/// Builds what the example needs and the program, and runs the program; its exit code becomes this program's.
pub(crate) fn run(root: &Path, rest: &[&str]) -> Result<()> {
    example::prepare_local_web(root)?;
    let build =
        ["build", "--quiet", "--release", "--locked", "--target-dir", "target", "--package", "servo-crash"];
    match cargo::run(root, &build.map(str::to_owned), &[])? {
        0 => {}
        code => return Err(Failure::Delegated(code)),
    }
    let mut command = Command::new(root.join("target/release/servo-soak"));
    command.args(rest).current_dir(root);
    let status =
        command.status().map_err(|error| Failure::failed(format!("cannot start servo-soak: {error}")))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Delegated(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::failed("the program was ended by a signal")),
    }
}
