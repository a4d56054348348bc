//! What the checks look at. Each object is read once in a run of them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Pod, Service};
use kube::api::{Api, ListParams};
use kube::core::Selector;
use serde::de::DeserializeOwned;
use servo_core::optimizer::Selected;
use servo_core::safety::Mode;
use servo_core::{Context, Error, Result};
use servo_exec::Inherited;
use servo_kube::permission::{is_permitted, questions, told};
use servo_kube::{Cluster, server};
use tokio::sync::OnceCell;

use crate::connector::OpsaniDev;
use crate::names::dns_subdomainify;
use crate::settings::Settings;

/// The least version of Kubernetes, as ServoX had it.
const LEAST_VERSION: (u32, u32) = (1, 16);

/// What to do where a permission is missing.
const HELP: &str = "`servo opsani-dev rbac` prints the roles that this configuration needs";

/// What Prometheus is set up with, where nobody gave that another name.
const CONFIG_MAP: &str = "prometheus-config";

/// What finds Servo's own pod, where its environment does not say which one it is.
const SERVO: &str = "app.kubernetes.io/name=servo";

/// Where Servo itself runs, and what is there beside it.
pub(crate) struct Beside {
    /// The namespace of its pod, where its environment says so.
    pub(crate) namespace: Option<String>,
    /// The name of its pod, where its environment says so.
    pod: Option<String>,
    /// The names that the configuration of Prometheus may have.
    pub(crate) maps: Vec<String>,
}

/// Says where Servo itself runs.
pub(crate) fn beside(cx: &Context) -> Beside {
    let inherited = cx.lent::<Inherited>().unwrap_or_default();
    let variable = |name| inherited.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
    let (namespace, pod) = (variable("POD_NAMESPACE"), variable("POD_NAME"));
    Beside { namespace, pod, ..Beside::of(&optimizer(cx)) }
}

impl Beside {
    /// Says what is there beside a Servo of which nobody knows where it runs.
    pub(crate) fn of(optimizer: &str) -> Self {
        let own = format!("servo.prometheus-{}", dns_subdomainify(optimizer));
        Self { namespace: None, pod: None, maps: vec![own, CONFIG_MAP.to_owned()] }
    }
}

/// Gives what the optimizer is called: its id, or the name of the servo that it is within.
fn optimizer(cx: &Context) -> String {
    let id = cx.lent::<Selected>().and_then(|selected| selected.id.clone());
    id.unwrap_or_else(|| cx.servo().to_owned())
}

/// One run of the checks.
pub(super) struct Look<'a> {
    pub(super) dev: &'a OpsaniDev,
    pub(super) cx: &'a Context,
    deployment: OnceCell<Deployment>,
    service: OnceCell<Service>,
    pods: OnceCell<Vec<Pod>>,
    servo: OnceCell<Pod>,
}

impl<'a> Look<'a> {
    pub(super) fn new(dev: &'a OpsaniDev, cx: &'a Context) -> Self {
        Self {
            dev,
            cx,
            deployment: OnceCell::new(),
            service: OnceCell::new(),
            pods: OnceCell::new(),
            servo: OnceCell::new(),
        }
    }

    pub(super) fn settings(&self) -> &'a Settings {
        &self.dev.settings
    }

    pub(super) async fn cluster(&self) -> Result<Arc<Cluster>> {
        self.dev.cluster(self.cx).await
    }

    /// Says whether the servo changes nothing, as its operator wants it.
    pub(super) fn observes_only(&self) -> bool {
        self.cx.lent::<Mode>().is_some_and(|mode| *mode == Mode::Observe)
    }

    /// Gives what the optimizer is called.
    pub(super) fn id(&self) -> String {
        optimizer(self.cx)
    }

    pub(super) fn optimizer(&self) -> Result<String> {
        match self.cx.lent::<Selected>().as_deref() {
            Some(Selected { id: Some(id) }) => Ok(format!("`{id}`")),
            Some(Selected { id: None }) => Ok("embedded".to_owned()),
            None => Err(Error::failed("the servo has no optimizer").with_help(
                "add `optimizer: {embedded: …}`, or the `id` and `token` of one that speaks the Opsani protocol",
            )),
        }
    }

    pub(super) async fn connects(&self) -> Result<String> {
        let cluster = self.cluster().await?;
        server::version(&cluster).await?;
        Ok(format!("connected to {}", cluster.server()))
    }

    pub(super) async fn version(&self) -> Result<String> {
        let (version, _) = server::version(&*self.cluster().await?).await?;
        is_new_enough(&version).map(|()| version)
    }

    pub(super) async fn permissions(&self) -> Result<String> {
        let cluster = self.cluster().await?;
        let asked = questions(&self.dev.needs(self.observes_only(), &beside(self.cx)));
        let (count, mut missing) = (asked.len(), Vec::new());
        for question in asked {
            // Without it there is no `kube_metrics`, which its own check says.
            let is_optional = question.group == servo_kube_metrics::METRICS_GROUP;
            if !is_optional && !is_permitted(&cluster, &question).await? {
                missing.push(question);
            }
        }
        if missing.is_empty() { Ok(format!("all {count} are permitted")) } else { Err(told(&missing, HELP)) }
    }

    pub(super) async fn namespace(&self) -> Result<()> {
        let cluster = self.cluster().await?;
        let name = &self.settings().namespace;
        let api = Api::<Namespace>::all(cluster.client().clone());
        let found = cluster.find(&format!("read the namespace `{name}`"), || api.get(name)).await?;
        found.map(drop).ok_or_else(|| {
            Error::failed(format!("there is no namespace `{name}`"))
                .with_help(format!("kubectl create namespace {name}, or another `namespace`"))
        })
    }

    pub(super) async fn is_readable(&self) -> Result<()> {
        self.deployment().await.map(drop)
    }

    pub(super) async fn deployment(&self) -> Result<&Deployment> {
        let name = &self.settings().deployment;
        self.deployment.get_or_try_init(|| self.read("Deployment", name, "deployment")).await
    }

    pub(super) async fn service(&self) -> Result<&Service> {
        let name = &self.settings().service;
        self.service.get_or_try_init(|| self.read("Service", name, "service")).await
    }

    /// Gives the pods of the Deployment, its tuning pod among them, except for those that end or have ended.
    pub(super) async fn pods(&self) -> Result<&[Pod]> {
        let read = || async {
            let spec = self.deployment().await?.spec.clone().unwrap_or_default();
            let selector = Selector::try_from(spec.selector).map_err(|error| {
                let name = &self.settings().deployment;
                Error::failed(format!("cannot read the selector of Deployment `{name}`")).with_source(error)
            })?;
            self.list(&self.settings().namespace, &selector.to_string()).await
        };
        self.pods.get_or_try_init(read).await.map(Vec::as_slice)
    }

    /// Gives Servo's own pod: the one that its environment names, or the newest one that is labelled so.
    pub(super) async fn servo(&self) -> Result<&Pod> {
        self.servo.get_or_try_init(|| self.find_servo()).await
    }

    async fn find_servo(&self) -> Result<Pod> {
        let Beside { namespace, pod, .. } = beside(self.cx);
        if let (Some(namespace), Some(name)) = (&namespace, &pod) {
            let cluster = self.cluster().await?;
            let api = Api::<Pod>::namespaced(cluster.client().clone(), namespace);
            let found = cluster.find(&format!("read the pod `{name}`"), || api.get(name)).await?;
            return found.ok_or_else(|| {
                Error::failed(format!("there is no pod `{name}` in the namespace `{namespace}`")).with_help(
                    "POD_NAME and POD_NAMESPACE name Servo's own pod: let them be set by the downward API",
                )
            });
        }
        let namespace = namespace.unwrap_or_else(|| self.settings().namespace.clone());
        let mut found = self.list(&namespace, SERVO).await?;
        found.sort_by(|one, other| {
            one.metadata.creation_timestamp.as_ref().cmp(&other.metadata.creation_timestamp.as_ref())
        });
        found.pop().ok_or_else(|| {
            Error::failed(format!(
                "no pod of the namespace `{namespace}` is Servo's: none is labelled {SERVO}"
            ))
            .with_help("deploy Servo with a Prometheus beside it: `kubectl apply -k deploy/opsani-dev`")
        })
    }

    pub(super) async fn config_map(&self) -> Result<String> {
        let Beside { namespace, maps, .. } = beside(self.cx);
        let namespace = namespace.unwrap_or_else(|| self.settings().namespace.clone());
        let cluster = self.cluster().await?;
        let api = Api::<ConfigMap>::namespaced(cluster.client().clone(), &namespace);
        for name in &maps {
            if cluster.find(&format!("read the ConfigMap `{name}`"), || api.get(name)).await?.is_some() {
                return Ok(format!("`{name}`"));
            }
        }
        let names = maps.join("` nor `");
        Err(Error::failed(format!("the namespace `{namespace}` has no ConfigMap `{names}`"))
            .with_help("deploy Servo with a Prometheus beside it: `kubectl apply -k deploy/opsani-dev`"))
    }

    pub(super) async fn reaches_prometheus(&self) -> Result<String> {
        self.dev.prometheus.ready(self.cx).await
    }

    async fn list(&self, namespace: &str, selector: &str) -> Result<Vec<Pod>> {
        let cluster = self.cluster().await?;
        let api = Api::<Pod>::namespaced(cluster.client().clone(), namespace);
        let parameters = ListParams::default().labels(selector);
        let doing = format!("list pods of the namespace `{namespace}`");
        let list = cluster.ask(&doing, || api.list(&parameters)).await?;
        Ok(list.items.into_iter().filter(goes_on).collect())
    }

    async fn read<K>(&self, kind: &str, name: &str, key: &str) -> Result<K>
    where
        K: kube::Resource<Scope = NamespaceResourceScope, DynamicType = ()>
            + DeserializeOwned
            + Clone
            + Debug,
    {
        let cluster = self.cluster().await?;
        let namespace = &self.settings().namespace;
        let api = Api::<K>::namespaced(cluster.client().clone(), namespace);
        let found = cluster.find(&format!("read {kind} `{namespace}/{name}`"), || api.get(name)).await?;
        found.ok_or_else(|| {
            Error::failed(format!("there is no {kind} `{name}` in the namespace `{namespace}`"))
                .with_help(format!("check `{key}` and `namespace`, and the cluster that is meant"))
        })
    }
}

/// Whether a pod runs or is about to: it neither ends nor has ended.
fn goes_on(pod: &Pod) -> bool {
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    pod.metadata.deletion_timestamp.is_none() && !matches!(phase, Some("Succeeded" | "Failed"))
}

/// Checks a version such as `1.36`.
fn is_new_enough(version: &str) -> Result<()> {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    let found = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if found >= LEAST_VERSION {
        return Ok(());
    }
    let (major, minor) = LEAST_VERSION;
    Err(Error::failed(format!("expected Kubernetes {major}.{minor} or newer, found {version}"))
        .with_help("bring the cluster to a version that is still maintained"))
}

/// The labels of a pod.
pub(super) fn labels(pod: &Pod) -> &BTreeMap<String, String> {
    static NONE: BTreeMap<String, String> = BTreeMap::new();
    pod.metadata.labels.as_ref().unwrap_or(&NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for version in ["1.16", "1.36", "2.0"] {
            is_new_enough(version).expect("new enough");
        }
        let error = is_new_enough("1.9").expect_err("too old");
        assert_eq!(error.message(), "expected Kubernetes 1.16 or newer, found 1.9");
        assert!(is_new_enough("?").is_err());
    }
}
