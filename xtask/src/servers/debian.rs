//! Packages of Debian, unpacked below `target/servers/debian`.

mod links;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use super::{make, unwritable};
use crate::failure::{Failure, Result};
use crate::program::run;

/// A package of Debian, and a file that is there when it is unpacked.
pub(crate) type Package = (&'static str, &'static str);

/// The folder that takes the place of `/` for them.
pub(crate) fn folder(root: &Path) -> PathBuf {
    super::folder(root).join("debian")
}

/// Unpacks those packages that are not there yet.
pub(crate) fn unpack(root: &Path, packages: &[Package]) -> Result<()> {
    let folder = folder(root);
    let is_missing = |(_, file): &&Package| !folder.join(file).is_file();
    let missing: Vec<&str> = packages.iter().filter(is_missing).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        download(&folder, &missing)?;
        links::make(&folder).map_err(|error| unwritable(&folder, &error))?;
    }
    if let Some((name, file)) = packages.iter().find(is_missing) {
        return Err(Failure::failed(format!("Debian's `{name}` has no {file}, which is looked for there")));
    }
    let names: Vec<&str> = packages.iter().map(|(name, _)| *name).collect();
    println!("of Debian, in {}: {}", folder.display(), names.join(" "));
    Ok(())
}

/// Fetches packages and unpacks them.
fn download(folder: &Path, names: &[&str]) -> Result<()> {
    let archives = folder.join("archives");
    make(&archives)?;
    let fetch = || run(Command::new("apt-get").arg("download").args(names).current_dir(&archives));
    // A machine that was just set up has no lists of packages, which only root can fetch.
    let fetched = fetch().or_else(|_| run(Command::new("apt-get").arg("update")).and_then(|()| fetch()));
    fetched.map_err(|failure| {
        Failure::failed(format!(
            "{failure}; tests start what Debian has packages of, and need its package manager and the lists of it \
             (`apt-get update`)"
        ))
    })?;
    for name in names {
        let archive = archive(&archives, name).map_err(|error| unwritable(&archives, &error))?;
        let archive =
            archive.ok_or_else(|| Failure::failed(format!("`apt-get download {name}` left no file")))?;
        run(Command::new("dpkg").arg("-x").arg(&archive).arg(folder))?;
    }
    Ok(())
}

/// Finds the file of a package; of several, the one that was fetched last.
fn archive(folder: &Path, name: &str) -> io::Result<Option<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_of_package = entry.file_name().to_string_lossy().starts_with(&format!("{name}_"));
        if is_of_package && entry.path().extension() == Some(OsStr::new("deb")) {
            found.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    found.sort();
    Ok(found.pop().map(|(_, path)| path))
}
