//! The folder of a cluster: everything that it writes is in it, and goes with it.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A path of a socket may be so long, by `sockaddr_un` of Linux.
const LONGEST_SOCKET: usize = 107;

/// The folder of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site(PathBuf);

impl Site {
    /// Takes a folder, which need not be there.
    ///
    /// # Errors
    ///
    /// The path cannot be made absolute, or is too long for the sockets in it.
    pub fn new(folder: &Path) -> Result<Self> {
        let folder = std::path::absolute(folder).map_err(Error::at("find", folder))?;
        let site = Self(folder);
        let socket = site.inside();
        if socket.as_os_str().len() > LONGEST_SOCKET {
            return Err(Error::failed(format!(
                "the path {} is too long for a socket: at most {LONGEST_SOCKET} bytes; give a shorter --folder",
                socket.display()
            )));
        }
        Ok(site)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// A file or folder in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// How clients on this machine reach the API server: a file that `kubectl` reads.
    pub fn kubeconfig(&self) -> PathBuf {
        self.path("kubeconfig")
    }

    /// What was asked of the API server, where that is kept.
    pub fn audit_log(&self) -> PathBuf {
        self.path("audit.log")
    }

    /// What a component wrote.
    pub fn log(&self, component: &str) -> PathBuf {
        self.path("logs").join(format!("{component}.log"))
    }

    /// The socket of the process that keeps the cluster.
    pub(crate) fn control(&self) -> PathBuf {
        self.path("keeper.sock")
    }

    /// The socket of the process inside the namespaces.
    pub(crate) fn inside(&self) -> PathBuf {
        self.path("inside.sock")
    }

    /// A certificate, a key or both.
    pub(crate) fn pki(&self, name: &str) -> PathBuf {
        self.path("pki").join(name)
    }

    /// The file whose lock is held while a cluster is looked for, started or taken down. It is beside the folder, since
    /// the folder goes.
    pub(crate) fn lock(&self) -> PathBuf {
        self.0.with_extension("lock")
    }

    /// The name of the control groups below which all its processes are, the containers' among them. It follows from
    /// the folder, so that what a cluster left that ended by force is found again.
    pub fn group(&self) -> String {
        format!("kube-test-{:.8}", crate::digest::hex(self.0.as_os_str().as_encoded_bytes()))
    }

    /// Writes a file for its owner alone, and the folders on the way to it.
    pub(crate) fn write(path: &Path, content: &[u8]) -> Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::at("make", folder))?;
        }
        let mut options = fs::OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
        file.and_then(|mut file| file.write_all(content)).map_err(Error::at("write", path))
    }

    /// The last lines of a log, for errors.
    pub(crate) fn tail(&self, component: &str) -> String {
        let text = fs::read(self.log(component)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_follows_from_the_folder() {
        let [one, other] = ["/tmp/a", "/tmp/b"].map(|folder| Site::new(Path::new(folder)).unwrap());
        assert_eq!(one.group(), Site::new(Path::new("/tmp/a")).unwrap().group());
        assert_ne!(one.group(), other.group());
        assert!(one.group().starts_with("kube-test-") && one.group().len() == 18);
    }

    #[test]
    fn a_path_that_no_socket_can_have_is_refused() {
        let error = Site::new(&PathBuf::from(format!("/tmp/{}", "x".repeat(100)))).unwrap_err();
        assert!(error.to_string().contains("give a shorter --folder"), "{error}");
    }

    #[test]
    fn files_are_for_their_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let site = Site::new(&folder.path().join("c")).unwrap();
        Site::write(&site.pki("ca.key"), b"secret").unwrap();
        let mode = fs::metadata(site.pki("ca.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
