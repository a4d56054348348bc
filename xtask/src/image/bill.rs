//! The list of what an image is made of, as `CycloneDX` 1.5: the same for the same image, without a time and a number.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::contents::Contents;
use super::graph::Graph;
use super::recipe::CERTIFICATES;

/// The list.
pub(super) struct Bill(Value);

impl Bill {
    /// As it is written.
    pub(super) fn text(&self) -> String {
        format!("{:#}\n", self.0)
    }

    /// How many things are in it.
    pub(super) fn components(&self) -> usize {
        self.0["components"].as_array().map_or(0, Vec::len)
    }
}

/// Lists what an image is made of.
pub(super) fn of(name: &str, graph: &Graph, contents: &Contents, digest: &str) -> Bill {
    let sums = checksums(&graph.lock);
    let packages = packages(graph);
    let mut components: Vec<Value> = packages.values().map(|package| component(package, &sums)).collect();
    components.extend(not_of_cargo(graph, contents));
    let references: Vec<&Value> = components.iter().map(|component| &component["bom-ref"]).collect();
    // The image is made of its program and of what no crate names.
    let own = packages.values().find(|package| package["name"] == graph.package.as_str());
    let own = own.map(|package| reference(package));
    let parts: Vec<&Value> = references
        .iter()
        .filter(|found| own.as_deref() == found.as_str() || !is_package(found, &packages))
        .copied()
        .collect();
    let mut dependencies = vec![json!({"ref": name, "dependsOn": parts})];
    dependencies.extend(arrows(graph, &packages));
    Bill(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {
            "type": "container", "bom-ref": name, "name": name, "version": graph.version,
            "hashes": [{"alg": "SHA-256", "content": digest.trim_start_matches("sha256:")}],
        }},
        "components": components,
        "dependencies": dependencies,
    }))
}

/// What cargo says of the packages that are linked, by what cargo calls each of them.
fn packages(graph: &Graph) -> BTreeMap<&str, &Value> {
    let listed = graph.metadata["packages"].as_array().into_iter().flatten();
    let is_linked = |package: &&Value| {
        graph
            .linked
            .iter()
            .any(|(name, version)| package["name"] == name.as_str() && package["version"] == version.as_str())
    };
    listed.filter(is_linked).map(|package| (text(package, "id"), package)).collect()
}

fn is_package(found: &Value, packages: &BTreeMap<&str, &Value>) -> bool {
    packages.values().any(|package| found.as_str() == Some(&reference(package)))
}

/// A package as a component. Crates of this repository are in no registry, where something else may have their name.
fn component(package: &Value, sums: &BTreeMap<(&str, &str), &str>) -> Value {
    let (name, version) = (text(package, "name"), text(package, "version"));
    let mut component =
        json!({"type": "library", "bom-ref": reference(package), "name": name, "version": version});
    if !package["source"].is_null() {
        component["purl"] = reference(package).into();
    }
    if let Some(licence) = package["license"].as_str() {
        component["licenses"] = json!([{"expression": expression(licence)}]);
    }
    if let Some(sum) = sums.get(&(name, version)) {
        component["hashes"] = json!([{"alg": "SHA-256", "content": sum}]);
    }
    component
}

/// What is in the image and no package of cargo's.
fn not_of_cargo(graph: &Graph, contents: &Contents) -> Vec<Value> {
    let (c, version) = graph.c.split_once(' ').unwrap_or((&graph.c, ""));
    let mut found = vec![
        json!({
            "type": "library", "bom-ref": "c-library", "name": c, "version": version,
            "licenses": [{"expression": "LGPL-2.1-or-later"}],
        }),
        json!({
            "type": "library", "bom-ref": "rust-library", "name": "rust-std", "version": graph.rust,
            "licenses": [{"expression": "MIT OR Apache-2.0"}],
        }),
    ];
    if let Some(sum) = &contents.certificates {
        found.push(json!({
            "type": "file", "bom-ref": "certificates", "name": CERTIFICATES,
            "hashes": [{"alg": "SHA-256", "content": sum}],
        }));
    }
    found
}

/// Which package is built from which.
fn arrows(graph: &Graph, packages: &BTreeMap<&str, &Value>) -> Vec<Value> {
    let nodes = graph.metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    let nodes: BTreeMap<&str, &Value> = nodes.map(|node| (text(node, "id"), node)).collect();
    let is_normal = |arrow: &&Value| {
        arrow["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null())
    };
    let of = |id: &str| {
        let known = nodes.get(id).and_then(|node| node["deps"].as_array()).into_iter().flatten();
        let known = known.filter(is_normal).filter_map(|arrow| packages.get(text(arrow, "pkg")));
        let mut known: Vec<String> = known.map(|package| reference(package)).collect();
        known.sort();
        known
    };
    packages.iter().map(|(id, package)| json!({"ref": reference(package), "dependsOn": of(id)})).collect()
}

/// What a package is called in the list: its package URL, if it is in a registry.
fn reference(package: &Value) -> String {
    let (name, version) = (text(package, "name"), text(package, "version"));
    if package["source"].is_null() {
        return format!("{name}@{version}");
    }
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

/// A licence as an expression: packages of long ago have a slash between those that one may choose from.
fn expression(licence: &str) -> String {
    let choices: Vec<&str> = licence.split('/').map(str::trim).collect();
    choices.join(" OR ")
}

/// The checksums of `Cargo.lock`, which has a line for each of a package's facts.
fn checksums(lock: &str) -> BTreeMap<(&str, &str), &str> {
    let read = |block| Some(((fact(block, "name")?, fact(block, "version")?), fact(block, "checksum")?));
    lock.split("[[package]]").filter_map(read).collect()
}

fn fact<'a>(block: &'a str, key: &str) -> Option<&'a str> {
    block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests;
