//! A connector on a bus of its own, in a namespace of a test's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use servo_core::check::Checking;
use servo_core::context::Host;
use servo_core::event::standard::{
    Adjust, Adjusting, Check, Describe, Detach, Measure, Measuring, Promote, Shutdown, Startup,
};
use servo_core::event::{Bus, Event, Phase, Scope};
use servo_core::journal::{InMemory, Journal};
use servo_core::model::{Adjustment, Control, Description};
use servo_core::registry::Registry;
use servo_core::{Error, Result};
use servo_exec::Inherited;
use servo_k8s::Kubernetes;
use servo_testkit::cluster::Namespace;

use super::manifests::{USUAL, stateful_set};

/// The component of the workloads of these tests.
pub(crate) const COMPONENT: &str = "web/main";

/// The component of its tuning pod.
pub(crate) const TUNING: &str = "tuning";

/// A connector of its own.
pub(crate) struct Stage {
    pub(crate) bus: Arc<Bus>,
    /// What it has written down, which outlives it.
    journal: Arc<dyn Journal>,
    folder: tempfile::TempDir,
    servo: String,
    section: Value,
}

/// A section for the Deployment `web`; `more` goes to its top level.
pub(crate) fn section(namespace: &Namespace, kind: &str, more: Value) -> Value {
    let workload = json!({
        "name": "web",
        "containers": [{
            "name": "main",
            "cpu": { "min": "10m", "max": "9", "step": "10m" },
            "memory": { "min": "8Mi", "max": "500Gi", "step": "1Mi" },
            "env": [
                { "name": "COLOR", "type": "enum", "values": ["red", "green", "bad", "dark"] },
                { "name": "MEM_MIB", "type": "range", "min": 0, "max": 1000, "step": 1, "value": 0 },
                { "name": "DISK_MIB", "type": "range", "min": 0, "max": 1000, "step": 1, "value": 0 },
                { "name": "CRASH_AFTER", "type": "range", "min": 0, "max": 100_000, "step": 1, "value": 0 },
                { "name": "UNREADY_AFTER", "type": "range", "min": 0, "max": 100_000, "step": 1, "value": 0 },
            ],
        }],
        "replicas": { "min": 0, "max": 5 },
    });
    let mut section = json!({
        "namespace": namespace.name(),
        "timeout": "60s",
        kind: [workload],
    });
    let Value::Object(more) = more else { panic!("expected a mapping") };
    for (key, value) in more {
        section[key] = value;
    }
    section
}

/// Makes a service account with exactly the role that a section needs, and a kubeconfig that acts as it.
///
/// What the servo does there is in the audit log under the name of the account.
async fn account(namespace: &Namespace, name: &str, section: &Value, folder: &Path) -> PathBuf {
    let connector: Kubernetes = {
        let settings = serde_json::from_value(section.clone()).expect("settings");
        servo_core::Connector::new("kubernetes", settings).expect("a section that builds")
    };
    namespace.apply(&format!("apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}}}\n")).await;
    // Several servos of a test have roles of their own.
    let roles = connector
        .roles(false, namespace.name(), name)
        .replace("  name: servo\n", &format!("  name: {name}\n"));
    namespace.apply(&roles).await;
    acting_as(namespace, &user_of(namespace, name), folder)
}

/// Writes a kubeconfig that acts as a user.
fn acting_as(namespace: &Namespace, user_name: &str, folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(namespace.access().kubeconfig()).expect("a kubeconfig");
    let mut config: Value = serde_saphyr::from_str(&text).expect("YAML");
    for user in config["users"].as_array_mut().expect("users") {
        user["user"]["as"] = json!(user_name);
    }
    let file = folder.join("kubeconfig");
    std::fs::write(&file, config.to_string()).expect("a file in a folder of the test's own");
    file
}

/// Gives the user that a service account is to the API server.
pub(crate) fn user_of(namespace: &Namespace, account: &str) -> String {
    format!("system:serviceaccount:{}:{account}", namespace.name())
}

impl Stage {
    /// Builds the connector for a Deployment `web`.
    pub(crate) async fn new(namespace: &Namespace, more: Value) -> Self {
        Self::of(namespace, "servo", section(namespace, "deployments", more)).await
    }

    /// Builds the connector for a StatefulSet `web` that was just made, whose pods are replaced by rollout.
    pub(crate) async fn stateful(namespace: &Namespace) -> Self {
        namespace.apply(&stateful_set("replicas: 2", USUAL)).await;
        namespace.until_available("statefulset/web").await;
        let rollout = json!({ "apply": "rollout" });
        Self::of(namespace, "test", section(namespace, "stateful_sets", rollout)).await
    }

    /// Builds a connector of a servo of some name, with a role of its own, from a section.
    pub(crate) async fn of(namespace: &Namespace, servo: &str, mut section: Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let kubeconfig = account(namespace, servo, &section, folder.path()).await;
        section["kubeconfig"] = json!(kubeconfig);
        Self::built(servo, folder, section)
    }

    /// Builds the connector for a Deployment `web`, as a user who has other rights.
    pub(crate) fn acting_as(namespace: &Namespace, user: &str, more: Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut section = section(namespace, "deployments", more);
        section["kubeconfig"] = json!(acting_as(namespace, user, folder.path()));
        Self::built("servo", folder, section)
    }

    fn built(servo: &str, folder: tempfile::TempDir, section: Value) -> Self {
        let journal: Arc<dyn Journal> = Arc::new(InMemory::default());
        let bus = journaled(servo, folder.path(), section.clone(), Arc::clone(&journal));
        Self { bus, journal, folder, servo: servo.to_owned(), section }
    }

    /// Builds it again after it was killed: nothing of it has ended in order.
    pub(crate) fn killed(self) -> Self {
        let Self { bus, journal, folder, servo, section } = self;
        drop(bus);
        let bus = journaled(&servo, folder.path(), section.clone(), Arc::clone(&journal));
        Self { bus, journal, folder, servo, section }
    }

    /// Builds it again as if it ran in a pod of the cluster.
    pub(crate) fn in_pod(self, pod: &str, namespace: &str) -> Self {
        let Self { bus, journal, folder, servo, section } = self;
        drop(bus);
        let variables = [("POD_NAME", pod), ("POD_NAMESPACE", namespace)];
        let host = host(&servo, folder.path(), Arc::clone(&journal));
        let bus = on(host.lend(Arc::new(variables.into_iter().collect::<Inherited>())), section.clone());
        Self { bus, journal, folder, servo, section }
    }

    /// Ends a single operation in order.
    pub(crate) async fn detach(&self) {
        self.tell::<Detach>(()).await.expect("an end");
    }

    pub(crate) async fn start(&self) -> Result<()> {
        self.tell::<Startup>(()).await
    }

    /// Ends it in order.
    pub(crate) async fn end(&self) {
        self.tell::<Shutdown>(servo_core::event::standard::Ending::default()).await.expect("an end");
        self.tell::<Detach>(()).await.expect("an end");
    }

    async fn tell<E: Event<Output = ()>>(&self, input: E::Input) -> Result<()> {
        let told = self.bus.dispatch::<E>(&Scope::detached(), input).phases(&[Phase::On]).await;
        told.and_then(|told| told.answers().map(drop))
    }

    pub(crate) async fn describe(&self) -> Result<Description> {
        let answers = self.bus.dispatch::<Describe>(&Scope::detached(), Control::default()).await?;
        Ok(answers.answers()?.remove(0).1)
    }

    /// Gives the value of a setting, as it is described.
    pub(crate) async fn value(&self, setting: &str) -> String {
        let description = self.describe().await.expect("a description");
        let setting = description.setting(COMPONENT, setting).expect("a setting");
        setting.value().expect("a value").to_string()
    }

    pub(crate) async fn measure(&self) -> Result<()> {
        let answers = self.bus.dispatch::<Measure>(&Scope::detached(), Measuring::default()).await?;
        answers.answers().map(drop)
    }

    pub(crate) async fn promote(&self, settings: &[(&str, &str)]) -> Result<()> {
        self.tell::<Promote>(adjusting(settings, 0)).await
    }

    /// Adjusts the tuning pod.
    pub(crate) async fn tune(&self, settings: &[(&str, &str)], seconds: u64) -> Result<Description> {
        let mut adjusting = adjusting(settings, seconds);
        for adjustment in &mut adjusting.adjustments {
            TUNING.clone_into(&mut adjustment.component);
        }
        let answers = self.bus.dispatch::<Adjust>(&Scope::detached(), adjusting).await?;
        Ok(answers.answers()?.remove(0).1)
    }

    /// Adjusts the tuning pod, as an operation that can be cancelled.
    pub(crate) async fn tune_within(&self, scope: &Scope, settings: &[(&str, &str)]) -> Result<Description> {
        let mut adjusting = adjusting(settings, 0);
        for adjustment in &mut adjusting.adjustments {
            TUNING.clone_into(&mut adjustment.component);
        }
        let answers = self.bus.dispatch::<Adjust>(scope, adjusting).await?;
        Ok(answers.answers()?.remove(0).1)
    }

    /// Says that what the tuning pod was adjusted to is to stay.
    pub(crate) async fn promote_tuning(&self, settings: &[(&str, &str)]) -> Result<()> {
        let mut adjusting = adjusting(settings, 0);
        for adjustment in &mut adjusting.adjustments {
            TUNING.clone_into(&mut adjustment.component);
        }
        self.tell::<Promote>(adjusting).await
    }

    /// Gives the value of a setting of the tuning pod, as it is described.
    pub(crate) async fn tuned(&self, setting: &str) -> String {
        let description = self.describe().await.expect("a description");
        let setting = description.setting(TUNING, setting).expect("a setting");
        setting.value().expect("a value").to_string()
    }

    pub(crate) async fn adjust(&self, settings: &[(&str, &str)]) -> Result<Description> {
        self.adjust_within(&Scope::detached(), settings, 0).await
    }

    pub(crate) async fn settle(&self, settings: &[(&str, &str)], seconds: u64) -> Result<Description> {
        self.adjust_within(&Scope::detached(), settings, seconds).await
    }

    pub(crate) async fn adjust_within(
        &self,
        scope: &Scope,
        settings: &[(&str, &str)],
        seconds: u64,
    ) -> Result<Description> {
        let answers = self.bus.dispatch::<Adjust>(scope, adjusting(settings, seconds)).await?;
        Ok(answers.answers()?.remove(0).1)
    }

    /// Adjusts the component `set`.
    pub(crate) async fn adjust_set(&self, settings: &[(&str, &str)]) -> Result<Description> {
        let mut adjusting = adjusting(settings, 0);
        for adjustment in &mut adjusting.adjustments {
            "set".clone_into(&mut adjustment.component);
        }
        let answers = self.bus.dispatch::<Adjust>(&Scope::detached(), adjusting).await?;
        Ok(answers.answers()?.remove(0).1)
    }

    /// Runs all checks, and gives those that failed by their names.
    pub(crate) async fn check(&self) -> Vec<String> {
        let answers = self.bus.dispatch::<Check>(&Scope::detached(), Checking::default()).await;
        let checks = answers.expect("checks").answers().expect("checks").remove(0).1;
        checks
            .into_iter()
            .filter(servo_core::check::Check::failed)
            .map(|check| format!("{}: {:?}", check.name, check.message))
            .collect()
    }

    /// Adjusts to what cannot be.
    pub(crate) async fn refused(&self, settings: &[(&str, &str)]) -> Error {
        self.adjust(settings).await.expect_err("it cannot be adjusted so")
    }
}

/// A bus with a connector for a servo of some name, whose state is in a folder, and which writes into a journal.
fn journaled(servo: &str, folder: &Path, section: Value, journal: Arc<dyn Journal>) -> Arc<Bus> {
    on(host(servo, folder, journal), section)
}

fn host(servo: &str, folder: &Path, journal: Arc<dyn Journal>) -> Host {
    Host::new(servo, folder.join("state")).with_base(folder.to_owned()).with_journal(journal)
}

fn on(host: Host, section: Value) -> Arc<Bus> {
    let registry = Registry::collect().expect("a registry");
    let member = registry.connector("kubernetes").expect("the connector").build("kubernetes", section);
    let bus = Bus::new(host);
    bus.add(member.expect("a section that builds")).expect("one connector");
    bus
}

fn adjusting(settings: &[(&str, &str)], seconds: u64) -> Adjusting {
    let adjustments =
        settings.iter().map(|(name, value)| Adjustment::new(COMPONENT, *name, *value)).collect();
    let settlement = Some(servo_core::duration::Duration::from_secs(seconds));
    Adjusting { adjustments, control: Control { settlement, ..Control::default() } }
}
