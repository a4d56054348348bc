//! The connector `kube_metrics`: what it handles, and how it comes to its workload.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::api::{Api, ListParams};
use kube::core::Selector;
use serde::de::DeserializeOwned;
use servo_core::connector::Declaration;
use servo_core::event::standard::{Check, Describe, Detach, Measure, Metrics};
use servo_core::event::{Handlers, On};
use servo_core::model::{Control, Description, Metric};
use servo_core::{Connector, Context, Descriptor, Error, Result};
use servo_kube::Cluster;
use servo_kube::permission::is_permitted;
use servo_kube::roles::{self, Account, Role};
use tokio::sync::{Mutex, OnceCell};

use crate::metric::PodMetric;
use crate::roles::{METRICS, questions};
use crate::sample::PodMetricsList;
use crate::settings::{Settings, WorkloadKind};
use crate::target::Target;

servo_core::inventory::submit! {
    Descriptor::of::<KubeMetrics>("kube_metrics")
        .description("Measures what pods of Kubernetes use, ask for and may take, and how often they restart")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
        .subcommands(crate::subcommands::ALL)
}

/// The pods of one workload.
pub struct KubeMetrics {
    name: String,
    pub(crate) target: Target,
    /// Shared with whoever else speaks to the cluster, and let go at the end.
    cluster: Mutex<Option<Arc<Cluster>>>,
    /// Whether somebody can do without it, and then whether there is a metrics API.
    optional: Option<OnceCell<bool>>,
}

impl Connector for KubeMetrics {
    type Settings = Settings;

    fn new(name: &str, settings: Settings) -> Result<Self> {
        let target = Target::new(settings)?;
        Ok(Self { name: name.to_owned(), target, cluster: Mutex::default(), optional: None })
    }

    fn declares(&self) -> Declaration {
        Declaration { metrics: Some(self.metrics()), components: Some(Vec::new()), ..Declaration::default() }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Metrics>().on::<Describe>().on::<Measure>().on::<Check>().on::<Detach>();
    }
}

impl KubeMetrics {
    /// As [`new`](Connector::new), for whoever can do without: where the cluster has no metrics API, or it may not be asked,
    /// there are no metrics, and a warning says so.
    ///
    /// # Errors
    ///
    /// As [`new`](Connector::new).
    pub fn optional(name: &str, settings: Settings) -> Result<Self> {
        Ok(Self { optional: Some(OnceCell::new()), ..Self::new(name, settings)? })
    }

    /// Gives the role that it needs, to be written together with those of other connectors.
    pub fn needs(&self) -> Vec<Role> {
        crate::roles::roles(&self.target)
    }

    /// Says whether it measures: whether there is a metrics API, or nobody can do without. It is asked once.
    ///
    /// # Errors
    ///
    /// The cluster does not say.
    pub(crate) async fn is_there(&self, cx: &Context) -> Result<bool> {
        let Some(known) = &self.optional else { return Ok(true) };
        known.get_or_try_init(|| self.look(cx)).await.copied()
    }

    async fn look(&self, cx: &Context) -> Result<bool> {
        let cluster = self.cluster(cx).await?;
        let version = format!("{METRICS}/v1beta1");
        let ask = || cluster.client().list_api_group_resources(&version);
        let mut why = "the cluster has no metrics API (`metrics.k8s.io`)";
        let mut is_there = cluster.find("ask which APIs the cluster has", ask).await?.is_some();
        for question in questions(&self.target, METRICS) {
            if is_there && !is_permitted(&cluster, &question).await? {
                why = "the account may not ask the metrics API";
                is_there = false;
            }
        }
        if !is_there {
            tracing::warn!(connector = %self.name, "{}: {why}", Self::OMITTED);
        }
        Ok(is_there)
    }

    /// What is said where it is left out.
    pub(crate) const OMITTED: &str = "what pods use is not measured";

    /// Writes the role that it needs for a service account, as YAML to apply: what `servo kube-metrics rbac` prints.
    pub fn roles(&self, namespace: &str, account: &str) -> String {
        let account = Account { namespace: namespace.to_owned(), name: account.to_owned() };
        roles::yaml(&crate::roles::roles(&self.target), &account)
    }

    fn metrics(&self) -> Vec<Metric> {
        self.target.metrics.iter().copied().map(PodMetric::metric).collect()
    }

    /// Gives the cluster.
    ///
    /// # Errors
    ///
    /// It cannot be reached as it is configured.
    pub(crate) async fn cluster(&self, cx: &Context) -> Result<Arc<Cluster>> {
        let mut known = self.cluster.lock().await;
        if let Some(cluster) = &*known {
            return Ok(Arc::clone(cluster));
        }
        let cluster = servo_kube::cluster(&self.target.access, cx).await?;
        *known = Some(Arc::clone(&cluster));
        Ok(cluster)
    }

    /// Gives what finds the pods of the workload, the tuning pod among them, as the API takes it.
    ///
    /// # Errors
    ///
    /// Those of [`workload`]; class failed: the selector cannot be read.
    pub(crate) async fn selector(&self, cluster: &Cluster) -> Result<String> {
        let found = workload(cluster, &self.target).await?;
        let selector = Selector::try_from(found.selector).map_err(|error| {
            Error::failed(format!("cannot read the selector of {}", self.target)).with_source(error)
        })?;
        if selector.selects_all() {
            return Err(Error::failed(format!("the selector of {} is empty", self.target)));
        }
        Ok(selector.to_string())
    }
}

/// What is of interest of a workload.
pub(crate) struct Found {
    pub(crate) selector: LabelSelector,
    pub(crate) template: PodTemplateSpec,
}

/// Reads the workload.
///
/// # Errors
///
/// Class failed: it is not there, or may not be read; class connection: the API server is away.
pub(crate) async fn workload(cluster: &Cluster, target: &Target) -> Result<Found> {
    match target.kind {
        WorkloadKind::Deployment => {
            let spec = read::<Deployment>(cluster, target).await?.spec.unwrap_or_default();
            Ok(Found { selector: spec.selector, template: spec.template })
        }
        WorkloadKind::StatefulSet => {
            let spec = read::<StatefulSet>(cluster, target).await?.spec.unwrap_or_default();
            Ok(Found { selector: spec.selector, template: spec.template })
        }
    }
}

async fn read<K>(cluster: &Cluster, target: &Target) -> Result<K>
where
    K: kube::Resource<Scope = NamespaceResourceScope, DynamicType = ()> + DeserializeOwned + Clone + Debug,
{
    let api = Api::<K>::namespaced(cluster.client().clone(), &target.namespace);
    let found = cluster.find(&format!("read {target}"), || api.get(&target.name)).await?;
    found.ok_or_else(|| {
        Error::failed(format!("Resource not found, failing measurement: {target} is not there"))
            .with_help("check `namespace`, `name` and `kind`, and the cluster that is meant")
    })
}

/// Asks the metrics API for the newest samples of pods.
///
/// # Errors
///
/// Class failed: there is no such API, or it may not be asked; class connection: it is away.
pub(crate) async fn samples(cluster: &Cluster, target: &Target, selector: &str) -> Result<PodMetricsList> {
    let doing = format!("ask the metrics API for the pods of {target}");
    let parameters = ListParams::default().labels(selector);
    let path = format!("/apis/metrics.k8s.io/v1beta1/namespaces/{}/pods", target.namespace);
    let request = kube::core::Request::new(path);
    let ask = async || {
        let request = request.list(&parameters).map_err(kube::Error::BuildRequest)?;
        cluster.client().request::<PodMetricsList>(request).await
    };
    cluster.find(&doing, ask).await?.ok_or_else(|| {
        Error::failed(format!("cannot {doing}: the cluster has no metrics API (`metrics.k8s.io`)")).with_help(
            "install metrics-server, or measure requests, limits and restarts alone: `metrics_to_collect`",
        )
    })
}

#[async_trait]
impl On<Metrics> for KubeMetrics {
    async fn on(&self, cx: &Context, (): &()) -> Result<Vec<Metric>> {
        Ok(if self.is_there(cx).await? { self.metrics() } else { Vec::new() })
    }
}

#[async_trait]
impl On<Describe> for KubeMetrics {
    async fn on(&self, cx: &Context, _control: &Control) -> Result<Description> {
        let metrics = if self.is_there(cx).await? { self.metrics() } else { Vec::new() };
        Ok(Description::new(Vec::new(), metrics))
    }
}

#[async_trait]
impl On<Detach> for KubeMetrics {
    async fn on(&self, _cx: &Context, (): &()) -> Result<()> {
        drop(self.cluster.lock().await.take());
        Ok(())
    }
}

impl Debug for KubeMetrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KubeMetrics").field("name", &self.name).finish_non_exhaustive()
    }
}
