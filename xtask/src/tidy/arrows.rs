//! Which crate may know which: the arrows of the house.

use super::Violation;
use crate::metadata::{Kind, Package};

/// What a crate may name among the crates of this workspace.
enum Allowed {
    /// These only.
    Only(&'static [&'static str]),
    /// Every crate that is not for development alone.
    AnyProduct,
}

/// One row of the table: the crate, what it may name, and what would be lost by more.
struct Row {
    of: &'static str,
    allowed: Allowed,
    reason: &'static str,
}

/// The arrows. A new one is a decision: it needs an ADR in `docs/adr/` and a change of this table.
const TABLE: &[Row] = &[
    Row {
        of: "servo-core",
        allowed: Allowed::Only(&[]),
        reason: "the vocabulary knows no connector, no runtime and no optimizer",
    },
    Row {
        of: "servo-http",
        allowed: Allowed::Only(&[]),
        reason: "it speaks HTTP for everybody and knows neither the protocol nor the configuration",
    },
    Row {
        of: "servo-exec",
        allowed: Allowed::Only(&["servo-core"]),
        reason: "it runs programs for everybody and knows neither the configuration nor what they are for",
    },
    Row {
        of: "servo-kube",
        allowed: Allowed::Only(&["servo-core", "servo-exec", "servo-http"]),
        reason: "it speaks to clusters for everybody and knows neither the configuration nor what is asked for",
    },
    Row {
        of: "servo-runtime",
        allowed: Allowed::Only(&["servo-core", "servo-exec", "servo-http"]),
        reason: "the runtime knows no connector by name and no command line",
    },
    Row {
        of: "servo-optimizer",
        allowed: Allowed::Only(&["servo-core"]),
        reason: "the optimizer must run without a configuration file and without a cluster",
    },
    Row {
        of: "servo-testkit",
        allowed: Allowed::Only(&["servo-cluster", "servo-core"]),
        reason: "every crate's tests use the testkit, so it must build before all of them",
    },
    Row {
        of: "servo-cluster",
        allowed: Allowed::Only(&[]),
        reason: "it runs a cluster for whoever needs one, and knows nothing of Servo",
    },
    Row {
        of: "servo-sweep",
        allowed: Allowed::Only(&[
            "servo-core",
            "servo-emulator",
            "servo-optimizer",
            "servo-runtime",
            "servo-testkit",
        ]),
        reason: "the bench drives studies against the emulator and needs no command line",
    },
    Row {
        of: "servo-bench",
        allowed: Allowed::Only(&[
            "servo-bin",
            "servo-core",
            "servo-http",
            "servo-optimizer",
            "servo-runtime",
            "servo-testkit",
        ]),
        reason: "the bench measures the program and what it is made of, and needs no connector but its own",
    },
    Row {
        of: "servo-crash",
        allowed: Allowed::Only(&["servo-testkit"]),
        reason: "it knows the program as an operator does: by its command line, its files and its signals",
    },
    Row {
        of: "servo-opsani-dev",
        allowed: Allowed::Only(&[
            "servo-core",
            "servo-exec",
            "servo-http",
            "servo-k8s",
            "servo-kube",
            "servo-kube-metrics",
            "servo-prom",
        ]),
        reason: "it sets up three connectors for each other, and knows neither the runtime nor the optimizer",
    },
    Row {
        of: "servo-bin",
        allowed: Allowed::AnyProduct,
        reason: "the binary is built of products; what serves development stays out of it",
    },
    Row {
        of: "local-web",
        allowed: Allowed::Only(&[]),
        reason: "it is a service like any other, and knows nothing of Servo",
    },
    Row {
        of: "xtask",
        allowed: Allowed::Only(&[]),
        reason: "the gate must compile before, and without, everything it checks",
    },
];

/// Any other crate is a connector.
const CONNECTOR: Row = Row {
    of: "a connector",
    allowed: Allowed::Only(&["servo-core", "servo-exec", "servo-http", "servo-kube"]),
    reason: "connectors know neither each other nor the runtime nor the optimizer",
};

/// Crates that nothing else is built from; `servo-testkit` alone may be a dev-dependency.
const DEVELOPMENT: &[&str] =
    &["local-web", "servo-bench", "servo-cluster", "servo-crash", "servo-sweep", "servo-testkit", "xtask"];

/// Reports every arrow that is not in the table.
pub(super) fn check(packages: &[Package]) -> Vec<Violation> {
    let mut found = Vec::new();
    for package in packages {
        let row = row(&package.name);
        for edge in &package.edges {
            let refusal = match edge.kind {
                Kind::Normal if row.allows(&edge.to) => continue,
                Kind::Normal => format!("as {}", row.reason),
                Kind::Dev if DEVELOPMENT.contains(&edge.to.as_str()) && edge.to != "servo-testkit" => {
                    "not even for its tests, as nothing depends on a program".to_owned()
                }
                Kind::Dev => continue,
            };
            let message = format!(
                "{} must not depend on {}, {refusal}; a new arrow needs an ADR in docs/adr and a line in \
                 xtask/src/tidy/arrows.rs",
                package.name, edge.to
            );
            let line = line_of(&package.manifest, &edge.to);
            found.push(Violation::new(&package.manifest_path, line, "arrow", message));
        }
    }
    found
}

/// One line per crate, with its arrows; the ones of tests stand in brackets.
pub(super) fn graph(packages: &[Package]) -> String {
    let lines = packages.iter().map(|package| {
        let known = |kind: Kind| {
            let names: Vec<&str> =
                package.edges.iter().filter(|edge| edge.kind == kind).map(|edge| edge.to.as_str()).collect();
            names.join(" ")
        };
        let (normal, dev) = (known(Kind::Normal), known(Kind::Dev));
        let normal = if normal.is_empty() { "-" } else { &normal };
        let dev = if dev.is_empty() { dev } else { format!(" ({dev})") };
        format!("  {} -> {normal}{dev}", package.name)
    });
    let title = "crates and what they know (for their tests only)".to_owned();
    let lines: Vec<String> = std::iter::once(title).chain(lines).collect();
    lines.join("\n") + "\n"
}

fn row(name: &str) -> &'static Row {
    TABLE.iter().find(|row| row.of == name).unwrap_or(&CONNECTOR)
}

impl Row {
    fn allows(&self, to: &str) -> bool {
        match self.allowed {
            Allowed::Only(names) => names.contains(&to),
            Allowed::AnyProduct => !DEVELOPMENT.contains(&to),
        }
    }
}

/// Line of the manifest that names the dependency, counted from 1.
fn line_of(manifest: &str, dependency: &str) -> usize {
    let names =
        |line: &str| line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    manifest.lines().position(names).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests;
