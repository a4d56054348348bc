//! What the test cluster has of Debian's packages, unpacked and not installed.

use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::program::output;
use crate::servers::debian::{Package, folder};
use crate::servers::{self};

/// The programs, and the libraries of theirs that not every installation has.
pub(super) const PACKAGES: &[Package] = &[
    servers::PROMETHEUS,
    ("conntrack", "usr/sbin/conntrack"),
    ("containerd", "usr/bin/containerd"),
    ("containernetworking-plugins", "usr/lib/cni/bridge"),
    ("etcd-server", "usr/bin/etcd"),
    ("ethtool", "usr/sbin/ethtool"),
    ("iptables", "usr/sbin/iptables"),
    ("nftables", "usr/sbin/nft"),
    ("runc", "usr/sbin/runc"),
    ("socat", "usr/bin/socat"),
    ("libbsd0", "usr/lib/x86_64-linux-gnu/libbsd.so.0"),
    ("libedit2", "usr/lib/x86_64-linux-gnu/libedit.so.2"),
    ("libgmp10", "usr/lib/x86_64-linux-gnu/libgmp.so.10"),
    ("libip4tc2", "usr/lib/x86_64-linux-gnu/libip4tc.so.2"),
    ("libip6tc2", "usr/lib/x86_64-linux-gnu/libip6tc.so.2"),
    ("libjansson4", "usr/lib/x86_64-linux-gnu/libjansson.so.4"),
    ("libmd0", "usr/lib/x86_64-linux-gnu/libmd.so.0"),
    ("libmnl0", "usr/lib/x86_64-linux-gnu/libmnl.so.0"),
    ("libnetfilter-conntrack3", "usr/lib/x86_64-linux-gnu/libnetfilter_conntrack.so.3"),
    ("libnfnetlink0", "usr/lib/x86_64-linux-gnu/libnfnetlink.so.0"),
    ("libnftables1", "usr/lib/x86_64-linux-gnu/libnftables.so.1"),
    ("libnftnl11", "usr/lib/x86_64-linux-gnu/libnftnl.so.11"),
    ("libnsl2", "usr/lib/x86_64-linux-gnu/libnsl.so.2"),
    ("libseccomp2", "usr/lib/x86_64-linux-gnu/libseccomp.so.2"),
    ("libtirpc3", "usr/lib/x86_64-linux-gnu/libtirpc.so.3"),
    ("libwrap0", "usr/lib/x86_64-linux-gnu/libwrap.so.0"),
    ("libxtables12", "usr/lib/x86_64-linux-gnu/libxtables.so.12"),
];

/// Where they find their libraries.
const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";

/// Programs, each with what makes it say its version and end.
const VERSIONS: &[(&str, &str)] = &[
    ("usr/bin/containerd", "--version"),
    ("usr/bin/ctr", "--version"),
    ("usr/bin/etcd", "--version"),
    ("usr/bin/socat", "-V"),
    ("usr/sbin/conntrack", "--version"),
    ("usr/sbin/ethtool", "--version"),
    ("usr/sbin/iptables", "--version"),
    ("usr/sbin/iptables-legacy", "--version"),
    ("usr/sbin/nft", "--version"),
    ("usr/sbin/runc", "--version"),
];

/// Starts each of the programs for a moment: only that shows whether a library is missing.
pub(super) fn start(root: &Path) -> Result<()> {
    let folder = folder(root);
    for (program, version) in VERSIONS {
        let mut command = Command::new(folder.join(program));
        command.arg(version).env("LD_LIBRARY_PATH", folder.join(LIBRARIES));
        output(&mut command).map_err(|failure| {
            Failure::failed(format!(
                "{failure}; the libraries that no installation lacks are Debian's own, and further ones are named in \
                 xtask/src/cluster/debian.rs"
            ))
        })?;
    }
    Ok(())
}
