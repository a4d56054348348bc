//! Where the programs of a cluster are.

use std::path::{Path, PathBuf};

use servo_cluster::{Place, Site};

/// The binary `servo-cluster`: the one that `SERVO_CLUSTER` names, or the one that was built beside the test.
///
/// `cargo test --workspace` builds it; with one package, `cargo build -p servo-cluster` has to.
///
/// # Panics
///
/// The test has no path of its own.
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("SERVO_CLUSTER") {
        return path.into();
    }
    let own = std::env::current_exe().expect("a test knows its own path");
    // The test is in `deps`, the binary beside that folder; an example or a bench may be elsewhere below.
    let folder = own.ancestors().skip(1).find(|folder| folder.join("deps").is_dir());
    folder.unwrap_or_else(|| Path::new(".")).join("servo-cluster")
}

/// The root of the checkout.
///
/// # Panics
///
/// It is gone.
pub fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().unwrap_or_else(|error| panic!("{} is gone: {error}", root.display()))
}

/// The place of a cluster in a folder, which need not be there.
pub(super) fn place(folder: &Path) -> Place {
    let site = Site::new(folder).unwrap_or_else(|error| panic!("no cluster can be in this folder: {error}"));
    Place { root: root(), own: binary(), site }
}
