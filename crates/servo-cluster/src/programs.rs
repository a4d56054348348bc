//! The programs that a cluster is made of, as `cargo xtask cluster build` puts them in place.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The folder of the programs, and the program that this crate is.
#[derive(Clone, Debug)]
pub struct Programs {
    servers: PathBuf,
    own: PathBuf,
}

/// What every cluster needs.
const NEEDED: [&str; 11] = [
    "kubernetes/kube-apiserver",
    "kubernetes/kube-controller-manager",
    "kubernetes/kube-scheduler",
    "kubernetes/kubelet",
    "kubernetes/kube-proxy",
    "debian/usr/bin/etcd",
    "debian/usr/bin/containerd",
    "debian/usr/bin/ctr",
    "debian/usr/sbin/runc",
    "debian/usr/sbin/nft",
    "pause",
];

impl Programs {
    /// Takes the programs of a checkout; `own` is the binary `servo-cluster`.
    ///
    /// # Errors
    ///
    /// One of them is missing; the error says how to get it.
    pub fn of(root: &Path, own: &Path) -> Result<Self> {
        let programs = Self::at(root, own);
        for name in NEEDED {
            programs.optional(name)?;
        }
        if !own.is_file() {
            return Err(Error::failed(format!(
                "{} is not there: `cargo build -p servo-cluster` builds it",
                own.display()
            )));
        }
        Ok(programs)
    }

    /// The same, whatever of it is there.
    pub(crate) fn at(root: &Path, own: &Path) -> Self {
        Self { servers: root.join("target/servers"), own: own.to_owned() }
    }

    /// The binary `servo-cluster`.
    pub(crate) fn own(&self) -> &Path {
        &self.own
    }

    /// A program or folder that only some clusters need.
    pub(crate) fn optional(&self, name: &str) -> Result<PathBuf> {
        let path = self.path(name);
        if path.exists() {
            return Ok(path);
        }
        Err(Error::failed(format!("{} is not there: `cargo xtask cluster build` gets it", path.display())))
    }

    /// Makes sure that the controller of Argo Rollouts is there.
    pub(crate) fn argo_rollouts(&self) -> Result<()> {
        self.optional("argo-rollouts/rollouts-controller").map(|_| ()).map_err(|_| {
            Error::failed("Argo Rollouts is not there: `cargo xtask cluster build --argo-rollouts` gets it")
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.servers.join(name)
    }

    /// The folder of Kubernetes' own programs, `kubectl` among them.
    pub fn kubernetes(&self) -> PathBuf {
        self.path("kubernetes")
    }

    /// The search path inside the cluster: Debian's programs are unpacked and not installed.
    pub(crate) fn search_path(&self) -> String {
        let folders = ["kubernetes", "debian/usr/sbin", "debian/usr/bin", "debian/sbin", "debian/bin"];
        let mut path: Vec<String> =
            folders.iter().map(|name| self.path(name).display().to_string()).collect();
        path.extend(["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map(str::to_owned));
        path.join(":")
    }

    /// Where Debian's unpacked programs find their libraries.
    pub(crate) fn libraries(&self) -> String {
        let folders = ["debian/usr/lib/x86_64-linux-gnu", "debian/lib/x86_64-linux-gnu"];
        folders.map(|name| self.path(name).display().to_string()).join(":")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_with_what_gets_it() {
        let root = tempfile::tempdir().unwrap();
        let error = Programs::of(root.path(), Path::new("/bin/true")).unwrap_err().to_string();
        assert!(
            error.ends_with("kube-apiserver is not there: `cargo xtask cluster build` gets it"),
            "{error}"
        );
    }
}
