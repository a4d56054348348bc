//! Writes what is generated of the documentation into a folder: schemas, manual pages, and two pages of the book.
//!
//! `cargo xtask docs` runs it; nothing that it writes depends on the machine or on the time.

mod command_line;
mod errors;
mod schemas;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use servo_core::registry::Registry;

/// What can be wrong: a folder that cannot be written, or a program that is not as it must be.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).ok_or("name the folder to write to")?;
    let registry = Registry::collect()?;
    let [schema, man] = ["schema", "man"].map(|name| folder.join(name));
    for folder in [&schema, &man] {
        fs::create_dir_all(folder)?;
    }
    for (name, text) in schemas::files(&registry)? {
        write(&schema, &name, &text)?;
    }
    clap_mangen::generate_to(servo_bin::command(), &man)?;
    write(&folder, "cli.md", &command_line::page(servo_bin::command()))?;
    write(&folder, "errors.md", &errors::page(&registry)?)
}

fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()).into())
}
