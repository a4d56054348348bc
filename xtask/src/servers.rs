//! Installs the servers that tests start: programs below `target/servers`, none of which is run here.
//!
//! Debian's packages are unpacked and not installed, so that nothing of the machine changes and no service begins to run.
//! What Debian does not have, or only of long ago, is built from its Go modules, whose versions and sums are in
//! `xtask/servers`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use crate::failure::{Failure, Result};

/// Where they are, below the repository. Tests look for them there.
const FOLDER: &str = "target/servers";

/// A package of Debian, and a program of it.
pub(crate) type Debian = (&'static str, &'static str);

/// Debian's Prometheus.
pub(crate) const PROMETHEUS: Debian = ("prometheus", "usr/bin/prometheus");

/// The packages that tests need.
const PACKAGES: [Debian; 2] = [PROMETHEUS, ("prometheus-node-exporter", "usr/bin/prometheus-node-exporter")];

/// A program that is built from Go modules.
struct Module {
    /// Its folder below `xtask/servers`, and the name of the program.
    name: &'static str,
    /// The package of its `main`.
    package: &'static str,
    /// What it is built with. Prometheus' service discovery for clouds is most of it, and tests use that of Kubernetes alone; Thanos takes
    /// labels for slices, and crashes where they are strings.
    tags: &'static str,
}

const MODULES: [Module; 2] = [
    Module {
        name: "prometheus",
        package: "github.com/prometheus/prometheus/cmd/prometheus",
        tags: "remove_all_sd,enable_kubernetes_sd",
    },
    Module { name: "thanos", package: "github.com/thanos-io/thanos/cmd/thanos", tags: "slicelabels" },
];

/// Puts those in place that are not there yet.
pub(crate) fn install(root: &Path) -> Result<()> {
    let folder = root.join(FOLDER);
    unpack(root, &PACKAGES)?;
    MODULES.iter().try_for_each(|module| build(root, &folder, module))
}

/// Unpacks those packages of Debian that are not there yet.
pub(crate) fn unpack(root: &Path, packages: &[Debian]) -> Result<()> {
    let folder = root.join(FOLDER).join("debian");
    for (name, program) in packages {
        let program = folder.join(program);
        if !program.is_file() {
            download(&folder, name)?;
        }
        println!("{name} of Debian: {}", program.display());
    }
    Ok(())
}

/// Fetches a package and unpacks it.
fn download(folder: &Path, name: &str) -> Result<()> {
    let archives = folder.join("archives");
    fs::create_dir_all(&archives).map_err(|error| unwritable(&archives, &error))?;
    let fetch = || run(Command::new("apt-get").args(["download", name]).current_dir(&archives));
    // A machine that was just set up has no lists of packages, which only root can fetch.
    let fetched = fetch().or_else(|_| run(Command::new("apt-get").arg("update")).and_then(|()| fetch()));
    fetched.map_err(|failure| {
        Failure::failed(format!(
            "{failure}; this starts Debian's `{name}`, and needs Debian's package manager and its lists \
             (`apt-get update`)"
        ))
    })?;
    let archive = archive(&archives, name).map_err(|error| unwritable(&archives, &error))?;
    let archive =
        archive.ok_or_else(|| Failure::failed(format!("`apt-get download {name}` left no file")))?;
    run(Command::new("dpkg").arg("-x").arg(&archive).arg(folder))
}

/// Finds the file of a package; of several, the one that was fetched last.
fn archive(folder: &Path, name: &str) -> io::Result<Option<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_of_package = entry.file_name().to_string_lossy().starts_with(&format!("{name}_"));
        if is_of_package && entry.path().extension() == Some(OsStr::new("deb")) {
            found.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    found.sort();
    Ok(found.pop().map(|(_, path)| path))
}

/// Builds a program, unless it was built from the same.
fn build(root: &Path, folder: &Path, module: &Module) -> Result<()> {
    let source = root.join("xtask/servers").join(module.name);
    let program = folder.join(module.name);
    let stamp = folder.join(format!("{}.built-from", module.name));
    let wanted = made_of(&source, module).map_err(|error| {
        Failure::failed(format!("cannot read {}: {error}", source.join("go.mod").display()))
    })?;
    if !program.is_file() || fs::read_to_string(&stamp).ok().as_deref() != Some(&wanted) {
        println!("building {} from its Go modules; the first time takes some minutes", module.name);
        compile(&source, &program, module)?;
        fs::write(&stamp, &wanted).map_err(|error| unwritable(&stamp, &error))?;
    }
    println!("{} of Go modules: {}", module.name, program.display());
    Ok(())
}

/// What decides what is built.
fn made_of(source: &Path, module: &Module) -> io::Result<String> {
    let [versions, sums] = ["go.mod", "go.sum"].map(|file| fs::read_to_string(source.join(file)));
    Ok(format!("{} {}\n{}{}", module.package, module.tags, versions?, sums?))
}

fn compile(source: &Path, program: &Path, module: &Module) -> Result<()> {
    let built = run(Command::new("go")
        .args(["build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-tags", module.tags, "-o"])
        .arg(program)
        .arg(module.package)
        .current_dir(source));
    built.map_err(|failure| {
        Failure::failed(format!(
            "{failure}; tests start {}, which is built from Go modules: install the Go that {} names, or a newer one",
            module.name,
            source.join("go.mod").display()
        ))
    })
}

/// Runs a program with its output on this terminal.
fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    let line = format!("{name} {}", arguments.join(" "));
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::failed(format!("`{line}` ended with {status}"))),
        Err(error) => Err(Failure::failed(format!("cannot start `{line}`: {error}"))),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!("cannot write {}: {error}", path.display()))
}
