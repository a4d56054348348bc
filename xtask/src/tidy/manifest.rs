//! Manifests of members: they inherit what the workspace states once.

use super::Violation;

/// Keys of `[package]` that the workspace sets.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

/// Sections whose entries come from the workspace's table.
const DEPENDENCIES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

/// Checks one member's manifest, line by line: manifests here are plain tables.
pub(super) fn check(path: &str, text: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut section = String::new();
    let mut inherited = Vec::new();
    let mut lints = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            line.trim_matches(['[', ']']).clone_into(&mut section);
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let (key, from_workspace) = inheritance(key.trim(), value.trim());
        match section.as_str() {
            "package" if from_workspace => inherited.push(key),
            "package" if key == "name" => {
                found.extend(folder(path, index + 1, value.trim().trim_matches('"')));
            }
            "lints" => lints |= key == "workspace" && value.trim() == "true",
            table if DEPENDENCIES.contains(&table) && !from_workspace => {
                let message = format!(
                    "`{key}` must be listed under [workspace.dependencies] and named here with `workspace = true`"
                );
                found.push(Violation::new(path, index + 1, "manifest", message));
            }
            _ => {}
        }
    }
    for key in INHERITED.iter().filter(|key| !inherited.contains(key)) {
        let message = format!("[package] must say `{key}.workspace = true`");
        found.push(Violation::new(path, 1, "manifest", message));
    }
    if !lints {
        found.push(Violation::new(path, 1, "manifest", "[lints] must say `workspace = true`"));
    }
    found
}

/// The key without `.workspace`, and whether the entry takes its value from the workspace.
fn inheritance<'a>(key: &'a str, value: &str) -> (&'a str, bool) {
    match key.strip_suffix(".workspace") {
        Some(key) => (key, value == "true"),
        None => (key, value.starts_with('{') && value.contains("workspace = true")),
    }
}

fn folder(path: &str, line: usize, name: &str) -> Option<Violation> {
    let folder = path.rsplit('/').nth(1)?;
    let message = || format!("the folder is called `{folder}` and the crate `{name}`: one name for both");
    (folder != name).then(|| Violation::new(path, line, "manifest", message()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
[package]
name = \"servo-a\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license = { workspace = true }
publish.workspace = true

[lints]
workspace = true

[dependencies]
serde.workspace = true
miette = { workspace = true, features = [\"fancy-no-backtrace\"] }

[[bin]]
name = \"servo\"
path = \"src/main.rs\"
";

    fn messages(text: &str) -> Vec<String> {
        check("crates/servo-a/Cargo.toml", text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_manifest_that_inherits_everything_is_accepted() {
        assert_eq!(messages(GOOD), Vec::<String>::new());
    }

    #[test]
    fn each_value_that_is_not_inherited_is_named() {
        let text = GOOD.replace("version.workspace = true\nedition", "version = \"1.0.0\"\nedition");
        assert_eq!(
            messages(&text),
            ["crates/servo-a/Cargo.toml:1: manifest: [package] must say `version.workspace = true`"]
        );
        let text = GOOD.replace("[lints]\nworkspace = true\n", "");
        assert_eq!(
            messages(&text),
            ["crates/servo-a/Cargo.toml:1: manifest: [lints] must say `workspace = true`"]
        );
    }

    #[test]
    fn a_dependency_with_its_own_version_is_refused() {
        let text = GOOD.replace("serde.workspace = true", "serde = \"1\"");
        assert_eq!(
            messages(&text),
            [
                "crates/servo-a/Cargo.toml:13: manifest: `serde` must be listed under [workspace.dependencies] and \
              named here with `workspace = true`"
            ]
        );
    }

    #[test]
    fn folder_and_crate_have_one_name() {
        let text = GOOD.replace("servo-a", "servo-b");
        assert_eq!(
            messages(&text),
            [
                "crates/servo-a/Cargo.toml:2: manifest: the folder is called `servo-a` and the crate `servo-b`: one \
              name for both"
            ]
        );
    }
}
