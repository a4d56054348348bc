//! Makes the namespaces fit for a node: its folders, control groups, kernel settings and network.

use std::fs;
use std::path::Path;

use rustix::mount::{MountFlags, UnmountFlags, mount, mount_bind, unmount};
use tokio::process::Command;

use crate::authority::{Authority, signing_pair};
use crate::cgroups::{self, Hierarchy};
use crate::error::{Error, Result};
use crate::network::{API, NODE};
use crate::programs::Programs;
use crate::site::Site;
use crate::{kubeconfig, settings};

/// Settings of the whole machine that the kubelet insists on, and what it wants them to be.
const KERNEL: [(&str, &str); 3] =
    [("vm/overcommit_memory", "1"), ("kernel/panic", "10"), ("kernel/panic_on_oops", "1")];
/// Folders of the machine that programs write to and cannot be told otherwise.
const OWN_FOLDERS: [&str; 3] = ["/run", "/var/lib", "/var/log"];

pub(super) async fn lay(site: &Site, programs: &Programs) -> Result<()> {
    folders()?;
    control_groups()?;
    kernel(site)?;
    network().await?;
    files(site, programs)
}

/// Covers folders by empty ones in memory, so that nothing of the machine is changed and nothing is left.
fn folders() -> Result<()> {
    for folder in OWN_FOLDERS {
        mount("tmpfs", folder, "tmpfs", MountFlags::empty(), c"mode=755")
            .map_err(|error| Error::failed(format!("cannot mount over {folder}: {error}")))?;
    }
    Ok(())
}

/// Mounts the control groups anew: then their roots are those of this namespace, and a container's group is below it.
fn control_groups() -> Result<()> {
    // The deepest are unmounted first.
    for Hierarchy { mount: place, controllers } in cgroups::hierarchies()?.iter().rev() {
        let wrong = |error| Error::failed(format!("cannot mount {} anew: {error}", place.display()));
        unmount(place, UnmountFlags::DETACH).map_err(wrong)?;
        let kind = if controllers.is_some() { "cgroup" } else { "cgroup2" };
        let options = controllers.clone().unwrap_or_default();
        let options = std::ffi::CString::new(options).unwrap_or_default();
        mount("cgroup", place, kind, MountFlags::empty(), options.as_c_str()).map_err(wrong)?;
        if controllers.is_none() {
            delegate(place);
        }
    }
    Ok(())
}

/// Version 2 lets a group have either processes or groups with limits. What runs here goes into one of its own, and the
/// controllers are for the rest. A hierarchy beside those of version 1 has no controllers: there is nothing to do then.
fn delegate(root: &Path) {
    let available = fs::read_to_string(root.join("cgroup.controllers")).unwrap_or_default();
    if available.trim().is_empty() {
        return;
    }
    let system = root.join("system");
    let _ = fs::create_dir_all(&system);
    for pid in fs::read_to_string(root.join("cgroup.procs")).unwrap_or_default().lines() {
        let _ = fs::write(system.join("cgroup.procs"), pid);
    }
    for controller in available.split_whitespace() {
        let _ = fs::write(root.join("cgroup.subtree_control"), format!("+{controller}"));
    }
}

/// Covers the settings by files that have the wanted values. The machine keeps its own.
fn kernel(site: &Site) -> Result<()> {
    for (name, value) in KERNEL {
        let file = site.path("sysctl").join(name.replace('/', "_"));
        Site::write(&file, value.as_bytes())?;
        let place = Path::new("/proc/sys").join(name);
        mount_bind(&file, &place)
            .map_err(|error| Error::failed(format!("cannot cover {}: {error}", place.display())))?;
    }
    let forward = Path::new("/proc/sys/net/ipv4/ip_forward");
    fs::write(forward, "1").map_err(Error::at("write", forward))
}

async fn network() -> Result<()> {
    let address = format!("{NODE}/24");
    for line in [
        "link set lo up",
        "link add node0 type bridge",
        &format!("addr add {address} dev node0"),
        "link set node0 up",
        "route add default dev node0",
    ] {
        let output = Command::new("ip").args(line.split(' ')).output().await;
        let output = output.map_err(Error::io("cannot start `ip` (Debian: iproute2)"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Error::failed(format!("`ip {line}` failed: {}", said.trim())));
        }
    }
    Ok(())
}

/// Writes certificates and settings.
fn files(site: &Site, programs: &Programs) -> Result<()> {
    let authority = Authority::new()?;
    let pki = |name: &str, text: &str| Site::write(&site.pki(name), text.as_bytes());
    pki("ca.crt", &authority.pem())?;
    pki("ca.key", authority.key())?;
    let (key, public) = signing_pair()?;
    pki("tokens.key", &key)?;
    pki("tokens.pub", &public)?;
    let server = authority.server(&[
        "localhost",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "metrics-server.kube-system.svc",
    ])?;
    pki("server.crt", &server.certificate)?;
    pki("server.key", &server.key)?;
    let front = authority.client("front-proxy", &[])?;
    pki("front-proxy.crt", &front.certificate)?;
    pki("front-proxy.key", &front.key)?;
    for (name, user, groups) in [
        ("admin", "servo-test-admin", &["system:masters"][..]),
        ("kube-controller-manager", "system:kube-controller-manager", &[]),
        ("kube-scheduler", "system:kube-scheduler", &[]),
        ("kubelet", "system:node:node1", &["system:nodes"]),
        ("kube-proxy", "system:kube-proxy", &[]),
    ] {
        let issued = authority.client(user, groups)?;
        if name == "admin" {
            pki("admin.crt", &issued.certificate)?;
            pki("admin.key", &issued.key)?;
        }
        let text = kubeconfig::text(API, &authority.pem(), &issued);
        Site::write(&site.path(&format!("{name}.kubeconfig")), text.as_bytes())?;
    }
    for (name, text) in [
        ("containerd.toml", settings::containerd(site, programs)),
        ("cni/10-pods.conflist", settings::cni(site)),
        ("kubelet.yaml", settings::kubelet(site)),
        ("kube-proxy.yaml", settings::proxy(site)),
        ("prometheus.yml", settings::prometheus(site)),
        ("audit-policy.yaml", settings::AUDIT.to_owned()),
        ("admission.yaml", settings::ADMISSION.to_owned()),
    ] {
        Site::write(&site.path(name), text.as_bytes())?;
    }
    Ok(())
}
