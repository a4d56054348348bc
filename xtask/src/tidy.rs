//! `tidy`: the house rules that no lint of the compiler covers.
//!
//! Every rule is a pure function over a path and a text; this file only reads the tree and prints.

mod arrows;
mod code;
mod links;
mod lockfile;
mod manifest;
mod markdown;
mod names;
mod sizes;
mod source;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::failure::{Failure, Result};
use crate::metadata::{self, Package};
use crate::tree::{self, File};

pub(crate) use names::FORBIDDEN as FORBIDDEN_NAMES;

/// One place that breaks a rule of the house.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    path: String,
    line: usize,
    rule: &'static str,
    message: String,
}

impl Violation {
    fn new(path: &str, line: usize, rule: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.message)
    }
}

/// Checks the whole tree; reports everything that is wrong at once.
pub(crate) fn run(root: &Path) -> Result<()> {
    let files = tree::read(root)?;
    let packages = metadata::load(root)?;
    let lock_path = root.join("Cargo.lock");
    let lock = std::fs::read_to_string(&lock_path)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", lock_path.display())))?;

    let violations = violations(&files, &packages, &lock);
    print!("{}\n{}", arrows::graph(&packages), sizes::table(&files));
    if violations.is_empty() {
        return Ok(());
    }
    println!();
    for violation in &violations {
        println!("{violation}");
    }
    Err(Failure::failed(match violations.len() {
        1 => "tidy found one place to put right".to_owned(),
        many => format!("tidy found {many} places to put right"),
    }))
}

fn violations(files: &[File], packages: &[Package], lock: &str) -> BTreeSet<Violation> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut found: Vec<Violation> = arrows::check(packages);
    found.extend(lockfile::check("Cargo.lock", lock));
    for File { path, text } in files {
        found.extend(names::check(path));
        found.extend(match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("rs") => source::check(path, text),
            Some("md") => {
                let mut of_page = markdown::check(path, text);
                of_page.extend(links::check(path, text, &paths));
                of_page
            }
            _ => source::trailing_whitespace(path, text),
        });
    }
    for package in packages {
        found.extend(manifest::check(&package.manifest_path, &package.manifest));
    }
    found.into_iter().collect()
}
