//! `bench`: builds the release binaries and hands over to the program that measures them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::{cargo, cluster, servers};

/// The program as it is delivered, and what measures it.
const BUILD: &[&str] = &[
    "build",
    "--release",
    "--locked",
    "--message-format=json-render-diagnostics",
    "--package",
    "servo-bin",
    "--package",
    "servo-bench",
    // A cluster is held by a process of this program.
    "--package",
    "servo-cluster",
];

/// What measures. It finds the other programs in the folder of its own.
const PROGRAM: &str = "servo-bench";

/// Builds and measures; the exit code of what measures becomes this program's.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<()> {
    servers::install(root)?;
    if needs_cluster(arguments) {
        cluster::build(root)?;
    }
    let built = cargo::command(root).args(BUILD).stderr(Stdio::inherit()).output();
    let built = built.map_err(|error| Failure::failed(format!("cannot start cargo: {error}")))?;
    if !built.status.success() {
        return Err(Failure::failed("the release binaries cannot be built"));
    }
    let program = executable(&String::from_utf8_lossy(&built.stdout), PROGRAM)
        .ok_or_else(|| Failure::failed(format!("cargo has built no `{PROGRAM}`")))?;
    let status = Command::new(&program).args(arguments).current_dir(root).status();
    let status =
        status.map_err(|error| Failure::failed(format!("cannot start {}: {error}", program.display())))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Delegated(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::failed("the measuring was ended by a signal")),
    }
}

/// Says whether something is measured in a cluster, whose programs take long to get.
fn needs_cluster(arguments: &[&str]) -> bool {
    let only = arguments.iter().any(|it| it.starts_with("--only"));
    !only || arguments.iter().any(|it| it.ends_with("kubernetes"))
}

/// Finds a program among what cargo says that it has built, one JSON object a line.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    let mut artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    artifacts.find_map(|artifact| {
        let is_it = artifact["target"]["name"] == name;
        artifact["executable"].as_str().filter(|_| is_it).map(PathBuf::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_where_cargo_says_that_it_is() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"servo_core"},"executable":null}"#,
            "\nnot JSON\n",
            r#"{"reason":"compiler-artifact","target":{"name":"servo"},"executable":"/t/release/servo"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"servo-bench"},"executable":"/t/release/servo-bench"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(executable(messages, PROGRAM), Some(PathBuf::from("/t/release/servo-bench")));
        assert_eq!(executable(messages, "servo-sweep"), None);
    }

    #[test]
    fn a_cluster_is_got_where_something_is_measured_in_it() {
        assert!(needs_cluster(&[]) && needs_cluster(&["--only", "kubernetes"]));
        assert!(needs_cluster(&["--only=one", "--only=kubernetes"]));
        assert!(!needs_cluster(&["--only", "one", "--format", "json"]));
    }

    #[test]
    fn what_is_measured_is_built_as_it_is_delivered() {
        assert!(BUILD.contains(&"--release") && BUILD.contains(&"servo-bin"));
    }
}
