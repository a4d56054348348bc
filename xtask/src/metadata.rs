//! The workspace's packages and the arrows between them, as cargo itself sees them.

use std::path::Path;

use serde_json::Value;

use crate::cargo;
use crate::failure::{Failure, Result};

/// When a dependency is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// With the crate itself, its build script included.
    Normal,
    /// With the crate's tests, examples and benches only.
    Dev,
}

/// One arrow between two crates of this workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) to: String,
    pub(crate) kind: Kind,
}

/// One member of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Path of the manifest from the repository's root, with `/`.
    pub(crate) manifest_path: String,
    /// Text of the manifest, to name the line of an arrow.
    pub(crate) manifest: String,
    /// Arrows to other members, sorted by name.
    pub(crate) edges: Vec<Edge>,
    /// Names of the integration test binaries.
    pub(crate) tests: Vec<String>,
}

/// Reads the workspace without resolving anything: needs no network and no lock file.
pub(crate) fn load(root: &Path) -> Result<Vec<Package>> {
    let output = cargo::command(root)
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .map_err(|error| Failure::failed(format!("cannot start cargo: {error}")))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::failed(format!("`cargo metadata` failed:\n{}", message.trim_end())));
    }
    let document: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::failed(format!("`cargo metadata` printed no JSON: {error}")))?;
    let mut packages = parse(&document, &root.display().to_string());
    for package in &mut packages {
        let path = root.join(&package.manifest_path);
        package.manifest = std::fs::read_to_string(&path)
            .map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display())))?;
    }
    Ok(packages)
}

fn parse(document: &Value, root: &str) -> Vec<Package> {
    let listed: Vec<&Value> = list(document, "packages").collect();
    let names: Vec<&str> = listed.iter().map(|package| text(package, "name")).collect();
    let mut packages: Vec<Package> = listed
        .iter()
        .map(|package| Package {
            name: text(package, "name").to_owned(),
            manifest_path: relative(text(package, "manifest_path"), root),
            manifest: String::new(),
            edges: edges(package, &names),
            tests: list(package, "targets")
                .filter(|target| list(target, "kind").any(|kind| kind == "test"))
                .map(|target| text(target, "name").to_owned())
                .collect(),
        })
        .collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    packages
}

fn edges(package: &Value, members: &[&str]) -> Vec<Edge> {
    let mut edges: Vec<Edge> = list(package, "dependencies")
        .filter(|dependency| members.contains(&text(dependency, "name")))
        .map(|dependency| Edge {
            to: text(dependency, "name").to_owned(),
            kind: if text(dependency, "kind") == "dev" { Kind::Dev } else { Kind::Normal },
        })
        .collect();
    edges.sort_by(|a, b| a.to.cmp(&b.to));
    edges
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn relative(path: &str, root: &str) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    inside.replace('\\', "/").trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arrows_to_outside_crates_are_left_out() {
        let document = json!({"packages": [
            {"name": "b", "manifest_path": "/r/crates/b/Cargo.toml", "targets": [{"kind": ["test"], "name": "e2e"}],
             "dependencies": [{"name": "serde", "kind": null}, {"name": "c", "kind": "dev"}, {"name": "a", "kind": null}]},
            {"name": "a", "manifest_path": "/r/crates/a/Cargo.toml", "dependencies": [], "targets": []},
            {"name": "c", "manifest_path": "/r/crates/c/Cargo.toml", "dependencies": [], "targets": []},
        ]});
        let packages = parse(&document, "/r");
        assert_eq!(packages.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(packages[1].manifest_path, "crates/b/Cargo.toml");
        assert_eq!(packages[1].tests, ["e2e"]);
        let expected =
            [Edge { to: "a".into(), kind: Kind::Normal }, Edge { to: "c".into(), kind: Kind::Dev }];
        assert_eq!(packages[1].edges, expected);
    }
}
