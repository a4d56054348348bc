//! The files of an image: the program, a name for its user, and what it takes to look up and to trust other machines.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::recipe::{CERTIFICATES, Recipe, USER};
use super::workshop;
use crate::failure::{Failure, Result};
use crate::program::output;
use crate::servers::{make, unwritable};

/// Where systems keep the certificates of authorities: Debian and Alpine, then Fedora and its relatives.
const BUNDLES: [&str; 2] = [CERTIFICATES, "/etc/pki/tls/certs/ca-bundle.crt"];

/// Names are looked up in the container's own file of hosts first. The C library does so by itself only where it is of
/// no great age.
const NAME_SERVICES: &str = "passwd: files\ngroup: files\nhosts: files dns\n";

/// What an image holds.
pub(super) struct Contents {
    /// Its files.
    pub(super) files: Vec<File>,
    /// The SHA-256 of the certificates, which are no crate and change without one.
    pub(super) certificates: Option<String>,
}

/// A file of an image.
pub(super) struct File {
    /// Where it is in the image.
    pub(super) path: String,
    /// Where it is taken from.
    pub(super) source: PathBuf,
    /// Its permissions.
    mode: &'static str,
}

impl File {
    /// It, as the writer of the archive is told.
    pub(super) fn argument(&self) -> String {
        format!("{}={}:{}", self.path, self.source.display(), self.mode)
    }
}

impl Contents {
    /// Gathers the files; writes those that are of this image alone.
    pub(super) fn gather(root: &Path, recipe: &Recipe, program: &Path) -> Result<Self> {
        let program = File { path: recipe.entrypoint.to_owned(), source: program.to_owned(), mode: "0755" };
        let mut files = vec![program];
        let folder = workshop(root).join("etc").join(recipe.name);
        make(&folder)?;
        for (name, text) in texts(recipe) {
            let source = folder.join(name);
            fs::write(&source, text).map_err(|error| unwritable(&source, &error))?;
            files.push(File { path: format!("/etc/{name}"), source, mode: "0644" });
        }
        let mut certificates = None;
        if recipe.certificates {
            let source = BUNDLES.iter().map(Path::new).find(|path| path.is_file());
            let source = source.ok_or_else(|| {
                Failure::failed(format!(
                    "none of {} is there; the image needs the certificates of authorities (Debian: `apt-get install \
                     ca-certificates`)",
                    BUNDLES.join(" and ")
                ))
            })?;
            println!("certificates of authorities: this machine's, {}", source.display());
            files.push(File { path: CERTIFICATES.to_owned(), source: source.to_owned(), mode: "0644" });
            let said = output(Command::new("sha256sum").arg(source))?;
            certificates = said.split(' ').next().map(str::to_owned);
        }
        Ok(Self { files, certificates })
    }
}

/// The small files of `/etc`.
fn texts(recipe: &Recipe) -> [(&'static str, String); 3] {
    let name = recipe.name;
    let (_, group) = USER.split_once(':').unwrap_or((USER, USER));
    [
        ("group", format!("{name}:x:{group}:\n")),
        ("nsswitch.conf", NAME_SERVICES.to_owned()),
        ("passwd", format!("{name}:x:{USER}:{name}:{}:/nonexistent\n", recipe.folder)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::recipe;

    #[test]
    fn an_image_has_one_user_and_nobody_else() {
        let servo = recipe::named("servo").unwrap();
        let [(_, group), _, (_, passwd)] = texts(servo);
        assert_eq!(group, "servo:x:65532:\n");
        assert_eq!(passwd, "servo:x:65532:65532:servo:/var/lib/servo:/nonexistent\n");
    }

    #[test]
    fn a_file_is_told_with_its_permissions() {
        let file = File { path: "/servo".to_owned(), source: PathBuf::from("/t/servo"), mode: "0755" };
        assert_eq!(file.argument(), "/servo=/t/servo:0755");
    }
}
