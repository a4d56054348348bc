//! `example`: puts in place what an example needs, and runs it with the release build.

use std::path::Path;
use std::process::Command;

use crate::cargo;
use crate::failure::{Failure, Result};
use crate::servers;

/// An example that needs more than Servo itself.
struct Example {
    /// Its folder below `examples`.
    name: &'static str,
    /// What it is.
    about: &'static str,
    /// The crate of the workspace that it runs.
    crate_name: Option<&'static str>,
    /// The packages of Debian whose programs it runs, with one program of each.
    packages: &'static [servers::debian::Package],
}

const EXAMPLES: &[Example] = &[Example {
    name: "local-web",
    about: "a web service and its Prometheus, under load on this machine",
    crate_name: Some("local-web"),
    packages: &[servers::PROMETHEUS],
}];

/// Builds and fetches what the example needs, and runs `servo run` on it, with further arguments for that.
pub(crate) fn run(root: &Path, name: &str, rest: &[&str]) -> Result<()> {
    prepare(root, name)?;
    let mut command = Command::new(root.join("target/release/servo"));
    command.arg("-c").arg(format!("examples/{name}/servo.yaml")).arg("run").args(rest).current_dir(root);
    let status = command.status().map_err(|error| Failure::failed(format!("cannot start servo: {error}")))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Delegated(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::failed("servo was ended by a signal")),
    }
}

/// Builds and fetches what the example needs, below `target`.
pub(crate) fn prepare(root: &Path, name: &str) -> Result<()> {
    let example = EXAMPLES.iter().find(|example| example.name == name).ok_or_else(|| unknown(name))?;
    servers::debian::unpack(root, example.packages)?;
    let mut build =
        vec!["build", "--release", "--locked", "--target-dir", "target", "--package", "servo-bin"];
    if let Some(name) = example.crate_name {
        build.extend(["--package", name]);
    }
    let build: Vec<String> = build.into_iter().map(str::to_owned).collect();
    match cargo::run(root, &build, &[])? {
        0 => Ok(()),
        code => Err(Failure::Delegated(code)),
    }
}

/// Says which there are.
pub(crate) fn unknown(name: &str) -> Failure {
    let lines: Vec<String> =
        EXAMPLES.iter().map(|example| format!("  {:<12} {}", example.name, example.about)).collect();
    Failure::usage(format!(
        "no example is called `{name}` that is run like this; there are\n{}",
        lines.join("\n")
    ))
}
