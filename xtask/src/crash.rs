//! `crash`: hands over to the program that ends servos at random moments, in a mount namespace of its own.

use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::{cargo, cluster};

/// Builds the servo and the program in release, and runs the program; its exit code becomes this program's.
///
/// The program mounts small disks that it fills and breaks. In a namespace of their own they go with it, whatever
/// happens; making one takes the rights to, which a container may lack.
///
/// With a cluster it mounts nothing itself, and the cluster has namespaces of its own.
pub(crate) fn run(root: &Path, rest: &[&str]) -> Result<()> {
    let of_cluster = rest.first() == Some(&"kubernetes");
    let mut build = vec![
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        "servo-bin",
        "--package",
        "servo-crash",
    ];
    if of_cluster {
        cluster::build(root)?;
        build.extend(["--package", "servo-cluster"]);
    }
    match cargo::run(root, &build.into_iter().map(str::to_owned).collect::<Vec<_>>(), &[])? {
        0 => {}
        code => return Err(Failure::Delegated(code)),
    }
    let program = root.join("target/release/servo-crash");
    let mut command = if of_cluster {
        Command::new(&program)
    } else {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "--"]).arg(&program);
        command
    };
    let status = command.args(rest).current_dir(root).status();
    let status = status.map_err(|error| Failure::failed(format!("cannot start {command:?}: {error}")))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Delegated(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::failed("the program was ended by a signal")),
    }
}
