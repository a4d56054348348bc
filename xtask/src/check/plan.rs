//! The steps of the gate, as data: what runs, in which order, and what `--fast` leaves out.

use std::path::Path;

use super::{scaffold, tools};
use crate::cargo::{CHECKS, OUT_OF_TREE};
use crate::cluster;
use crate::docs;
use crate::failure::Result;
use crate::fuzz;
use crate::metadata::Package;
use crate::servers;
use crate::tidy;

/// The crate whose integration tests start the binary as a server of its own.
const STARTS_SERVERS: &str = "servo-bin";

/// The integration test that starts a cluster.
const STARTS_A_CLUSTER: &str = "cluster";

/// The first step that takes long.
pub(super) const FIRST_BUILD: &str = "clippy";
/// The first step that gets programs which tests start.
pub(super) const FIRST_PROGRAMS: &str = "servers";

/// One step of the gate.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) purpose: &'static str,
    pub(super) work: Work,
}

/// What a step does.
pub(super) enum Work {
    /// Runs cargo with these arguments.
    Cargo { arguments: Vec<String>, environment: Vec<(&'static str, String)> },
    /// Calls into this program.
    Own(fn(&Path) -> Result<()>),
}

impl Step {
    fn cargo(name: &'static str, purpose: &'static str, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { name, purpose, work: Work::Cargo { arguments, environment: Vec::new() } }
    }

    fn own(name: &'static str, purpose: &'static str, work: fn(&Path) -> Result<()>) -> Self {
        Self { name, purpose, work: Work::Own(work) }
    }

    fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.set(variable, value);
        self
    }

    /// Sets a variable for what cargo runs.
    pub(super) fn set(&mut self, variable: &'static str, value: &str) {
        if let Work::Cargo { environment, .. } = &mut self.work {
            environment.push((variable, value.to_owned()));
        }
    }
}

/// The steps, cheapest first; the workspace's tests close the output.
pub(super) fn steps(fast: bool, packages: &[Package]) -> Vec<Step> {
    let needed = if fast { tools::verify } else { tools::verify_all };
    let mut steps = vec![
        Step::own("tools", "what the build and the tests need is installed", needed),
        Step::cargo("format", "rustfmt would change nothing", &["fmt", "--all", "--check"]),
        Step::own("tidy", "the house rules hold", tidy::run),
        Step::cargo(
            FIRST_BUILD,
            "no warning anywhere",
            &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        ),
        Step::cargo(
            "rustdoc",
            "the documentation builds and its links hold",
            &["doc", "--workspace", "--no-deps", "--locked"],
        )
        .with("RUSTDOCFLAGS", "-D warnings"),
        Step::own("docs", "what is generated of the documentation is as generated", docs::check),
        Step::own("deny", "licences, bans and sources of the whole graph", tools::deny),
    ];
    if fast {
        steps.extend(fast_tests(packages));
        return steps;
    }
    steps.extend([
        Step::own("scaffold", "a new connector passes as it is scaffolded", scaffold::run),
        Step::cargo(
            "out-of-tree-format",
            "rustfmt would change nothing in the example outside the workspace",
            &["fmt", "--manifest-path", OUT_OF_TREE, "--check"],
        ),
        Step::cargo(
            "out-of-tree",
            "a connector outside the workspace builds and its tests pass",
            &["test", "--manifest-path", OUT_OF_TREE, "--locked", "--target-dir", "target"],
        ),
        Step::cargo(
            "checks-format",
            "rustfmt would change nothing in the example of checks outside the workspace",
            &["fmt", "--manifest-path", CHECKS, "--check"],
        ),
        Step::cargo(
            "checks",
            "a connector with a check of every form builds and its tests pass",
            &["test", "--manifest-path", CHECKS, "--locked", "--target-dir", "target"],
        ),
        Step::cargo(
            "fuzz",
            "the fuzz target outside the workspace builds",
            &["check", "--manifest-path", fuzz::MANIFEST, "--locked", "--target-dir", "target"],
        ),
        Step::own(FIRST_PROGRAMS, "the servers that tests start are installed", servers::install),
        Step::own("cluster", "the programs of the test cluster are in place", cluster::build),
        Step::cargo(
            "test",
            "every test of the workspace passes",
            &["test", "--workspace", "--locked", "--no-fail-fast"],
        ),
    ]);
    steps
}

/// Every test but those that start the binary or a cluster. One call with the whole workspace selected, since a call for
/// some packages would resolve other features and build half the graph a second time.
fn fast_tests(packages: &[Package]) -> [Step; 2] {
    let mut names: Vec<&str> = packages
        .iter()
        .filter(|package| package.name != STARTS_SERVERS)
        .flat_map(|package| package.tests.iter().map(String::as_str))
        // By its name alone: cargo would run all tests of one name.
        .filter(|&name| name != STARTS_A_CLUSTER)
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut arguments = vec!["test", "--workspace", "--locked", "--no-fail-fast", "--lib", "--bins"];
    for name in names {
        arguments.extend(["--test", name]);
    }
    [
        Step::cargo("test", "every test passes but those that start the binary or a cluster", &arguments),
        Step::cargo(
            "doc-test",
            "the examples in the documentation run",
            &["test", "--workspace", "--locked", "--doc"],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, tests: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            manifest_path: String::new(),
            manifest: String::new(),
            edges: Vec::new(),
            tests: tests.iter().map(|&test| test.to_owned()).collect(),
        }
    }

    fn names(steps: &[Step]) -> Vec<&'static str> {
        steps.iter().map(|step| step.name).collect()
    }

    #[test]
    fn the_gate_goes_from_cheap_to_dear_and_ends_with_the_tests() {
        assert_eq!(
            names(&steps(false, &[])),
            [
                "tools",
                "format",
                "tidy",
                "clippy",
                "rustdoc",
                "docs",
                "deny",
                "scaffold",
                "out-of-tree-format",
                "out-of-tree",
                "checks-format",
                "checks",
                "fuzz",
                "servers",
                "cluster",
                "test"
            ]
        );
    }

    #[test]
    fn fast_leaves_out_other_builds_and_what_starts_the_binary_or_a_cluster() {
        let packages = [
            package("servo-bin", &["end_to_end"]),
            package("servo-core", &["events"]),
            package("servo-testkit", &["cluster", "servers"]),
            package("servo-x", &["events"]),
        ];
        let steps = steps(true, &packages);
        assert_eq!(
            names(&steps),
            ["tools", "format", "tidy", "clippy", "rustdoc", "docs", "deny", "test", "doc-test"]
        );
        let Work::Cargo { arguments, .. } = &steps[7].work else { panic!("tests are cargo's") };
        assert_eq!(arguments[4..], ["--lib", "--bins", "--test", "events", "--test", "servers"]);
    }

    #[test]
    fn every_build_of_the_workspace_is_locked() {
        for step in steps(false, &[]) {
            if let Work::Cargo { arguments, .. } = step.work
                && arguments[0] != "fmt"
            {
                assert!(arguments.iter().any(|argument| argument == "--locked"), "{}", step.name);
            }
        }
    }
}
