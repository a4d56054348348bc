//! The node's container runtime, as its own tool speaks to it.

use std::net::SocketAddr;
use std::path::Path;

use tokio::net::TcpStream;
use tokio::process::Command;

use crate::error::{Error, Result};
use crate::programs::Programs;
use crate::settings::CONTAINERD;

/// The namespace of containerd that the kubelet uses.
const NAMESPACE: &str = "k8s.io";

/// Tells whether somebody accepts connections.
pub(super) async fn listens(address: SocketAddr) -> bool {
    TcpStream::connect(address).await.is_ok()
}

/// Tells whether containerd does what it is asked.
pub(super) async fn containerd_answers(programs: &Programs) -> bool {
    Path::new(CONTAINERD).exists() && ctr(programs, &["plugins", "ls"]).await.is_ok()
}

/// Calls containerd's tool.
pub(super) async fn ctr(programs: &Programs, arguments: &[&str]) -> Result<String> {
    let program = programs.path("debian/usr/bin/ctr");
    let output = Command::new(&program)
        .args(["--address", CONTAINERD, "--namespace", NAMESPACE])
        .args(arguments)
        .env("LD_LIBRARY_PATH", programs.libraries())
        .output()
        .await
        .map_err(Error::at("start", &program))?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        return Ok(said(&output.stdout));
    }
    Err(Error::failed(format!("`ctr {}` failed: {}", arguments.join(" "), said(&output.stderr))))
}

/// Ends every container by force, those that hold a pod's namespaces as well; says how many.
pub(super) async fn end_containers(programs: &Programs) -> Result<String> {
    let tasks = ctr(programs, &["tasks", "ls", "--quiet"]).await?;
    let mut count = 0;
    for task in tasks.lines() {
        // One that ends at the same moment is as it should be.
        if ctr(programs, &["tasks", "kill", "--signal", "SIGKILL", task]).await.is_ok() {
            count += 1;
        }
    }
    Ok(format!("{count} containers were ended"))
}
