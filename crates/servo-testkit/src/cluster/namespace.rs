//! A namespace of a test's own.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt as _;
use k8s_openapi::api::core::v1::{Namespace as Object, Pod, ServiceAccount};
use kube::Client;
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, PostParams};
use servo_cluster::manifest;
use tokio::time::timeout;

use super::access::Access;
use super::audit::{self, Entry};
use super::container_group::{self, ContainerGroup};
use super::kubectl::Said;
use super::{dump, until, workload};

/// The label of every namespace that a test has made.
const LABEL: (&str, &str) = ("servo.test/namespace", "true");
/// How long a cluster may take for what it does at once.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a dump may take, and the request to delete a namespace.
const BRIEFLY: Duration = Duration::from_secs(20);

/// A namespace of a test's own, and the cluster that it is in.
#[derive(Clone)]
pub struct Namespace {
    name: String,
    access: Access,
    client: Client,
}

/// Runs a test in a namespace of its own, which is deleted afterwards. Where the test fails, what is in the namespace is
/// written to standard error first.
///
/// # Panics
///
/// As `test` does, or the namespace cannot be made.
pub async fn in_namespace(access: &Access, test: impl AsyncFnOnce(&Namespace)) {
    let namespace = Namespace::make(access).await;
    let ended = AssertUnwindSafe(Box::pin(test(&namespace))).catch_unwind().await;
    if ended.is_err() && timeout(BRIEFLY, Box::pin(dump::write(&namespace))).await.is_err() {
        dump::say("the cluster does not say what is in the namespace");
    }
    namespace.delete().await;
    if let Err(panic) = ended {
        resume_unwind(panic);
    }
}

impl Namespace {
    async fn make(access: &Access) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        // A cluster that somebody else runs may still have those of an earlier process of the same number.
        let now = jiff::Timestamp::now().as_millisecond();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test-{now:x}-{:x}-{count}", std::process::id());
        let client = access.client().await;
        let mut object = Object::default();
        object.metadata.name = Some(name.clone());
        object.metadata.labels = Some([(LABEL.0.to_owned(), LABEL.1.to_owned())].into());
        let (all, parameters) = (Api::<Object>::all(client.clone()), PostParams::default());
        let made = timeout(PATIENCE, all.create(&parameters, &object)).await;
        let made = made.expect("an API server that answers");
        made.unwrap_or_else(|error| panic!("cannot make the namespace {name}: {error}"));
        let namespace = Self { name, access: access.clone(), client };
        // Without it no pod is let in.
        let accounts = namespace.api::<ServiceAccount>();
        until("the default account of a new namespace", PATIENCE, async || {
            accounts.get("default").await.map_err(|error| error.to_string())
        })
        .await;
        namespace
    }

    /// Asks for its end, which comes later. Nothing can be done about a cluster that does not answer.
    async fn delete(&self) {
        let all = Api::<Object>::all(self.client.clone());
        // Pods that ignore the request to end are not waited for by anybody.
        let pods = self.api::<Pod>();
        let now = DeleteParams::default().grace_period(0);
        let deleted = async {
            let _ = all.delete(&self.name, &DeleteParams::background()).await;
            let _ = pods.delete_collection(&now, &ListParams::default()).await;
        };
        let _ = timeout(BRIEFLY, deleted).await;
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The cluster that it is in.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// A client that may do everything.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The objects of a kind in it.
    pub fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.client(), &self.name)
    }

    /// Applies a manifest, whose objects go into this namespace where they name none.
    ///
    /// # Panics
    ///
    /// The manifest cannot be read, or an object is refused.
    pub async fn apply(&self, text: &str) -> Vec<DynamicObject> {
        let applied = timeout(PATIENCE, manifest::apply(&self.client, Some(&self.name), text)).await;
        let applied = applied.expect("an API server that answers");
        applied.unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// Waits until a workload such as `deployment/web`, `statefulset/db` or `pod/one` has all it asks for, in its newest
    /// form, and available.
    ///
    /// # Panics
    ///
    /// It is not available in time, or its image is on no node.
    pub async fn until_available(&self, workload: &str) {
        workload::until_available(self, workload).await;
    }

    /// The pods that a selector such as `app=web` selects; those that are being deleted are not among them.
    ///
    /// # Panics
    ///
    /// The API server does not answer, or does not take the selector.
    pub async fn pods(&self, selector: &str) -> Vec<Pod> {
        let pods = self.api::<Pod>();
        let selected = ListParams::default().labels(selector);
        let listed = timeout(PATIENCE, pods.list(&selected)).await;
        let listed = listed.expect("an API server that answers");
        let listed = listed.unwrap_or_else(|error| panic!("cannot list the pods of {selector}: {error}"));
        let here = |pod: &Pod| pod.metadata.deletion_timestamp.is_none();
        listed.items.into_iter().filter(here).collect()
    }

    /// What the containers of a pod have printed.
    ///
    /// # Panics
    ///
    /// There is no such pod, or it has not begun.
    pub async fn logs(&self, pod: &str) -> String {
        self.kubectl(&["logs", pod, "--all-containers"]).await.done()
    }

    /// Runs a program in the first container of a pod.
    ///
    /// # Panics
    ///
    /// `kubectl` cannot be started, or does not end.
    pub async fn exec(&self, pod: &str, command: &[&str]) -> Said {
        self.kubectl(&[&["exec", pod, "--"], command].concat()).await
    }

    /// Runs `kubectl` for this namespace.
    ///
    /// # Panics
    ///
    /// It cannot be started, or does not end.
    pub async fn kubectl(&self, arguments: &[&str]) -> Said {
        self.access.kubectl(&[&["--namespace", self.name.as_str()], arguments].concat()).await
    }

    /// What was asked of the API server about this namespace and what is in it, the earliest first, as far as `wanted`
    /// says. What was answered is there when the answer is.
    ///
    /// # Panics
    ///
    /// The cluster is one of somebody else's, or keeps no such log.
    pub fn audit(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let node = self.access.node().expect("a cluster whose inside is at hand; ask `Shared::needs` first");
        let mut all = audit::read(&node.site().audit_log());
        // The namespace itself is in none, and the request that makes it names it in what is sent alone.
        let name = self.name.as_str();
        let about = |it: &Entry| {
            let is_itself = it.name == name || it.request["metadata"]["name"] == name;
            it.namespace == name || it.resource == "namespaces" && is_itself
        };
        all.retain(|entry| about(entry) && wanted(entry));
        all
    }

    /// The control groups of a container, as the kernel of this machine keeps them.
    ///
    /// # Panics
    ///
    /// The cluster is one of somebody else's, or the container does not run.
    pub async fn control_group(&self, pod: &str, container: &str) -> ContainerGroup {
        let node = self.access.node().expect("a cluster whose inside is at hand; ask `Shared::needs` first");
        let pods = self.api::<Pod>();
        let found = timeout(PATIENCE, pods.get(pod)).await.expect("an API server that answers");
        let found = found.unwrap_or_else(|error| panic!("the pod {pod}: {error}"));
        container_group::find(node, &found, container)
    }
}
