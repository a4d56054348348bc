//! What checks look at: the clusters of a plan, and objects in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{LimitRange, Namespace, ResourceQuota};
use kube::{Api, Resource};
use serde::de::DeserializeOwned;
use servo_core::safety::Mode;
use servo_core::{Context, Error, Result};
use tokio::sync::Mutex;

use crate::lease::{self, Holder};
use crate::plan::{Plan, Target};
use crate::workload::{Kind, Workload};
use servo_kube::Access;
use servo_kube::Cluster;
use servo_kube::server;

/// One run of the checks: what it looks at, with the clusters that it speaks to.
pub(super) struct Look<'a> {
    pub(super) plan: &'a Plan,
    cx: &'a Context,
    clusters: Mutex<BTreeMap<Access, Arc<Cluster>>>,
}

impl<'a> Look<'a> {
    pub(super) fn new(plan: &'a Plan, cx: &'a Context) -> Self {
        Self { plan, cx, clusters: Mutex::default() }
    }

    /// Says whether the servo changes nothing, as its operator wants it.
    pub(super) fn observes_only(&self) -> bool {
        self.cx.lent::<Mode>().is_some_and(|mode| *mode == Mode::Observe)
    }

    /// Gives the clusters, in the order of the plan.
    pub(super) fn accesses(&self) -> Vec<&'a Access> {
        let mut seen = BTreeSet::new();
        self.plan.targets.iter().map(|it| &it.access).filter(|access| seen.insert(*access)).collect()
    }

    /// Gives the namespaces, in the order of the plan.
    pub(super) fn namespaces(&self) -> Vec<(&'a Access, &'a str)> {
        let mut seen = BTreeSet::new();
        let all = self.plan.targets.iter().map(|it| (&it.access, it.workload.namespace.as_str()));
        all.filter(|place| seen.insert(*place)).collect()
    }

    /// Gives the workloads.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a Target> + use<'a> {
        self.plan.targets.iter()
    }

    /// Gives the workloads of a kind.
    pub(super) fn targets(&self, kind: Kind) -> impl Iterator<Item = &'a Target> + use<'a> {
        self.all().filter(move |target| target.workload.kind == kind)
    }

    /// Gives what tells a workload from all others, whatever their order: as much of where it is as it takes.
    pub(super) fn key(&self, target: &Target) -> String {
        let (workload, access) = (&target.workload, &target.access);
        let twins: Vec<&Target> = self.all().filter(|other| other.workload.name == workload.name).collect();
        let mut key = vec![workload.name.clone()];
        if twins.iter().any(|other| other.workload.kind != workload.kind) {
            key.insert(0, workload.kind.name().to_lowercase());
        }
        if twins.iter().any(|other| other.workload.namespace != workload.namespace) {
            key.insert(0, workload.namespace.clone());
        }
        if twins.iter().any(|other| other.access != *access) {
            key.extend(access.context.clone());
            key.extend(access.kubeconfig.as_ref().map(|file| file.display().to_string()));
        }
        key.join(" ")
    }

    /// Names a workload in a check, with its kind where another kind has one of its name.
    pub(super) fn name(&self, target: &Target) -> String {
        let workload = &target.workload;
        let is_twin =
            |other: &&Target| other.workload.name == workload.name && other.workload.kind != workload.kind;
        if self.all().any(|other| is_twin(&other)) {
            return format!("{} \"{}\"", workload.kind.name(), workload.name);
        }
        format!("\"{}\"", workload.name)
    }

    /// Gives a cluster, which stays while the checks run.
    pub(super) async fn cluster(&self, access: &Access) -> Result<Arc<Cluster>> {
        let mut known = self.clusters.lock().await;
        if let Some(cluster) = known.get(access) {
            return Ok(Arc::clone(cluster));
        }
        let cluster = servo_kube::cluster(access, self.cx).await?;
        known.insert(access.clone(), Arc::clone(&cluster));
        Ok(cluster)
    }

    /// Asks the API server for the least there is.
    pub(super) async fn connects(&self, access: &Access) -> Result<String> {
        let cluster = self.cluster(access).await?;
        server::version(&cluster).await?;
        Ok(cluster.server().to_owned())
    }

    /// Reads a namespace.
    pub(super) async fn namespace(&self, access: &Access, namespace: &str) -> Result<()> {
        let cluster = self.cluster(access).await?;
        let api = Api::<Namespace>::all(cluster.client().clone());
        let doing = format!("read the namespace `{namespace}`");
        cluster.ask(&doing, || api.get(namespace)).await.map(drop)
    }

    /// Reads a workload.
    pub(super) async fn workload(&self, target: &Target) -> Result<Workload> {
        match target.workload.kind {
            Kind::Deployment => self.read::<Deployment>(target).await.map(|it| Workload::from(&it)),
            Kind::StatefulSet => self.read::<StatefulSet>(target).await.map(|it| Workload::from(&it)),
        }
    }

    /// Lists the limits of the namespace of a workload.
    pub(super) async fn limit_ranges(&self, target: &Target) -> Result<Vec<LimitRange>> {
        self.list(target, "list LimitRanges").await
    }

    /// Lists the quotas of the namespace of a workload.
    pub(super) async fn quotas(&self, target: &Target) -> Result<Vec<ResourceQuota>> {
        self.list(target, "list ResourceQuotas").await
    }

    /// Lists objects of the namespace of a workload.
    pub(super) async fn list<K>(&self, target: &Target, what: &str) -> Result<Vec<K>>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + DeserializeOwned + Clone + Debug,
    {
        let cluster = self.cluster(&target.access).await?;
        let namespace = &target.workload.namespace;
        let api = Api::<K>::namespaced(cluster.client().clone(), namespace);
        let doing = format!("{what} of the namespace `{namespace}`");
        let parameters = kube::api::ListParams::default();
        cluster.ask(&doing, || api.list(&parameters)).await.map(|list| list.items)
    }

    /// Looks whether another servo has the right to change a workload.
    pub(super) async fn alone(&self, target: &Target) -> Result<()> {
        let cluster = self.cluster(&target.access).await?;
        let folder = self.cx.state_dir().to_owned();
        let me = tokio::task::spawn_blocking(move || Holder::known(&folder)).await;
        let me = me.map_err(|error| Error::internal("a task broke").with_source(error))??;
        let other = lease::other(&cluster, &target.workload, me.as_ref().map(Holder::as_str)).await?;
        other.map_or(Ok(()), Err)
    }

    async fn read<K>(&self, target: &Target) -> Result<K>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + DeserializeOwned + Clone + Debug,
    {
        let cluster = self.cluster(&target.access).await?;
        let workload = &target.workload;
        let api = Api::<K>::namespaced(cluster.client().clone(), &workload.namespace);
        let found = cluster.find(&format!("read {workload}"), || api.get(&workload.name)).await?;
        found.ok_or_else(|| {
            Error::failed(format!("{workload} is not there"))
                .with_help("check `name` and `namespace`, and the cluster that is meant")
        })
    }
}
