//! `example`: puts in place what an example needs, and runs it with the release build.

mod drifting_load;
mod kubernetes;
mod opsani_dev;

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
    /// Runs it, with further arguments.
    run: fn(&Path, &[&str]) -> Result<()>,
}

const EXAMPLES: &[Example] = &[
    Example {
        name: "local-web",
        about: "a web service and its Prometheus, under load on this machine",
        run: run_local_web,
    },
    Example {
        name: "kubernetes",
        about: "the same service as three pods of a cluster on this machine; needs root",
        run: kubernetes::run,
    },
    Example {
        name: "opsani-dev",
        about: "a bare service of a cluster on this machine, instrumented and tuned beside itself; needs root",
        run: opsani_dev::run,
    },
    Example {
        name: "drifting-load",
        about: "ten equal services of a cluster on this machine, studied under a load that changes; needs root",
        run: drifting_load::run,
    },
];

/// Runs an example, with further arguments for it.
pub(crate) fn run(root: &Path, name: &str, rest: &[&str]) -> Result<()> {
    let example = EXAMPLES.iter().find(|example| example.name == name).ok_or_else(|| unknown(name))?;
    (example.run)(root, rest)
}

/// Runs `servo run` on the example of one machine.
fn run_local_web(root: &Path, rest: &[&str]) -> Result<()> {
    prepare_local_web(root)?;
    let mut command = servo(root);
    command.args(["-c", "examples/local-web/servo.yaml", "run"]).args(rest);
    let status = command.status().map_err(|error| Failure::failed(format!("cannot start servo: {error}")))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Delegated(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::failed("servo was ended by a signal")),
    }
}

/// Builds and fetches what the example of one machine needs, below `target`.
pub(crate) fn prepare_local_web(root: &Path) -> Result<()> {
    servers::debian::unpack(root, &[servers::PROMETHEUS])?;
    build(root, &["servo-bin", "local-web"])
}

/// Builds packages in release, below `target`.
fn build(root: &Path, packages: &[&str]) -> Result<()> {
    let mut arguments = vec!["build", "--release", "--locked", "--target-dir", "target"];
    for package in packages {
        arguments.extend(["--package", package]);
    }
    let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
    match cargo::run(root, &arguments, &[])? {
        0 => Ok(()),
        code => Err(Failure::Delegated(code)),
    }
}

/// The release build of Servo, to be run from the repository.
fn servo(root: &Path) -> Command {
    let mut command = Command::new(root.join("target/release/servo"));
    command.current_dir(root);
    command
}

/// Says which there are.
pub(crate) fn unknown(name: &str) -> Failure {
    let lines: Vec<String> =
        EXAMPLES.iter().map(|example| format!("  {:<14} {}", example.name, example.about)).collect();
    Failure::usage(format!(
        "no example is called `{name}` that is run like this; there are\n{}",
        lines.join("\n")
    ))
}
