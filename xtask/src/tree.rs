//! The repository's own files, as text.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// One text file: its path from the root, with `/`, and what it holds.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Folders that hold what was built or recorded, never what was written.
const SKIPPED: &[&str] = &["target", ".git", ".servo"];

/// Endings of the files that rules look at.
const TEXT: &[&str] = &["rs", "toml", "md", "yaml", "yml", "tmpl"];

/// The repository's root: this program's package lies directly below it.
pub(crate) fn root() -> PathBuf {
    // Set by `cargo run`, and right for every clone that shares one target folder.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map(Path::to_path_buf).unwrap_or(package)
}

/// Reads every text file below `root`, sorted by path.
pub(crate) fn read(root: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    visit(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn visit(folder: &Path, prefix: &str, files: &mut Vec<File>) -> Result<()> {
    let failed = |error| Failure::failed(format!("cannot read {}: {error}", folder.display()));
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                visit(&entry.path(), &path, files)?;
            }
        } else if kind.is_file() && TEXT.iter().any(|ending| has_ending(&name, ending)) {
            match std::fs::read_to_string(entry.path()) {
                Ok(text) => files.push(File { path, text }),
                // An editor or another process may replace a file while the tree is read.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(Failure::failed(format!("cannot read {path}: {error}"))),
            }
        }
    }
    Ok(())
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found == ending)
}
