//! The connector `kubernetes`: what it handles.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use futures::future::try_join_all;
use servo_core::connector::{Declaration, Workload};
use servo_core::event::standard::{
    Adjust, Check, Components, Describe, Detach, Ending, Measure, Measuring, Promote, Shutdown, Startup,
};
use servo_core::event::{Before, Event, Handlers, On, Refusal};
use servo_core::model::{Component, Control, Description};
use servo_core::safety::Mode;
use servo_core::{Connector, Context, Descriptor, Error, Result};
use tokio::sync::Mutex;

use crate::change;
use crate::plan::Plan;
use crate::rbac;
use crate::settings::Settings;
use crate::site::Site;
use crate::sites::Sites;
use crate::tuning;
use crate::view::View;
use servo_kube::roles::{self, Account, Role};
use servo_kube::server;

servo_core::inventory::submit! {
    Descriptor::of::<Kubernetes>("kubernetes")
        .description("Adjusts Deployments and StatefulSets of Kubernetes")
        .version(env!("CARGO_PKG_VERSION"))
        .example(include_str!("example.yaml"))
        .subcommands(crate::subcommands::ALL)
}

/// Asks to make the tuning pods that are not there, with what their workloads have, and to wait until they are ready.
///
/// A servo that runs makes them by itself before it measures; nobody else does, unless it is asked to. They end when their
/// servo leaves them, like any other.
#[derive(Clone, Copy, Debug)]
pub struct Prepare;

impl Event for Prepare {
    const NAME: &'static str = "prepare";
    type Input = ();
    type Output = ();
}

/// Workloads of one or more clusters.
pub struct Kubernetes {
    pub(crate) name: String,
    pub(crate) plan: Plan,
    pub(crate) sites: Sites,
    /// One operation at a time changes something.
    pub(crate) turn: Mutex<()>,
    /// Whether the servo runs, in place of a single operation from the command line.
    runs: AtomicBool,
}

impl Kubernetes {
    /// Gives the workloads with the ways to them.
    ///
    /// # Errors
    ///
    /// A cluster cannot be reached as it is configured.
    pub(crate) async fn sites(&self, cx: &Context) -> Result<Vec<Arc<Site>>> {
        self.sites.all(cx, &self.plan).await
    }

    /// Writes the roles that it needs for a service account, as YAML to apply: what `servo kubernetes rbac` prints.
    pub fn roles(&self, observes_only: bool, namespace: &str, account: &str) -> String {
        let account = Account { namespace: namespace.to_owned(), name: account.to_owned() };
        roles::yaml(&rbac::roles(&self.plan, observes_only), &account)
    }

    /// Gives the roles that it needs, to be written together with those of other connectors.
    pub fn needs(&self, observes_only: bool) -> Vec<Role> {
        rbac::roles(&self.plan, observes_only)
    }

    /// Takes away the tuning pods that are written down, of this process and of an earlier one that was killed.
    async fn end_tuning(&self, cx: &Context) {
        let created = cx.created().all();
        if created.is_empty() {
            return;
        }
        let sites = match self.sites(cx).await {
            Ok(sites) => sites,
            Err(error) => return tracing::warn!("tuning pods are left: {}", error.chain()),
        };
        for site in sites {
            if let Err(error) = tuning::end::end(cx, &site).await {
                tracing::warn!("a tuning pod of {} is left: {}", site.target.workload, error.chain());
            }
        }
        for (key, left) in cx.created().all() {
            let pods = left.get("pods").map(ToString::to_string).unwrap_or_default();
            tracing::warn!(
                "the tuning pods {pods} of {key} may be left: it is not in the configuration any more, or cannot be reached"
            );
        }
    }

    async fn views(&self, cx: &Context) -> Result<Vec<(Arc<Site>, View)>> {
        let sites = self.sites(cx).await?;
        try_join_all(sites.into_iter().map(|site| async {
            let view = site.view(cx).await?;
            Ok((site, view))
        }))
        .await
    }

    /// Describes all workloads as they are.
    ///
    /// # Errors
    ///
    /// One cannot be read, or has something that cannot be described.
    pub(crate) async fn components(&self, cx: &Context) -> Result<Vec<Component>> {
        let mut components = Vec::new();
        for (site, view) in self.views(cx).await? {
            components.extend(match site.target.canary {
                Some(_) => site.tuning(cx).await?.described()?,
                None => view.described()?,
            });
        }
        Ok(components)
    }
}

impl Connector for Kubernetes {
    type Settings = Settings;

    fn new(name: &str, settings: Settings) -> Result<Self> {
        let plan = Plan::new(name, settings)?;
        Ok(Self {
            name: name.to_owned(),
            plan,
            sites: Sites::default(),
            turn: Mutex::default(),
            runs: AtomicBool::new(false),
        })
    }

    fn declares(&self) -> Declaration {
        let workloads = self.plan.targets.iter().map(|target| {
            let workload = &target.workload;
            let access = &target.access;
            let mut name = workload.name.clone();
            if let Some(context) = &access.context {
                name = format!("{name} of {context}");
            }
            if let Some(file) = &access.kubeconfig {
                name = format!("{name} of {}", file.display());
            }
            Workload::new(workload.kind.name(), name).in_namespace(workload.namespace.clone())
        });
        Declaration { metrics: Some(Vec::new()), components: None, workloads: workloads.collect() }
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers
            .on::<Startup>()
            .on::<Components>()
            .on::<Describe>()
            .before::<Measure>()
            .on::<Adjust>()
            .on::<Promote>()
            .on::<Prepare>()
            .on::<Check>()
            .on::<Shutdown>()
            .on::<Detach>();
    }
}

#[async_trait]
impl On<Startup> for Kubernetes {
    /// Takes away what a process that was killed has left, and says which cluster it is, beside what the optimizer is told of
    /// the servo.
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        self.runs.store(true, Ordering::Relaxed);
        self.end_tuning(cx).await;
        for site in self.sites(cx).await?.iter().filter(|site| site.target.canary.is_some()) {
            if let Err(error) = tuning::promote::take_back(cx, site).await {
                tracing::error!(
                    "a promotion of {} is not taken back: {}",
                    site.target.workload,
                    error.chain()
                );
            }
        }
        for site in self.sites(cx).await? {
            let (version, platform) = match server::version(site.cluster()).await {
                Ok(version) => version,
                Err(error) => {
                    tracing::warn!("cannot ask for the version of the cluster: {}", error.chain());
                    continue;
                }
            };
            let telemetry = cx.telemetry();
            telemetry.set(format!("{}.namespace", self.name), site.target.workload.namespace.clone());
            telemetry.set(format!("{}.version", self.name), version);
            telemetry.set(format!("{}.platform", self.name), platform);
            return Ok(());
        }
        Ok(())
    }
}

#[async_trait]
impl On<Components> for Kubernetes {
    async fn on(&self, cx: &Context, (): &()) -> Result<Vec<Component>> {
        self.components(cx).await
    }
}

#[async_trait]
impl On<Describe> for Kubernetes {
    async fn on(&self, cx: &Context, _: &Control) -> Result<Description> {
        Ok(Description::new(self.components(cx).await?, Vec::new()))
    }
}

#[async_trait]
impl Before<Measure> for Kubernetes {
    /// Fails where a workload is not as Servo has set it: what is measured would be counted for something else.
    async fn before(&self, cx: &Context, _: &Measuring) -> Result<(), Refusal> {
        for (site, view) in self.views(cx).await? {
            if let Some(error) = site.contested(&view) {
                return Err(error.into());
            }
            match site.target.canary {
                Some(_) => {
                    let _turn = self.turn.lock().await;
                    Box::pin(tuning::adjust::verify(cx, &site, self.runs.load(Ordering::Relaxed))).await?;
                }
                None => change::keep_all(cx, &site, &view).await?,
            }
        }
        Ok(())
    }
}

#[async_trait]
impl On<Prepare> for Kubernetes {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        if cx.lent::<Mode>().is_some_and(|mode| *mode == Mode::Observe) {
            return Err(Error::failed("the servo only observes: no tuning pod is made")
                .with_help("remove `mode: observe`, so that it may make one"));
        }
        let _turn = self.turn.lock().await;
        for site in self.sites(cx).await?.iter().filter(|site| site.target.canary.is_some()) {
            Box::pin(tuning::adjust::prepare(cx, site)).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl On<Shutdown> for Kubernetes {
    /// Leaves nothing of Servo on workloads that are as they were found, also where an earlier process was killed before
    /// it could.
    async fn on(&self, cx: &Context, _: &Ending) -> Result<()> {
        self.end_tuning(cx).await;
        for site in self.sites.made().await {
            if let Err(error) = change::leave(cx, &site).await {
                tracing::warn!("something of Servo is left on {}: {}", site.target.workload, error.chain());
            }
        }
        self.sites.let_go().await;
        Ok(())
    }
}

#[async_trait]
impl On<Detach> for Kubernetes {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        self.end_tuning(cx).await;
        for name in ["namespace", "version", "platform"] {
            cx.telemetry().remove(&format!("{}.{name}", self.name));
        }
        self.sites.let_go().await;
        Ok(())
    }
}

impl std::fmt::Debug for Kubernetes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kubernetes").field("name", &self.name).finish_non_exhaustive()
    }
}
