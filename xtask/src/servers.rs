//! Installs the servers that tests start: programs below `target/servers`, none of which is run here.
//!
//! Debian's packages are unpacked and not installed, so that nothing of the machine changes and no service begins to run.
//! What Debian does not have, or only of long ago, is built from its Go modules, whose versions and sums are in
//! `xtask/servers`.

pub(crate) mod built_from;
pub(crate) mod debian;
pub(crate) mod modules;

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::failure::{Failure, Result};
use debian::Package;
use modules::{Module, Place};

/// Where they are, below the repository. Tests look for them there.
const FOLDER: &str = "target/servers";

/// Debian's Prometheus.
pub(crate) const PROMETHEUS: Package = ("prometheus", "usr/bin/prometheus");

/// The packages that tests need.
const PACKAGES: [Package; 2] = [PROMETHEUS, ("prometheus-node-exporter", "usr/bin/prometheus-node-exporter")];

/// The Prometheus of today, which the test cluster has as well. Service discovery for clouds is most of it; tests use that
/// of Kubernetes alone.
pub(crate) const NEW_PROMETHEUS: Module = Module {
    name: "prometheus",
    packages: &["github.com/prometheus/prometheus/cmd/prometheus"],
    tags: "remove_all_sd,enable_kubernetes_sd",
    place: Place::File,
    stamp: None,
    files: None,
};

/// What is built. Thanos takes labels for slices, and crashes where they are strings.
const MODULES: [Module; 2] = [
    NEW_PROMETHEUS,
    Module {
        name: "thanos",
        packages: &["github.com/thanos-io/thanos/cmd/thanos"],
        tags: "slicelabels",
        place: Place::File,
        stamp: None,
        files: None,
    },
];

/// Puts those in place that are not there yet.
pub(crate) fn install(root: &Path) -> Result<()> {
    debian::unpack(root, &PACKAGES)?;
    MODULES.iter().try_for_each(|module| modules::build(root, module))
}

/// The folder that they are in.
pub(crate) fn folder(root: &Path) -> PathBuf {
    root.join(FOLDER)
}

/// Where the sources of what is built are.
pub(crate) fn sources(root: &Path) -> PathBuf {
    root.join("xtask/servers")
}

/// Makes a folder, with those that it is in.
pub(crate) fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))
}

/// Reads a text.
pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display())))
}

/// Says that something cannot be written.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!("cannot write {}: {error}", path.display()))
}
