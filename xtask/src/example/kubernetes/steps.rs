//! The half of the example that runs in the cluster: images in, manifests applied, ways opened, and then Servo.

mod inside;
mod ways;

pub(in crate::example) use ways::keep_open;

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Request, Task, images, on_cluster, replaced_by};
use crate::example;
use crate::failure::{Failure, Result};
use crate::program::output;

/// The folder of the example, below the repository.
const EXAMPLE: &str = "examples/kubernetes";

/// Does all of it; `servo-cluster with` has set `KUBECONFIG`.
pub(super) fn run(root: &Path, request: &Request<'_>) -> Result<()> {
    say("loading the images");
    for archive in images::archives(root, request.task) {
        output(on_cluster(root)?.arg("load").arg(archive))?;
    }
    let is_new =
        output(kubectl(root).args(["get", "deployment", "webapp", "--ignore-not-found"]))?.is_empty();
    say("applying examples/kubernetes/app, and waiting for its pods");
    let app = root.join(EXAMPLE).join("app");
    // In a cluster that was kept, somebody may have changed what is in them.
    output(kubectl(root).args(["apply", "--server-side", "--force-conflicts", "-k"]).arg(app))?;
    for name in ["deployment/webapp", "deployment/prometheus"] {
        output(kubectl(root).args(["rollout", "status", "--timeout=2m", name]))?;
    }
    if request.task == Task::Inside {
        return inside::run(root);
    }
    let ways = ways::open(root, is_new)?;
    if is_new {
        forget(&root.join(EXAMPLE).join(".servo"))?;
    }
    let mut command = match request.task {
        Task::Sweep => {
            let mut sweep = Command::new("python3");
            sweep.arg(root.join(EXAMPLE).join("sweep.py")).current_dir(root);
            sweep
        }
        Task::Outside | Task::Inside => {
            let mut servo = example::servo(root);
            servo.args(["-c", "examples/kubernetes/servo.yaml", "run"]);
            servo
        }
    };
    for (name, value) in ways.environment() {
        say(&format!("export {name}={value}"));
        command.env(name, value);
    }
    command.args(request.rest);
    say("everything is up");
    // It becomes Servo, so that whatever interrupts this example is told to Servo, which then puts back what it changed.
    Err(replaced_by(&mut command))
}

/// Says how far it is.
pub(in crate::example) fn say(text: &str) {
    eprintln!("{text}");
}

/// The `kubectl` of the cluster.
pub(in crate::example) fn kubectl(root: &Path) -> Command {
    let mut command = Command::new("kubectl");
    command.current_dir(root);
    command
}

/// Removes what Servo knows of a cluster that there is no more.
fn forget(state: &Path) -> Result<()> {
    if !state.exists() {
        return Ok(());
    }
    say(&format!("removing {}, which is of another cluster", state.display()));
    fs::remove_dir_all(state)
        .map_err(|error| Failure::failed(format!("cannot remove {}: {error}", state.display())))
}
