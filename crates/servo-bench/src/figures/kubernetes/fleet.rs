//! Many Deployments on nodes on which pods only seem to run, and the configuration of their servos.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use kube::Client;
use servo_testkit::cluster::{Options, Own, until};

use crate::Result;
use crate::place;

/// How many of those nodes; each takes 110 pods.
const NODES: u32 = 20;
/// How long they may take until all are available.
const PATIENCE: Duration = Duration::from_mins(3);

/// The cluster with the Deployments.
pub(super) struct Fleet(Own);

impl Fleet {
    /// Starts it, and waits until the pods of all are available.
    pub(super) async fn start(count: usize) -> Result<Self> {
        let options = Options { audit: true, fake_nodes: NODES, ..Options::default() };
        let what = "a cluster of its own: unset SERVO_TEST_KUBECONFIG";
        let fleet = Self(Own::start(&options, what).await.ok_or(what)?);
        let folder =
            tempfile::tempdir().map_err(|error| format!("no folder for temporary files: {error}"))?;
        let file = folder.path().join("deployments.yaml");
        place::write(&file, &manifest(count))?;
        fleet.kubectl(&["apply", "--server-side", "-f", &file.display().to_string()]).await?;
        until("all Deployments are available", PATIENCE, async || {
            let path = "jsonpath={range .items[*]}{.status.availableReplicas} {end}";
            let text = fleet.kubectl(&["get", "deployments", "--output", path]).await?;
            let available = text.split_whitespace().filter(|it| *it == "1").count();
            if available == count { Ok(()) } else { Err(format!("{available} of {count}")) }
        })
        .await;
        Ok(fleet)
    }

    pub(super) fn kubeconfig(&self) -> &Path {
        self.0.kubeconfig()
    }

    /// The file that the API server writes every request to.
    pub(super) fn audit_log(&self) -> std::path::PathBuf {
        self.0.inside().site().audit_log()
    }

    /// A client that may do everything.
    pub(super) async fn client(&self) -> Client {
        self.0.client().await
    }

    pub(super) async fn kubectl(&self, arguments: &[&str]) -> Result<String> {
        let said = self.0.kubectl(arguments).await;
        match said.code {
            Some(0) => Ok(said.output),
            code => Err(format!("`kubectl {}` ended with {code:?}: {}", arguments.join(" "), said.errors)),
        }
    }

    pub(super) async fn down(self) {
        drop(self.0.down().await);
    }
}

/// Names a Deployment, and its servo.
pub(super) fn name(number: usize) -> String {
    format!("app-{number:03}")
}

/// The path at which the optimizer is spoken to about one of them.
pub(super) fn path(number: usize) -> String {
    format!("/accounts/example.com/applications/{}/servo", name(number))
}

/// Writes the Deployments, of one pod each.
fn manifest(count: usize) -> String {
    (0..count).map(name).fold(String::new(), |mut text, name| {
        let _ = write!(
            text,
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      nodeSelector: {{servo.test/node: fake}}
      tolerations: [{{key: servo.test/node, operator: Exists}}]
      containers:
      - name: main
        image: localhost/workload:1
        resources: {{requests: {{cpu: 100m, memory: 64Mi}}, limits: {{cpu: 100m, memory: 64Mi}}}}
---
"
        );
        text
    })
}

/// Writes a document for the servo of each. A node on which pods only seem to run resizes none of them.
pub(super) fn document(count: usize, kubeconfig: &Path, url: &str) -> String {
    (0..count).map(name).fold(String::new(), |mut text, name| {
        let _ = write!(
            text,
            "---
name: {name}
optimizer: {{id: example.com/{name}, token: t0k3n-{name}-0123456789, base_url: \"{url}\"}}
connectors: [kubernetes]
kubernetes:
  kubeconfig: {}
  namespace: default
  apply: rollout
  timeout: 60s
  deployments:
  - name: {name}
    replicas: {{min: 1, max: 4}}
    containers:
    - name: main
      cpu: {{min: 50m, max: 1, step: 50m}}
      memory: {{min: 32Mi, max: 1Gi, step: 32Mi}}
",
            kubeconfig.display()
        );
        text
    })
}

#[cfg(test)]
mod tests {
    use servo_core::registry::Registry;
    use servo_runtime::assembly::{Assembly, Options};
    use servo_runtime::config::Source;

    use super::*;

    #[test]
    fn each_deployment_has_a_servo_of_its_own() {
        let text = document(3, Path::new("/k"), "http://127.0.0.1:1");
        let assembly = Assembly::build(
            Source::new("servo.yaml", text),
            &Registry::collect().unwrap(),
            &Options::default(),
        );
        assert_eq!(assembly.unwrap().into_parts().1.len(), 3);
        assert_eq!(manifest(3).matches("kind: Deployment").count(), 3);
    }
}
