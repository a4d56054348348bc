//! `sweep`: hands over to the bench program, which knows the emulator and the optimizer; this one must not.

use std::path::Path;

use crate::cargo;
use crate::failure::{Failure, Result};

/// Runs the sweep of one example in a release build; its exit code becomes this program's.
pub(crate) fn run(root: &Path, example: &str, rest: &[&str]) -> Result<()> {
    let fixed = ["run", "--quiet", "--release", "--locked", "--package", "servo-sweep", "--", example];
    let arguments: Vec<String> = fixed.iter().chain(rest).map(|&word| word.to_owned()).collect();
    match cargo::run(root, &arguments, &[])? {
        0 => Ok(()),
        code => Err(Failure::Delegated(code)),
    }
}
