//! Building the program of an image: in release, with the C library in it, and without a trace of where it was built.

use std::path::{Path, PathBuf};

use super::recipe::Recipe;
use super::workshop;
use crate::cargo;
use crate::failure::{Failure, Result};

/// What it is built for.
pub(super) const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Builds the program; gives its path.
pub(super) fn program(root: &Path, recipe: &Recipe) -> Result<PathBuf> {
    let folder = workshop(root);
    let arguments = ["build", "--release", "--locked", "--target", TARGET, "--package", recipe.package];
    let mut arguments = arguments.map(str::to_owned).to_vec();
    arguments.extend(["--target-dir".to_owned(), folder.display().to_string()]);
    let folders = folders(root)?;
    let rust = format!("-Ctarget-feature=+crt-static {}", remapped("--remap-path-prefix", &folders));
    let c = remapped("-ffile-prefix-map", &folders);
    match cargo::run(root, &arguments, &[("RUSTFLAGS", &rust), ("CFLAGS", &c)])? {
        0 => Ok(folder.join(TARGET).join("release").join(recipe.program)),
        code => Err(Failure::Delegated(code)),
    }
}

/// Folders of this machine that would be named in the program, and what they are called in it.
fn folders(root: &Path) -> Result<[(String, &'static str); 2]> {
    let cargo = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let cargo = cargo.ok_or_else(|| Failure::failed("neither CARGO_HOME nor HOME is set"))?;
    let folders = [(root, "/servo"), (cargo.as_path(), "/cargo")];
    if let Some((folder, _)) = folders.iter().find(|(folder, _)| !is_one_word(folder)) {
        return Err(Failure::failed(format!(
            "{} has a blank in it, which cannot be told to a compiler in its flags",
            folder.display()
        )));
    }
    Ok(folders.map(|(folder, name)| (folder.display().to_string(), name)))
}

fn is_one_word(folder: &Path) -> bool {
    !folder.display().to_string().contains(char::is_whitespace)
}

/// The flags that a compiler needs to call folders something else.
fn remapped(flag: &str, folders: &[(String, &str)]) -> String {
    let flags: Vec<String> = folders.iter().map(|(folder, name)| format!("{flag}={folder}={name}")).collect();
    flags.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_is_told_each_folder() {
        let folders = [("/home/a/servo".to_owned(), "/servo"), ("/home/a/.cargo".to_owned(), "/cargo")];
        assert_eq!(remapped("-f", &folders), "-f=/home/a/servo=/servo -f=/home/a/.cargo=/cargo");
    }

    #[test]
    fn a_folder_with_a_blank_cannot_be_told() {
        assert!(is_one_word(Path::new("/home/a/servo")) && !is_one_word(Path::new("/home/a b/servo")));
    }
}
