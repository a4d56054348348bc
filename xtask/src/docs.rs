//! `docs`: what is generated of the documentation, written to `docs/`, or compared with what is there.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::cargo;
use crate::failure::{Failure, Result};

/// What writes it.
const GENERATOR: [&str; 8] =
    ["run", "--quiet", "--locked", "--package", "servo-bin", "--example", "docs", "--"];

/// The folders of `docs/` in which everything is generated.
const FOLDERS: [&str; 2] = ["man", "schema"];
/// The pages of `docs/` that are generated.
const PAGES: [&str; 2] = ["cli.md", "errors.md"];

/// Files by their paths from `docs/` on, with `/`.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes what is generated, or with `--check` says where it differs from what is there.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    match arguments {
        [] => write(root),
        ["--check"] => check(root),
        [other, ..] => Err(Failure::usage(format!("docs takes --check or nothing, found `{other}`"))),
    }
}

/// Fails where `docs/` is not what would be generated.
pub(crate) fn check(root: &Path) -> Result<()> {
    let differences = differences(&generated(root)?, &present(&root.join("docs"))?);
    if differences.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = differences.iter().map(|difference| format!("\n  {difference}")).collect();
    Err(Failure::failed(format!(
        "docs/ is not what is generated; run `cargo xtask docs` and commit what it writes:{}",
        lines.concat()
    )))
}

fn write(root: &Path) -> Result<()> {
    let docs = root.join("docs");
    let generated = generated(root)?;
    let differences = differences(&generated, &present(&docs)?);
    for difference in &differences {
        let path = docs.join(difference.path());
        let cannot = |error| Failure::failed(format!("cannot write {}: {error}", path.display()));
        match generated.get(difference.path()) {
            Some(bytes) => {
                let folder = path.parent().unwrap_or(&docs);
                std::fs::create_dir_all(folder)
                    .and_then(|()| std::fs::write(&path, bytes))
                    .map_err(cannot)?;
            }
            None => std::fs::remove_file(&path).map_err(cannot)?,
        }
        println!("{difference}");
    }
    println!("{} generated files, {} changed", generated.len(), differences.len());
    Ok(())
}

/// How `docs/` differs from what is generated.
#[derive(Debug, PartialEq, Eq)]
enum Difference {
    Missing(String),
    Changed(String),
    Stale(String),
}

impl Difference {
    fn path(&self) -> &str {
        match self {
            Self::Missing(path) | Self::Changed(path) | Self::Stale(path) => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "new: docs/{path}"),
            Self::Changed(path) => write!(f, "changed: docs/{path}"),
            Self::Stale(path) => write!(f, "no longer generated: docs/{path}"),
        }
    }
}

fn differences(generated: &Files, present: &Files) -> Vec<Difference> {
    let mut found = Vec::new();
    for (path, bytes) in generated {
        match present.get(path) {
            None => found.push(Difference::Missing(path.clone())),
            Some(there) if there != bytes => found.push(Difference::Changed(path.clone())),
            Some(_) => {}
        }
    }
    found
        .extend(present.keys().filter(|path| !generated.contains_key(*path)).cloned().map(Difference::Stale));
    found
}

/// Has everything generated into a folder that is removed again.
fn generated(root: &Path) -> Result<Files> {
    let folder = Scratch::create()?;
    let folder_name = folder.path.display().to_string();
    let arguments: Vec<String> =
        GENERATOR.iter().copied().chain([&folder_name[..]]).map(str::to_owned).collect();
    match cargo::run(root, &arguments, &[])? {
        0 => present(&folder.path),
        code => {
            Err(Failure::failed(format!("`{}` ended with exit code {code}", cargo::line(&arguments, &[]))))
        }
    }
}

/// Reads what is generated, as it is in a folder.
fn present(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for page in PAGES {
        let path = folder.join(page);
        if path.exists() {
            files.insert(page.to_owned(), read(&path)?);
        }
    }
    for name in FOLDERS {
        let path = folder.join(name);
        if !path.exists() {
            continue;
        }
        let failed = |error| Failure::failed(format!("cannot read {}: {error}", path.display()));
        for entry in std::fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            files.insert(format!("{name}/{}", entry.file_name().to_string_lossy()), read(&entry.path())?);
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display())))
}

/// A folder of this run.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn create() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("servo-docs-{}", std::process::id()));
        std::fs::create_dir_all(&path)
            .map_err(|error| Failure::failed(format!("cannot create {}: {error}", path.display())))?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> Files {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_is_new_changed_or_left_over_differs() {
        let generated = files(&[("cli.md", "a"), ("errors.md", "b"), ("man/servo.1", "c")]);
        let there = files(&[("cli.md", "a"), ("errors.md", "B"), ("man/servo-old.1", "c")]);
        assert_eq!(
            differences(&generated, &there),
            [
                Difference::Changed("errors.md".into()),
                Difference::Missing("man/servo.1".into()),
                Difference::Stale("man/servo-old.1".into()),
            ]
        );
        assert_eq!(differences(&generated, &generated), []);
    }

    #[test]
    fn only_what_is_generated_is_looked_at() {
        let folder = Scratch::create().unwrap();
        std::fs::create_dir(folder.path.join("man")).unwrap();
        for name in ["cli.md", "configuration.md", "man/servo.1"] {
            std::fs::write(folder.path.join(name), "text").unwrap();
        }
        let found = present(&folder.path).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["cli.md", "man/servo.1"]);
    }
}
