//! The connector `opsani_dev`: the connectors that it brings along.

use std::sync::Arc;

use servo_core::event::standard::{Check, Detach};
use servo_core::event::{Handlers, Member, On};
use servo_core::{Connector, Context, Descriptor, Error, Result};
use servo_k8s::Kubernetes;
use servo_kube::Cluster;
use servo_kube::roles::{self, Account, Role};
use servo_kube_metrics::KubeMetrics;
use servo_prom::Prometheus;
use tokio::sync::Mutex;

use crate::checks::Beside;
use crate::settings::Settings;
use crate::{roles as own, sections};

servo_core::inventory::submit! {
    Descriptor::of::<OpsaniDev>("opsani_dev")
        .description("Tunes a pod beside a Deployment of Kubernetes, measured through Envoy")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
        .subcommands(crate::subcommands::ALL)
}

/// A Deployment with a tuning pod beside it, and Envoy in front of both.
pub struct OpsaniDev {
    pub(crate) settings: Settings,
    /// How the connectors are called that it brings along.
    pub(crate) parts: Names,
    pub(crate) kubernetes: Arc<Kubernetes>,
    pub(crate) prometheus: Arc<Prometheus>,
    kube_metrics: Arc<KubeMetrics>,
    /// Shared with whoever else speaks to the cluster, and let go at the end.
    cluster: Mutex<Option<Arc<Cluster>>>,
}

/// The names of the three connectors: `opsani-dev:kubernetes` and so on, where the section is `opsani_dev`.
pub(crate) struct Names {
    pub(crate) kubernetes: String,
    prometheus: String,
    kube_metrics: String,
}

impl Names {
    fn of(name: &str) -> Self {
        let name = name.replace('_', "-");
        Self {
            kubernetes: format!("{name}:kubernetes"),
            prometheus: format!("{name}:prometheus"),
            kube_metrics: format!("{name}:kube-metrics"),
        }
    }
}

impl Connector for OpsaniDev {
    type Settings = Settings;

    fn new(name: &str, settings: Settings) -> Result<Self> {
        let parts = Names::of(name);
        let mut mistakes: Vec<Error> = settings.check().err().into_iter().collect();
        let kubernetes = sections::kubernetes(&settings)
            .and_then(|section| Kubernetes::new(&parts.kubernetes, section))
            .map_err(|error| error.with_keys(&sections::key));
        let prometheus = Prometheus::new(&parts.prometheus, sections::prometheus(&settings))
            .map_err(|error| error.with_keys(&sections::key));
        let kube_metrics = KubeMetrics::optional(&parts.kube_metrics, sections::kube_metrics(&settings))
            .map_err(|error| error.with_keys(&sections::key));
        match (kubernetes, prometheus, kube_metrics) {
            (Ok(kubernetes), Ok(prometheus), Ok(kube_metrics)) if mistakes.is_empty() => Ok(Self {
                settings,
                parts,
                kubernetes: Arc::new(kubernetes),
                prometheus: Arc::new(prometheus),
                kube_metrics: Arc::new(kube_metrics),
                cluster: Mutex::default(),
            }),
            (kubernetes, prometheus, kube_metrics) => {
                // What is wrong with a name is told by the first of the two that it is for.
                let of_metrics = kube_metrics.err().filter(|_| kubernetes.is_ok());
                mistakes.extend(kubernetes.err());
                mistakes.extend(prometheus.err());
                mistakes.extend(of_metrics);
                let nothing = || Error::internal("nothing is wrong with the section, and it is refused");
                Err(Error::join(mistakes).unwrap_or_else(nothing))
            }
        }
    }

    fn parts(&self) -> Vec<Member> {
        vec![
            Member::shared(&self.parts.kubernetes, "kubernetes", Arc::clone(&self.kubernetes)),
            Member::shared(&self.parts.prometheus, "prometheus", Arc::clone(&self.prometheus)),
            Member::shared(&self.parts.kube_metrics, "kube_metrics", Arc::clone(&self.kube_metrics)),
        ]
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Check>().on::<Detach>();
    }
}

impl OpsaniDev {
    /// Writes the roles that it needs for a service account, as YAML to apply: what `servo opsani-dev rbac` prints for an
    /// optimizer of this name where Servo runs in the namespace of the Deployment.
    pub fn roles(&self, optimizer: &str, namespace: &str, account: &str) -> String {
        let account = Account { namespace: namespace.to_owned(), name: account.to_owned() };
        roles::yaml(&self.needs(false, &Beside::of(optimizer)), &account)
    }

    /// Gives the roles of everything that it does, that of the connectors which it brings along included.
    pub(crate) fn needs(&self, observes_only: bool, beside: &Beside) -> Vec<Role> {
        let mut all = self.kubernetes.needs(observes_only);
        all.extend(self.kube_metrics.needs());
        all.extend(own::roles(&self.settings, observes_only, beside.namespace.as_deref(), &beside.maps));
        all
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
        let cluster = servo_kube::cluster(&self.settings.access(), cx).await?;
        *known = Some(Arc::clone(&cluster));
        Ok(cluster)
    }
}

#[async_trait::async_trait]
impl On<Detach> for OpsaniDev {
    async fn on(&self, _cx: &Context, (): &()) -> Result<()> {
        drop(self.cluster.lock().await.take());
        Ok(())
    }
}

impl std::fmt::Debug for OpsaniDev {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpsaniDev").field("parts", &self.parts.kubernetes).finish_non_exhaustive()
    }
}
