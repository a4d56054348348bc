//! How an operator says which cluster is meant.

use std::path::PathBuf;

/// How a cluster is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// The file, as it is written; otherwise `KUBECONFIG`, `~/.kube/config` or the pod's own account.
    pub kubeconfig: Option<PathBuf>,
    /// The context in it; the current one if left out.
    pub context: Option<String>,
}
