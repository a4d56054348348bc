//! What a program is built from, as cargo knows it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::build::TARGET;
use crate::cargo;
use crate::failure::{Failure, Result};
use crate::program::output;
use crate::servers::read;

/// What a program is built from.
pub(super) struct Graph {
    /// Its crate.
    pub(super) package: String,
    /// The version of its crate.
    pub(super) version: String,
    /// The licence of its crate.
    pub(super) licence: String,
    /// Where its sources are, if its crate says so.
    pub(super) repository: String,
    /// Every package that is linked into it, with itself: names and versions.
    pub(super) linked: Vec<(String, String)>,
    /// `cargo metadata` of the workspace, which knows more packages than these.
    pub(super) metadata: Value,
    /// `Cargo.lock`.
    pub(super) lock: String,
    /// The version of the compiler, and so of its standard library.
    pub(super) rust: String,
    /// The version of the C library that is linked, `glibc 2.36` for example.
    pub(super) c: String,
}

impl Graph {
    /// Asks cargo.
    pub(super) fn of(root: &Path, package: &str) -> Result<Self> {
        let asked = ["metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET];
        let metadata: Value = serde_json::from_str(&output(cargo::command(root).args(asked))?)
            .map_err(|error| Failure::failed(format!("`cargo metadata` printed no JSON: {error}")))?;
        // The metadata are of the whole workspace with the features that any of it asks for; the tree is of this package
        // alone. Macros run in the compiler, and nothing of them is in the program.
        let asked = ["tree", "--locked", "--package", package, "--target", TARGET];
        let form = ["--edges", "normal,no-proc-macro", "--prefix", "none", "--no-dedupe", "--format", "{p}"];
        let tree = output(cargo::command(root).args(asked).args(form))?;
        let found = metadata["packages"].as_array().into_iter().flatten();
        let found = found.into_iter().find(|found| found["name"] == package);
        let text = |key: &str| found.and_then(|found| found[key].as_str()).unwrap_or_default().to_owned();
        Ok(Self {
            package: package.to_owned(),
            version: text("version"),
            licence: text("license"),
            repository: text("repository"),
            linked: linked(&tree),
            lock: read(&root.join("Cargo.lock"))?,
            rust: compiler(root)?,
            c: output(Command::new("getconf").arg("GNU_LIBC_VERSION"))?.trim().to_owned(),
            metadata,
        })
    }
}

/// The version of the compiler that cargo takes.
fn compiler(root: &Path) -> Result<String> {
    let said = output(Command::new("rustc").arg("--version").current_dir(root))?;
    said.split(' ').nth(1).map(str::to_owned).ok_or_else(|| Failure::failed(format!("rustc is `{said}`")))
}

/// Names and versions of a tree, one package a line.
fn linked(tree: &str) -> Vec<(String, String)> {
    let package = |line: &str| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
    };
    let mut found: Vec<(String, String)> = tree.lines().filter_map(package).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_linked_once_for_each_version_of_it() {
        let tree =
            "servo-bin v0.1.0 (/servo/crates/servo-bin)\nsyn v3.0.9\nsyn v2.0.1 (proc-macro)\nsyn v3.0.9\n";
        let pairs = [("servo-bin", "0.1.0"), ("syn", "2.0.1"), ("syn", "3.0.9")];
        assert_eq!(linked(tree), pairs.map(|(name, version)| (name.to_owned(), version.to_owned())));
    }
}
