//! `new-connector`: a crate that passes the gate as it stands, and every line that names it elsewhere.

mod edits;
mod name;
mod templates;

use std::path::{Path, PathBuf};

use crate::cargo;
use crate::failure::{Failure, Result};
use crate::tree;

pub(crate) use name::Name;

/// One file of the repository and the text it is to have.
#[derive(Debug)]
pub(crate) struct Edit {
    path: PathBuf,
    text: String,
}

/// Scaffolds `crates/servo-NAME` and registers it with the binary.
pub(crate) fn run(root: &Path, name: &str) -> Result<()> {
    let name = Name::parse(name)?;
    let folder = root.join("crates").join(name.crate_name());
    if folder.exists() {
        return Err(Failure::failed(format!(
            "crates/{} exists already: choose another name",
            name.crate_name()
        )));
    }
    // Every edit is worked out before the first is written, so that a refusal leaves the tree as it was.
    let edits = edits(root, &name)?;
    write_crate(&folder, &name)?;
    for Edit { path, text } in edits {
        write(&path, &text)?;
        println!("edited  {}", shown(root, &path));
    }
    lock(root)?;
    println!(
        "\ncrates/{crate_name} is a connector that measures one metric, under the key `{key}`.\n\
         Next: docs/writing-a-connector.md, then `cargo test --package {crate_name}` and `cargo xtask check`.",
        crate_name = name.crate_name(),
        key = name.key()
    );
    Ok(())
}

/// Works out every change outside the new crate, without writing any.
pub(crate) fn edits(root: &Path, name: &Name) -> Result<Vec<Edit>> {
    let registry = registry_test(root)?;
    let places: [(&str, edits::EditText); 4] = [
        ("Cargo.toml", edits::workspace_manifest),
        ("crates/servo-bin/Cargo.toml", edits::binary_manifest),
        ("crates/servo-bin/src/connectors.rs", edits::connectors),
        (&registry, edits::registry_test),
    ];
    places
        .into_iter()
        .map(|(place, edit)| {
            let path = root.join(place);
            let text = std::fs::read_to_string(&path)
                .map_err(|error| Failure::failed(format!("cannot read {place}: {error}")))?;
            let text = edit(&text, name).ok_or_else(|| {
                Failure::failed(format!(
                    "{place} does not list the connectors the way xtask/src/new_connector/edits.rs expects"
                ))
            })?;
            Ok(Edit { path, text })
        })
        .collect()
}

/// Writes the new crate's files into `folder`.
pub(crate) fn write_crate(folder: &Path, name: &Name) -> Result<()> {
    for (path, text) in templates::render(name) {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)
            .map_err(|error| Failure::failed(format!("cannot create {}: {error}", parent.display())))?;
        write(&path, &text)?;
        println!("created {}", path.display());
    }
    Ok(())
}

/// Finds the file that holds the list of all connectors.
fn registry_test(root: &Path) -> Result<String> {
    let holds_list =
        |file: &tree::File| file.path.starts_with("crates/servo-bin/") && file.text.contains(edits::LIST);
    tree::read(root)?
        .into_iter()
        .find(holds_list)
        .map(|file| file.path)
        .ok_or_else(|| {
            Failure::failed(format!(
                "no file of crates/servo-bin holds `{}`, the list of all connectors",
                edits::LIST
            ))
        })
}

/// Enters the new crate into Cargo.lock, as every build of the gate is locked, and puts the edited list in
/// the form that rustfmt gives it.
fn lock(root: &Path) -> Result<()> {
    for call in [
        &["update", "--workspace", "--offline", "--quiet"][..],
        &["fmt", "--package", "servo-bin"],
    ] {
        let arguments: Vec<String> = call.iter().map(|&word| word.to_owned()).collect();
        match cargo::run(root, &arguments, &[])? {
            0 => {}
            code => {
                let line = cargo::line(&arguments, &[]);
                return Err(Failure::failed(format!(
                    "`{line}` ended with exit code {code}; run it again by hand"
                )));
            }
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text)
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}
