//! What can go wrong, each with the thing that it befell.

use std::io;
use std::path::Path;

/// Why a cluster could not be started, reached or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file, a folder or a socket.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The API server, or the way to it.
    #[error("{what}: {source}")]
    Kubernetes {
        /// What was tried.
        what: String,
        /// What was said.
        #[source]
        source: Box<kube::Error>,
    },
    /// Anything else, in a sentence.
    #[error("{0}")]
    Failed(String),
}

/// What is tried in this crate ends so.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Says that something was not possible.
    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self::Failed(what.into())
    }

    /// Names the path that an operation of the system failed for.
    pub(crate) fn at(what: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let what = format!("cannot {what} {}", path.display());
        move |source| Self::Io { what, source }
    }

    /// Names what failed.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// Names what was asked of Kubernetes.
    pub(crate) fn kubernetes(what: impl Into<String>) -> impl FnOnce(kube::Error) -> Self {
        let what = what.into();
        move |source| Self::Kubernetes { what, source: Box::new(source) }
    }
}
