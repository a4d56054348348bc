//! `example kubernetes`: a cluster for as long as it takes, with a service and its Prometheus in it, and Servo on these.
//!
//! It runs in two halves. This one builds what is needed and becomes `servo-cluster with`, which brings the cluster up,
//! runs the other half in it, and takes the cluster down however that ends.

mod images;
mod steps;

pub(super) use steps::{keep_open, kubectl, say};

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cluster::{self, delegate};
use crate::failure::{Failure, Result};

/// Everything of the cluster is in this folder, below the repository. What its sockets are called has to be short.
const FOLDER: &str = "target/example";
/// What the other half is told by: there is a cluster already.
const IS_UP: &str = "--is-up";
/// Switches that the test cluster is brought up with: every pod of the example obeys the strictest profile.
const OPTIONS: [&str; 1] = ["--restricted"];

/// What is run on the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// Servo, as a process of this machine.
    Outside,
    /// Servo, from its image, as a Job.
    Inside,
    /// The whole space, one configuration after another.
    Sweep,
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct Request<'a> {
    task: Task,
    /// Let the cluster go on in the end.
    keep: bool,
    /// This is the half that runs in the cluster.
    is_up: bool,
    /// What is handed on to `servo run`, or to the sweep.
    rest: &'a [&'a str],
}

impl<'a> Request<'a> {
    fn parse(mut rest: &'a [&'a str]) -> Result<Self> {
        let (mut task, mut keep, mut is_up) = (Task::Outside, false, false);
        while let [first, others @ ..] = rest {
            match *first {
                "--inside" => task = Task::Inside,
                "--sweep" => task = Task::Sweep,
                "--keep" => keep = true,
                IS_UP => is_up = true,
                _ => break,
            }
            rest = others;
        }
        if let (Task::Inside, [extra, ..]) = (task, rest) {
            return Err(Failure::usage(format!(
                "what Servo is told inside is in examples/kubernetes/job.yaml; found `{extra}`"
            )));
        }
        Ok(Self { task, keep, is_up, rest })
    }

    /// The switch that stands for its task.
    fn switch(&self) -> Option<&'static str> {
        match self.task {
            Task::Outside => None,
            Task::Inside => Some("--inside"),
            Task::Sweep => Some("--sweep"),
        }
    }
}

/// Runs the example.
pub(super) fn run(root: &Path, rest: &[&str]) -> Result<()> {
    let request = Request::parse(rest)?;
    if request.is_up {
        return steps::run(root, &request);
    }
    needs_root()?;
    cluster::build(root)?;
    images::build(root, request.task)?;
    let own = std::env::current_exe();
    let own = own.map_err(|error| Failure::failed(format!("cannot find this program: {error}")))?;
    let mut command = on_cluster(root)?;
    command.arg("with").args(OPTIONS).args(request.keep.then_some("--keep")).arg("--").arg(own);
    command.args(["example", "kubernetes", IS_UP]).args(request.switch()).args(request.rest);
    Err(replaced_by(&mut command))
}

/// The folder of the cluster.
fn folder(root: &Path) -> PathBuf {
    root.join(FOLDER)
}

/// A command for the cluster of this example.
pub(super) fn on_cluster(root: &Path) -> Result<Command> {
    let mut command = delegate::command(root)?;
    command.arg("--folder").arg(folder(root));
    Ok(command)
}

/// Says so where this user cannot start a cluster, before anything is built.
pub(super) fn needs_root() -> Result<()> {
    let own = fs::metadata("/proc/self");
    let own = own.map_err(|error| Failure::failed(format!("cannot look at /proc/self: {error}")))?;
    if own.uid() == 0 {
        return Ok(());
    }
    Err(Failure::failed(
        "a cluster of its own, with containers in it, needs root; on a cluster of yours, README.md in \
         examples/kubernetes shows how",
    ))
}

/// Becomes another program, which a signal for this one then reaches. It returns where that fails.
pub(super) fn replaced_by(command: &mut Command) -> Failure {
    let error = command.exec();
    Failure::failed(format!("cannot start {}: {error}", command.get_program().display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_example_s_own_is_handed_on() {
        let request = Request::parse(&["--keep", "--format", "json", "--keep"]).unwrap();
        let expected =
            Request { task: Task::Outside, keep: true, is_up: false, rest: &["--format", "json", "--keep"] };
        assert_eq!(request, expected);
    }

    #[test]
    fn a_job_takes_no_arguments_from_here() {
        assert_eq!(Request::parse(&["--inside"]).map(|request| request.task), Ok(Task::Inside));
        assert!(matches!(Request::parse(&["--inside", "--format"]), Err(Failure::Usage(_))));
    }
}
