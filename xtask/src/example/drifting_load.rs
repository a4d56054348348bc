//! `example drifting-load`: equal services on a cluster of their own, and studies of them under a load that doubles and halves.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::kubernetes::{keep_open, kubectl, needs_root, on_cluster, replaced_by, say};
use crate::cluster;
use crate::failure::{Failure, Result};
use crate::program::output;
use crate::servers::{read, unwritable};

/// The folder of the example, below the repository.
const EXAMPLE: &str = "examples/drifting-load";
/// What the other half is told by: there is a cluster already.
const IS_UP: &str = "--is-up";
/// How many services there are, and the port of this machine that leads to the first; studies.py has them, too.
const SERVICES: u16 = 10;
const FIRST_PORT: u16 = 8590;
/// The Prometheus of all, and the port that leads there; servo.yaml has it, too.
const PROMETHEUS: (&str, u16, u16) = ("prometheus", 9090, 9581);

/// Runs the example, with further arguments for `studies.py`.
pub(super) fn run(root: &Path, rest: &[&str]) -> Result<()> {
    if let [IS_UP, rest @ ..] = rest {
        return in_cluster(root, rest);
    }
    needs_root()?;
    cluster::build(root)?;
    super::build(root, &["servo-bin"])?;
    let own = std::env::current_exe();
    let own = own.map_err(|error| Failure::failed(format!("cannot find this program: {error}")))?;
    let mut command = on_cluster(root)?;
    command
        .args(["with", "--restricted", "--"])
        .arg(own)
        .args(["example", "drifting-load", IS_UP])
        .args(rest);
    Err(replaced_by(&mut command))
}

/// The half that runs in the cluster; `servo-cluster with` has set `KUBECONFIG`.
fn in_cluster(root: &Path, rest: &[&str]) -> Result<()> {
    say("loading the images");
    output(on_cluster(root)?.arg("load-envoy"))?;
    output(on_cluster(root)?.arg("load-prometheus"))?;
    say("applying examples/drifting-load, and waiting for its pods");
    apply(root, &root.join(EXAMPLE).join("prometheus.yaml"))?;
    let names: Vec<String> = (0..SERVICES).map(|number| format!("shop-{number}")).collect();
    names.iter().try_for_each(|name| serve(root, name))?;
    for name in names.iter().map(String::as_str).chain([PROMETHEUS.0]) {
        output(kubectl(root).args(["rollout", "status", "--timeout=2m", &format!("deployment/{name}")]))?;
    }
    let ports = FIRST_PORT..;
    let mut ways: Vec<(&str, u16, u16)> =
        names.iter().zip(ports).map(|(name, port)| (name.as_str(), 80, port)).collect();
    ways.push(PROMETHEUS);
    keep_open(root, &ways)?;
    let mut studies = Command::new("python3");
    studies.arg(root.join(EXAMPLE).join("studies.py")).args(rest).current_dir(root);
    say("everything is up");
    Err(replaced_by(&mut studies))
}

/// Puts a service of that name in place.
fn serve(root: &Path, name: &str) -> Result<()> {
    let file = root.join("target/example").join(format!("{name}.yaml"));
    let text = read(&root.join(EXAMPLE).join("app.yaml"))?.replace("shop-0", name);
    fs::write(&file, text).map_err(|error| unwritable(&file, &error))?;
    apply(root, &file)
}

fn apply(root: &Path, file: &Path) -> Result<()> {
    output(kubectl(root).args(["apply", "--server-side", "--filename"]).arg(file)).map(drop)
}
