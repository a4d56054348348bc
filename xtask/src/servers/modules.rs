//! Programs that are built from Go modules, as a `go.mod` in `xtask/servers` names them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::built_from::BuiltFrom;
use super::{make, read};
use crate::failure::{Failure, Result};
use crate::program::{output, run};

/// Programs that are built together, since their versions belong together.
pub(crate) struct Module {
    /// Its folder below `xtask/servers`, and what it is called below `target/servers`.
    pub(crate) name: &'static str,
    /// The packages of its `main`s.
    pub(crate) packages: &'static [&'static str],
    /// What it is built with.
    pub(crate) tags: &'static str,
    /// What has its name.
    pub(crate) place: Place,
    /// What its programs say that they are.
    pub(crate) stamp: Option<Stamp>,
    /// What is copied of a module, beside the programs.
    pub(crate) files: Option<Files>,
}

/// What is below `target/servers` with the module's name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Its one program.
    File,
    /// A folder of its programs, which are linked without the C library: they run in any root.
    Folder,
}

/// A program from modules does not know its version unless the linker tells it.
pub(crate) struct Stamp {
    /// The module whose version it is, as `go.mod` requires it.
    pub(crate) module: &'static str,
    /// What the linker is told, with `{version}`, `{major}` and `{minor}`.
    pub(crate) variables: &'static [&'static str],
}

/// A folder of a module.
pub(crate) struct Files {
    /// The module.
    pub(crate) module: &'static str,
    /// The folder in it.
    pub(crate) folder: &'static str,
    /// What it is called beside the programs.
    pub(crate) name: &'static str,
}

/// Builds the programs, unless they were built from the same.
pub(crate) fn build(root: &Path, module: &Module) -> Result<()> {
    let source = super::sources(root).join(module.name);
    let built = super::folder(root).join(module.name);
    let [versions, sums] = ["go.mod", "go.sum"].map(|file| read(&source.join(file)));
    let (versions, sums) = (versions?, sums?);
    let flags = linker_flags(module, &versions)?;
    let built_from = BuiltFrom::new(&built, made_of(module, &flags, &versions, &sums));
    let are_there = module.products(&built).iter().all(|product| product.exists());
    if !are_there || !built_from.is_current() {
        println!("building {} from its Go modules; the first time takes some minutes", module.name);
        compile(&source, &built, module, &flags, &versions)?;
        copy(&source, &built, module)?;
        built_from.write()?;
    }
    println!("{} of Go modules: {}", module.name, built.display());
    Ok(())
}

impl Module {
    /// All that is there when it is built.
    fn products(&self, built: &Path) -> Vec<PathBuf> {
        if self.place == Place::File {
            return vec![built.to_owned()];
        }
        let names = self.packages.iter().map(|package| package.rsplit('/').next().unwrap_or(package));
        names.chain(self.files.iter().map(|files| files.name)).map(|name| built.join(name)).collect()
    }
}

/// What decides what is built.
fn made_of(module: &Module, flags: &str, versions: &str, sums: &str) -> String {
    format!("{} {}\n{versions}{sums}{flags}", module.packages.join(" "), module.tags)
}

/// What the linker is told about the version.
fn linker_flags(module: &Module, versions: &str) -> Result<String> {
    let Some(stamp) = &module.stamp else { return Ok(String::new()) };
    let version = required(versions, stamp.module).ok_or_else(|| {
        Failure::failed(format!("xtask/servers/{}/go.mod requires no {}", module.name, stamp.module))
    })?;
    let mut numbers = version.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    let filled = |variable: &&str| {
        let filled = variable.replace("{version}", version).replace("{major}", major);
        format!(" -X {}", filled.replace("{minor}", minor))
    };
    Ok(stamp.variables.iter().map(filled).collect())
}

/// The version of a module that a `go.mod` requires.
fn required<'a>(versions: &'a str, module: &str) -> Option<&'a str> {
    versions.lines().find_map(|line| {
        let mut words = line.trim().trim_start_matches("require ").split(' ');
        (words.next() == Some(module)).then(|| words.next()).flatten().filter(|word| word.starts_with('v'))
    })
}

fn compile(source: &Path, built: &Path, module: &Module, flags: &str, versions: &str) -> Result<()> {
    let mut go = Command::new("go");
    go.args(["build", "-trimpath", "-buildvcs=false"])
        .arg(format!("-ldflags=-s -w{flags}"))
        .args(["-tags", module.tags, "-o"])
        .arg(built)
        .args(module.packages)
        .current_dir(source);
    if module.place == Place::Folder {
        make(built)?;
        go.env("CGO_ENABLED", "0");
    }
    if let Some(toolchain) = other_toolchain(versions)? {
        go.env("GOTOOLCHAIN", toolchain);
    }
    run(&mut go).map_err(|failure| {
        Failure::failed(format!(
            "{failure}; tests start {}, which is built from Go modules: install the Go that {} names, or a newer one",
            module.name,
            source.join("go.mod").display()
        ))
    })
}

/// The Go that a `go.mod` insists on, where the installed one is another. By itself Go takes any newer one.
fn other_toolchain(versions: &str) -> Result<Option<String>> {
    let Some(wanted) = versions.lines().find_map(|line| line.strip_prefix("toolchain ")) else {
        return Ok(None);
    };
    let installed = output(Command::new("go").args(["env", "GOVERSION"]).env("GOTOOLCHAIN", "local"))?;
    Ok((series(installed.trim()) != series(wanted)).then(|| wanted.to_owned()))
}

/// The version without its last number: `go1.26` of `go1.26.8`.
fn series(version: &str) -> &str {
    version.match_indices('.').nth(1).map_or(version, |(at, _)| &version[..at])
}

/// Copies what is wanted of a module beside the programs.
fn copy(source: &Path, built: &Path, module: &Module) -> Result<()> {
    let Some(files) = &module.files else { return Ok(()) };
    let folder =
        output(Command::new("go").args(["list", "-m", "-f", "{{.Dir}}", files.module]).current_dir(source))?;
    let from = Path::new(folder.trim()).join(files.folder);
    let to = built.join(files.name);
    // Files of the module cache may not be written, and so their copies may not.
    run(Command::new("cp").args(["-r", "--no-preserve=mode", "--no-target-directory"]).arg(from).arg(to))
}

#[cfg(test)]
mod tests;
