//! A cluster with a Deployment, and the configuration of a servo that optimizes it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use servo_testkit::cluster::{Options, Own};
use tempfile::TempDir;

use crate::Result;
use crate::process::Process;

/// The Deployment: with this image the cluster comes, and it is ready as soon as it listens.
const WEB: &str = include_str!("web.yaml");
/// Trials without end whose measurements take no time, so that most moments are in the middle of a change.
const SERVO: &str = include_str!("servo.yaml");
/// What measures: the same number each time.
const MEASURE: &str = include_str!("measure.sh");
/// The annotation that says how to restore by hand: docs/connectors/kubernetes.md.
const RESTORE: &str = "servo.opsani.com/restore";

/// The cluster, and the folder of the servo.
pub(super) struct Site {
    cluster: Own,
    folder: TempDir,
}

/// What is looked at of the Deployment.
#[derive(Debug)]
pub(super) struct Web {
    pub(super) spec: Value,
    pub(super) annotations: Value,
    /// Who owns fields of it.
    pub(super) managers: Vec<String>,
}

impl Web {
    /// Says whether its annotation would undo the change with `kubectl patch`.
    pub(super) fn says_how_to_restore(&self) -> bool {
        self.annotations[RESTORE].is_string()
    }
}

impl Site {
    /// Starts the cluster, and waits until the Deployment is available.
    pub(super) async fn new() -> Result<Self> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let what = "a cluster of its own: unset SERVO_TEST_KUBECONFIG";
        let cluster = Own::start(&Options::default(), what).await.ok_or(what)?;
        let site = Self { cluster, folder };
        let kubeconfig = site.cluster.kubeconfig().display().to_string();
        let text = SERVO
            .replace("KUBECONFIG", &kubeconfig)
            .replace("STATE", &site.at("state").display().to_string());
        site.write("servo.yaml", &text, 0o600)?;
        site.write("measure.sh", MEASURE, 0o700)?;
        site.write("web.yaml", WEB, 0o600)?;
        let manifest = site.at("web.yaml").display().to_string();
        site.kubectl(&["apply", "-f", &manifest]).await?;
        site.until_rolled_out().await?;
        Ok(site)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str, mode: u32) -> Result<()> {
        let path = self.at(name);
        let written = std::fs::write(&path, text);
        let written = written.and_then(|()| std::fs::set_permissions(&path, Permissions::from_mode(mode)));
        written.map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Starts a servo.
    pub(super) fn start(&self, servo: &Path) -> Result<Process> {
        Process::start(servo, &self.at("servo.yaml"), &self.at("log"))
    }

    /// Removes the state of a servo that has ended, so that the next one begins another study.
    pub(super) fn forget(&self) -> Result<()> {
        let state = self.at("state");
        std::fs::remove_dir_all(&state).map_err(|error| format!("{}: {error}", state.display()))
    }

    /// Waits until all pods are of the newest form, and available.
    pub(super) async fn until_rolled_out(&self) -> Result<()> {
        self.kubectl(&["rollout", "status", "deployment/web", "--timeout=50s"]).await.map(drop)
    }

    /// Reads the Deployment.
    pub(super) async fn web(&self) -> Result<Web> {
        let text = self.kubectl(&["get", "deployment/web", "--output=json", "--show-managed-fields"]).await?;
        let mut web: Value =
            serde_json::from_str(&text).map_err(|error| format!("what kubectl prints: {error}"))?;
        let mut annotations = web["metadata"]["annotations"].take();
        if let Some(annotations) = annotations.as_object_mut() {
            // The Deployment controller counts rollouts in it.
            annotations.remove("deployment.kubernetes.io/revision");
        }
        let fields = web["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
        let managers = fields.iter().filter_map(|it| Some(it["manager"].as_str()?.to_owned())).collect();
        Ok(Web { spec: web["spec"].take(), annotations, managers })
    }

    /// Names the Leases that are there.
    pub(super) async fn leases(&self) -> Result<String> {
        let names = self.kubectl(&["get", "leases", "--output=name"]).await?;
        Ok(names.split_whitespace().collect::<Vec<_>>().join(", "))
    }

    async fn kubectl(&self, arguments: &[&str]) -> Result<String> {
        let said = self.cluster.kubectl(arguments).await;
        match said.code {
            Some(0) => Ok(said.output),
            code => Err(format!("`kubectl {}` ended with {code:?}: {}", arguments.join(" "), said.errors)),
        }
    }

    /// Takes the cluster down, and its folder with it.
    pub(super) async fn down(self) {
        drop(self.cluster.down().await);
    }

    /// Takes the cluster down, and keeps the folder of the servo for whoever wants to look.
    pub(super) async fn keep(self) -> String {
        drop(self.cluster.down().await);
        format!("see {}", self.folder.keep().join("log").display())
    }
}
