//! `bench`: builds the release binaries and hands over to the program that measures them.

use std::path::Path;

use crate::cargo;
use crate::failure::{Failure, Result};

/// Builds and measures; the exit code of what measures becomes this program's.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    for line in [build(), measure(arguments)] {
        match cargo::run(root, &line, &[])? {
            0 => {}
            code => return Err(Failure::Delegated(code)),
        }
    }
    Ok(())
}

/// Builds the program as it is delivered, and what measures it.
fn build() -> Vec<String> {
    words(&["build", "--release", "--locked", "--package", "servo-bin", "--package", "servo-bench"])
}

/// Runs what measures. It finds the other programs in the folder of its own.
fn measure(arguments: &[&str]) -> Vec<String> {
    let fixed = ["run", "--quiet", "--release", "--locked", "--package", "servo-bench"];
    let program = ["--bin", "servo-bench", "--"];
    words(&[&fixed[..], &program, arguments].concat())
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_is_built_as_it_is_delivered() {
        assert!(build().contains(&"--release".to_owned()));
        assert!(measure(&[]).contains(&"--release".to_owned()));
    }

    #[test]
    fn arguments_are_handed_over() {
        assert!(measure(&["--only", "polls"]).ends_with(&words(&["--", "--only", "polls"])));
    }
}
