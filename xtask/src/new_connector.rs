//! `new-connector`: a crate that passes the gate as it stands, and every line that names it elsewhere.

mod edits;
mod name;
mod templates;

use std::collections::BTreeMap;
use std::path::Path;

use crate::cargo::{self, CHECKS, OUT_OF_TREE};
use crate::failure::{Failure, Result};
use crate::tree;

pub(crate) use name::Name;

/// Texts of files by their paths from the root.
type Texts = BTreeMap<String, String>;

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
    println!("created crates/{}", name.crate_name());
    for (path, text) in edits {
        write(&root.join(&path), &text)?;
        println!("edited  {path}");
    }
    settle(root, &name)?;
    println!(
        "\ncrates/{crate_name} is a connector that measures one metric, under the key `{key}`.\n\
         Next: docs/writing-a-connector.md, then `cargo test --package {crate_name}` and `cargo xtask check`.",
        crate_name = name.crate_name(),
        key = name.key()
    );
    Ok(())
}

/// Works out every change outside the new crate, without writing any.
pub(crate) fn edits(root: &Path, name: &Name) -> Result<Texts> {
    let files: Texts = tree::read(root)?.into_iter().map(|file| (file.path, file.text)).collect();
    edited(&files, name)
}

fn edited(files: &Texts, name: &Name) -> Result<Texts> {
    let places: [(&str, edits::EditText); 4] = [
        ("Cargo.toml", edits::workspace_manifest),
        ("crates/servo-bin/Cargo.toml", edits::binary_manifest),
        ("crates/servo-bin/src/connectors.rs", edits::connectors),
        (registry_test(files)?, edits::registry_test),
    ];
    let mut edited = Texts::new();
    for (place, edit) in places {
        // The last two places may be one file.
        let text = edited.get(place).or_else(|| files.get(place));
        let text = text.and_then(|text| edit(text, name)).ok_or_else(|| {
            Failure::failed(format!(
                "{place} does not list the connectors the way xtask/src/new_connector/edits.rs expects"
            ))
        })?;
        edited.insert(place.to_owned(), text);
    }
    Ok(edited)
}

/// Finds the file that holds the list of all connectors.
fn registry_test(files: &Texts) -> Result<&str> {
    let holds_list = |(path, text): &(&String, &String)| {
        path.starts_with("crates/servo-bin/") && text.contains(edits::LIST)
    };
    files.iter().find(holds_list).map(|(path, _)| path.as_str()).ok_or_else(|| {
        Failure::failed(format!(
            "no file of crates/servo-bin holds `{}`, the list of all connectors",
            edits::LIST
        ))
    })
}

/// Writes the new crate's files into `folder`.
pub(crate) fn write_crate(folder: &Path, name: &Name) -> Result<()> {
    for (path, text) in templates::render(name) {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)
            .map_err(|error| Failure::failed(format!("cannot create {}: {error}", parent.display())))?;
        write(&path, &text)?;
    }
    Ok(())
}

/// Enters the new crate into the lock files, as every build of the gate is locked, and gives it and the edited
/// files the layout of rustfmt, which depends on the length of the name. The examples outside the workspace
/// depend on the program, and so on all its connectors.
fn settle(root: &Path, name: &Name) -> Result<()> {
    let crate_name = name.crate_name();
    let lock = vec!["update", "--workspace", "--offline", "--quiet"];
    let [outside, checks] = [OUT_OF_TREE, CHECKS]
        .map(|manifest| vec!["update", "--workspace", "--offline", "--quiet", "--manifest-path", manifest]);
    let format = vec!["fmt", "--package", "servo-bin", "--package", &crate_name];
    for call in [lock, outside, checks, format] {
        let arguments: Vec<String> = call.into_iter().map(str::to_owned).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn files(connectors: &str, test: &str) -> Texts {
        let texts = [
            ("Cargo.toml", "servo-core = { path = \"crates/servo-core\" }\n"),
            ("crates/servo-bin/Cargo.toml", "servo-core.workspace = true\n"),
            ("crates/servo-bin/src/connectors.rs", connectors),
            ("crates/servo-bin/tests/registry.rs", test),
        ];
        texts.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
    }

    const USES: &str = "use servo_emulator as _;\n";
    const LIST: &str = "const CONNECTORS: &[&str] = &[\"emulator\"];\n";

    #[test]
    fn two_edits_of_one_file_are_both_made() {
        let name = Name::parse("aws").unwrap();
        let edited = edited(&files(&format!("{USES}{LIST}"), ""), &name).unwrap();
        assert_eq!(
            edited["crates/servo-bin/src/connectors.rs"],
            "use servo_aws as _;\nuse servo_emulator as _;\nconst CONNECTORS: &[&str] = &[\"aws\", \"emulator\"];\n"
        );
    }

    #[test]
    fn the_list_may_be_in_a_file_of_its_own() {
        let name = Name::parse("aws").unwrap();
        let edited = edited(&files(USES, LIST), &name).unwrap();
        assert_eq!(edited.len(), 4);
        assert!(edited["crates/servo-bin/tests/registry.rs"].contains("\"aws\""));
    }

    #[test]
    fn a_place_that_is_not_as_expected_is_named() {
        let name = Name::parse("aws").unwrap();
        let message = |files: &Texts| edited(files, &name).unwrap_err().to_string();
        assert!(message(&files(USES, "")).starts_with("no file of crates/servo-bin holds"));
        assert!(message(&files("", LIST)).starts_with("crates/servo-bin/src/connectors.rs does not list"));
    }
}
