//! `example opsani-dev`: a bare service on a cluster of its own, visitors who go on coming, and Servo, which instruments the
//! service and tunes a pod beside it.

mod visitors;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use super::kubernetes::{keep_open, kubectl, needs_root, on_cluster, replaced_by, say};
use crate::cluster;
use crate::failure::{Failure, Result};
use crate::image;
use crate::program::output;
use visitors::Visitors;

/// The folder of the example, below the repository.
const EXAMPLE: &str = "examples/opsani-dev";
/// What the other half is told by: there is a cluster already.
const IS_UP: &str = "--is-up";
/// Switches that the test cluster is brought up with: the strictest profile for every pod, and a metrics API.
const OPTIONS: [&str; 2] = ["--restricted", "--metrics-server"];
/// The Service, its port, and the port of this machine that leads there; visitors.yaml has it, too.
const WAY: (&str, u16, u16) = ("shop", 80, 8581);
/// What Servo says once its study is complete: it stays until it is told to end, and prints its report then.
const COMPLETE: &str = "the study is complete";
/// What the last line of a report has.
const END_OF_REPORT: &str = " trials: ";

/// Runs the example.
pub(super) fn run(root: &Path, rest: &[&str]) -> Result<()> {
    match rest {
        [] | ["--keep"] => {}
        [IS_UP] => return in_cluster(root),
        [other, ..] => return Err(Failure::usage(format!("expected `--keep` or nothing, found `{other}`"))),
    }
    needs_root()?;
    cluster::build(root)?;
    image::run(root, &["webapp"])?;
    image::run(root, &["servo"])?;
    super::build(root, &["servo-bin"])?;
    let own = std::env::current_exe();
    let own = own.map_err(|error| Failure::failed(format!("cannot find this program: {error}")))?;
    let mut command = on_cluster(root)?;
    command.arg("with").args(OPTIONS).args(rest).arg("--").arg(own).args(["example", "opsani-dev", IS_UP]);
    Err(replaced_by(&mut command))
}

/// The half that runs in the cluster; `servo-cluster with` has set `KUBECONFIG`.
fn in_cluster(root: &Path) -> Result<()> {
    say("loading the images");
    for name in ["webapp", "servo"] {
        output(on_cluster(root)?.arg("load").arg(root.join(format!("target/images/{name}.tar"))))?;
    }
    output(on_cluster(root)?.arg("load-envoy"))?;
    output(on_cluster(root)?.arg("load-prometheus"))?;
    say("applying examples/opsani-dev/app, and waiting for its pods");
    apply(root, &format!("{EXAMPLE}/app"))?;
    rolled_out(root, "shop")?;
    keep_open(root, &[WAY])?;
    let visitors = Visitors::come(root)?;
    say("visitors have begun to come; applying examples/opsani-dev");
    apply(root, EXAMPLE)?;
    let studied = follow(root);
    say("taking Servo away");
    output(kubectl(root).args(["delete", "deployment", "servo", "--timeout=2m"]))?;
    let told = visitors.leave()?;
    say(&told.to_string());
    studied?;
    if told.failed == 0 { Ok(()) } else { Err(Failure::failed("visitors were turned away")) }
}

/// Shows what Servo says until its study is complete and it has told its report, for which it is told to end.
fn follow(root: &Path) -> Result<()> {
    // Before its Prometheus is ready, the pod is not; its log can be read once the container runs.
    let exists = "--for=jsonpath={.status.phase}=Running";
    let pods = ["wait", "pod", "--selector=app.kubernetes.io/name=servo", "--timeout=2m", exists];
    output(kubectl(root).args(["wait", "deployment/servo", "--for=condition=Progressing", "--timeout=1m"]))?;
    output(kubectl(root).args(pods))?;
    let mut command = kubectl(root);
    command.args(["logs", "--follow", "--tail=-1", "deployment/servo", "--container=servo"]);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Failure::failed(format!("cannot read the log of Servo: {error}")))?;
    let mut is_told = false;
    for line in child
        .stdout
        .take()
        .into_iter()
        .flat_map(|log| BufReader::new(log).lines())
        .map_while(std::result::Result::ok)
    {
        say(&line);
        if line.contains(COMPLETE) {
            output(kubectl(root).args(["scale", "deployment/servo", "--replicas=0"]))?;
        }
        if line.contains(END_OF_REPORT) {
            is_told = true;
            break;
        }
    }
    // It may have ended already.
    let _ = child.kill();
    let _ = child.wait();
    if is_told { Ok(()) } else { Err(Failure::failed("Servo has ended without a report")) }
}

fn apply(root: &Path, folder: &str) -> Result<()> {
    let applied = ["apply", "--server-side", "--force-conflicts", "-k"];
    output(kubectl(root).args(applied).arg(root.join(folder))).map(drop)
}

fn rolled_out(root: &Path, deployment: &str) -> Result<()> {
    let name = format!("deployment/{deployment}");
    output(kubectl(root).args(["rollout", "status", "--timeout=2m", &name])).map(drop)
}
