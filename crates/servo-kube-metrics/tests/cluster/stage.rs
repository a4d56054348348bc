//! A connector on a bus of its own, with exactly the role that it needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use servo_core::Result;
use servo_core::check::Checking;
use servo_core::context::Host;
use servo_core::event::standard::{Check, Measure, Measuring};
use servo_core::event::{Bus, Scope};
use servo_core::model::{Control, Measurement};
use servo_core::registry::Registry;
use servo_testkit::cluster::Namespace;

/// What the containers of these tests do, unless they are to do something else: they are never idle.
pub(crate) const BUSY: &str = "args: [burn]";

/// A workload `web`, whose pods have the label `app: web`.
pub(crate) fn workload(kind: &str, replicas: u32) -> String {
    let pod = pod_template("");
    let service = if kind == "StatefulSet" { "\n  serviceName: web" } else { "" };
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}{service}\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n{pod}"
    )
}

/// A tuning pod, as whoever tunes the workload would make it.
pub(crate) fn tuning_pod() -> String {
    let pod = pod_template("").replace("      ", "  ");
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web-tuning, labels: {{app: web, opsani_role: tuning}}}}\nspec:\n{pod}"
    )
}

/// The specification of a pod; `more` are more containers.
pub(crate) fn pod_template(more: &str) -> String {
    format!(
        "      securityContext: {{runAsNonRoot: true, seccompProfile: {{type: RuntimeDefault}}}}
      terminationGracePeriodSeconds: 1
      containers:
      - {{name: main, image: 'localhost/workload:1', imagePullPolicy: Never, {BUSY},
         securityContext: {{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {{drop: [ALL]}}}},
         resources: {{requests: {{cpu: 50m, memory: 32Mi}}, limits: {{cpu: 100m, memory: 48Mi}}}}}}
{more}"
    )
}

/// A connector of its own.
pub(crate) struct Stage {
    pub(crate) bus: Arc<Bus>,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Builds the connector for the Deployment `web`, with an account that has the role which the connector prints.
    pub(crate) async fn new(namespace: &Namespace, more: Value) -> Self {
        let section = section(namespace, more);
        let roles = roles(&section, namespace.name());
        namespace.apply("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: servo}\n").await;
        namespace.apply(&roles).await;
        Self::acting_as(namespace, "servo", section)
    }

    /// Builds it for an account that may do nothing.
    pub(crate) fn without_rights(namespace: &Namespace, more: Value) -> Self {
        Self::acting_as(namespace, "nobody", section(namespace, more))
    }

    fn acting_as(namespace: &Namespace, account: &str, mut section: Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let text = std::fs::read_to_string(namespace.access().kubeconfig()).expect("a kubeconfig");
        let mut config: Value = serde_saphyr::from_str(&text).expect("YAML");
        for user in config["users"].as_array_mut().expect("users") {
            user["user"]["as"] = json!(format!("system:serviceaccount:{}:{account}", namespace.name()));
        }
        let file = folder.path().join("kubeconfig");
        std::fs::write(&file, config.to_string()).expect("a file in a folder of the test's own");
        section["kubeconfig"] = json!(file);
        let registry = Registry::collect().expect("a registry");
        let member =
            registry.connector("kube_metrics").expect("the connector").build("kube_metrics", section);
        let bus = Bus::new(Host::new("servo", folder.path().join("state")));
        bus.add(member.expect("a section that builds")).expect("one connector");
        Self { bus, _folder: folder }
    }

    /// Measures for some seconds, and gives the means by metric and pod.
    pub(crate) async fn measure(
        &self,
        metrics: Option<&[&str]>,
        seconds: u64,
    ) -> Result<BTreeMap<String, BTreeMap<String, f64>>> {
        let measurement = self.measured(metrics, seconds).await?;
        let mut means: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
        for reading in measurement.readings() {
            let servo_core::model::Reading::TimeSeries(series) = reading else { panic!("{reading:?}") };
            let pod = series.id.clone().expect("the name of a pod");
            means.entry(series.metric.name.clone()).or_default().insert(pod, series.mean().expect("points"));
        }
        Ok(means)
    }

    async fn measured(&self, metrics: Option<&[&str]>, seconds: u64) -> Result<Measurement> {
        let duration = servo_core::duration::Duration::from_secs(seconds);
        let metrics = metrics.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        let measuring = Measuring { metrics, control: Control { duration, ..Control::default() } };
        let answers = self.bus.dispatch::<Measure>(&Scope::detached(), measuring).await?.answers()?;
        Ok(answers.into_iter().next().map(|(_, measurement)| measurement).unwrap_or_default())
    }

    /// Runs all checks, and gives what they say, by their names.
    pub(crate) async fn check(&self) -> Vec<(String, bool, String)> {
        let answers = self.bus.dispatch::<Check>(&Scope::detached(), Checking::default()).await;
        let checks = answers.expect("checks").answers().expect("checks").remove(0).1;
        let line = |check: servo_core::check::Check| {
            let message = check.message.clone().unwrap_or_default();
            (check.name.clone(), check.failed(), message)
        };
        checks.into_iter().map(line).collect()
    }
}

fn section(namespace: &Namespace, more: Value) -> Value {
    let mut section = json!({
        "namespace": namespace.name(), "name": "web", "container": "main", "metric_collection_frequency": "5s",
    });
    let Value::Object(more) = more else { panic!("expected a mapping") };
    for (key, value) in more {
        section[key] = value;
    }
    section
}

/// Gives the role that the connector prints.
fn roles(section: &Value, namespace: &str) -> String {
    let settings = serde_json::from_value(section.clone()).expect("settings");
    let connector: servo_kube_metrics::KubeMetrics =
        servo_core::Connector::new("kube_metrics", settings).expect("a section that builds");
    connector.roles(namespace, "servo")
}
