//! What the cluster's containers run, and what runs beside it.

use std::path::{Path, PathBuf};

use super::Task;
use crate::cluster::delegate;
use crate::failure::{Failure, Result};
use crate::program::output;
use crate::{example, image, servers};

/// What the image of Prometheus is called in `examples/kubernetes/app/prometheus.yaml`.
const PROMETHEUS: &str = "localhost/prometheus:servo";
/// What Prometheus is linked with, where Debian and its relatives have it.
const LIBRARIES: [&str; 2] = ["/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6"];

/// Builds what a task needs.
pub(super) fn build(root: &Path, task: Task) -> Result<()> {
    image::run(root, &["webapp"])?;
    prometheus(root)?;
    match task {
        Task::Outside | Task::Sweep => example::build(root, &["servo-bin"]),
        Task::Inside => image::run(root, &["servo"]),
    }
}

/// The archives of the images that a task needs.
pub(super) fn archives(root: &Path, task: Task) -> Vec<PathBuf> {
    let servo = (task == Task::Inside).then_some("servo");
    let names = ["webapp", "prometheus"].into_iter().chain(servo);
    names.map(|name| archive(root, name)).collect()
}

fn archive(root: &Path, name: &str) -> PathBuf {
    root.join("target/images").join(format!("{name}.tar"))
}

/// Puts the Prometheus of the test cluster into an image, with the C library of this machine, which it is linked with.
/// Debian's finds no pods: it is built without what asks Kubernetes.
fn prometheus(root: &Path) -> Result<()> {
    if let Some(missing) = LIBRARIES.iter().find(|path| !Path::new(path).is_file()) {
        return Err(Failure::failed(format!(
            "{missing} is not there; the image of Prometheus needs the C library as Debian has it"
        )));
    }
    let program = servers::folder(root).join(servers::NEW_PROMETHEUS.name);
    let mut command = delegate::command(root)?;
    command.args(["image", "--name", PROMETHEUS, "--entrypoint", "/bin/prometheus", "--output"]);
    command.arg(archive(root, "prometheus"));
    command.args(["--file", &format!("/bin/prometheus={}:0755", program.display())]);
    for path in LIBRARIES {
        command.args(["--file", &format!("{path}={path}:0755")]);
    }
    output(&mut command).map(|_| ())
}
