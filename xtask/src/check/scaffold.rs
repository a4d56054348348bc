//! Scaffolds a connector outside the repository and puts it through clippy and its own tests.

use std::path::{Path, PathBuf};

use crate::cargo;
use crate::failure::{Failure, Result};
use crate::new_connector::{self, Name};

/// Name of the connector that is made only to be checked.
const NAME: &str = "scaffold-check";

/// Files of the root that decide how a member is built and judged.
const SHARED: &[&str] = &["Cargo.lock", "clippy.toml", "rust-toolchain.toml", "rustfmt.toml"];

/// Checks what `new-connector` writes, without changing the repository.
pub(super) fn run(root: &Path) -> Result<()> {
    let name = Name::parse(NAME)?;
    // Every place that names the connectors is found and can take one more.
    new_connector::edits(root, &name)?;

    let workspace = Workspace::create()?;
    let folder = workspace.path.join("crates").join(name.crate_name());
    new_connector::write_crate(&folder, &name)?;
    for file in SHARED {
        std::fs::copy(root.join(file), workspace.path.join(file))
            .map_err(|error| Failure::failed(format!("cannot copy {file}: {error}")))?;
    }
    let manifest = read(&root.join("Cargo.toml"))?;
    let manifest = outside_manifest(&manifest, &root.display().to_string());
    let path = workspace.path.join("Cargo.toml");
    write(&path, &manifest)?;

    let path = path.display().to_string();
    let target = root.join("target").display().to_string();
    let package = name.crate_name();
    // Third-party crates are those of the lock file, which the steps before have fetched.
    let built = ["--offline", "--manifest-path", &path, "--target-dir", &target, "--package", &package];
    let mut clippy = vec!["clippy", "--all-targets"];
    clippy.extend(built);
    clippy.extend(["--", "-D", "warnings"]);
    let mut test = vec!["test"];
    test.extend(built);
    // Its layout depends on the length of the name, so `new-connector` formats what it has written, too.
    let format = vec!["fmt", "--manifest-path", &path, "--package", &package];
    for call in [format, clippy, test] {
        let arguments: Vec<String> = call.into_iter().map(str::to_owned).collect();
        match cargo::run(root, &arguments, &[])? {
            0 => {}
            code => {
                return Err(Failure::failed(format!(
                    "a connector as scaffolded fails `cargo {}` (exit code {code}): the templates are in \
                     xtask/templates/connector",
                    arguments[0]
                )));
            }
        }
    }
    Ok(())
}

/// The root's manifest for a workspace elsewhere: the same dependencies, lints and profiles, with the members
/// replaced and this workspace's crates named by absolute paths.
fn outside_manifest(manifest: &str, root: &str) -> String {
    let mut out = String::new();
    let mut of_package = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            // Cargo warns of a profile for a package that is not there.
            of_package = line.starts_with("[profile.") && line.contains(".package.");
        }
        let key = line.split('=').next().unwrap_or_default().trim();
        match key {
            _ if of_package => continue,
            "default-members" | "exclude" => continue,
            "members" => out.push_str("members = [\"crates/*\"]"),
            _ => out.push_str(&line.replace("path = \"crates/", &format!("path = \"{root}/crates/"))),
        }
        out.push('\n');
    }
    out
}

/// A folder for one check, removed with everything in it at the end.
struct Workspace {
    path: PathBuf,
}

impl Workspace {
    fn create() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("servo-{NAME}-{}", std::process::id()));
        std::fs::create_dir_all(&path)
            .map_err(|error| Failure::failed(format!("cannot create {}: {error}", path.display())))?;
        Ok(Self { path })
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        // A folder that stays behind under the system's temporary folder does no harm.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display())))
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text)
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_outside_points_back_at_this_one() {
        let manifest = "\
[workspace]
resolver = \"3\"
members = [\"crates/*\", \"xtask\"]
default-members = [\"crates/servo-bin\"]
exclude = [\"examples/out-of-tree\"]

[workspace.dependencies]
servo-core = { path = \"crates/servo-core\" }
serde = \"1\"

[profile.dev]
debug = \"line-tables-only\"

# The search is arithmetic in loops.
[profile.dev.package.servo-optimizer]
opt-level = 2

[profile.release]
strip = \"debuginfo\"
";
        let expected = "\
[workspace]
resolver = \"3\"
members = [\"crates/*\"]

[workspace.dependencies]
servo-core = { path = \"/repo/crates/servo-core\" }
serde = \"1\"

[profile.dev]
debug = \"line-tables-only\"

# The search is arithmetic in loops.
[profile.release]
strip = \"debuginfo\"
";
        assert_eq!(outside_manifest(manifest, "/repo"), expected);
    }
}
