//! Everything that is changed in a cluster: workloads applied, pods resized, traces taken away.

use std::future::Future;
use std::sync::Arc;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams, Preconditions};
use kube::core;
use serde_json::Value;

use crate::document;
use crate::workload::{Kind, Reference, Workload};
use servo_kube::Cluster;

/// How a document is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Only said what would become of it.
    DryRun,
    /// For real.
    Real,
}

/// One who changes workloads, under a name of its own.
#[derive(Clone)]
pub(crate) struct Writer {
    cluster: Arc<Cluster>,
    /// The field manager.
    manager: String,
}

impl Writer {
    /// Takes a cluster and the name of a field manager.
    pub(crate) fn new(cluster: Arc<Cluster>, manager: String) -> Self {
        Self { cluster, manager }
    }

    /// Asks in bounded time, and again where the API server is busy.
    async fn ask<T, F: Future<Output = kube::Result<T>>>(&self, question: impl Fn() -> F) -> kube::Result<T> {
        let late = || kube::Error::Service("it has not answered in time".into());
        self.cluster.answer(question).await.unwrap_or_else(|| Err(late()))
    }

    fn api<K>(&self, namespace: &str) -> Api<K>
    where
        K: kube::Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.cluster.client().clone(), namespace)
    }

    /// Gives the name of the field manager.
    pub(crate) fn manager(&self) -> &str {
        &self.manager
    }

    /// Applies a document. Fields that others have set become Servo's; where the document names the version of the
    /// workload, only as they are in it.
    ///
    /// # Errors
    ///
    /// What the API server says, a conflict (409) among it.
    pub(crate) async fn apply(
        &self,
        workload: &Reference,
        document: &Value,
        manner: Manner,
    ) -> kube::Result<Workload> {
        let params = PatchParams {
            dry_run: manner == Manner::DryRun,
            force: true,
            field_manager: Some(self.manager.clone()),
            field_validation: Some(core::params::ValidationDirective::Strict),
        };
        let patch = Patch::Apply(document);
        match workload.kind {
            Kind::Deployment => {
                let api = self.api::<Deployment>(&workload.namespace);
                self.ask(|| api.patch(&workload.name, &params, &patch)).await.map(|it| Workload::from(&it))
            }
            Kind::StatefulSet => {
                let api = self.api::<StatefulSet>(&workload.namespace);
                self.ask(|| api.patch(&workload.name, &params, &patch)).await.map(|it| Workload::from(&it))
            }
        }
    }

    /// Reads a workload as it is now, past what is being watched.
    ///
    /// # Errors
    ///
    /// What the API server says.
    pub(crate) async fn read(&self, workload: &Reference) -> kube::Result<Workload> {
        match workload.kind {
            Kind::Deployment => {
                let api = self.api::<Deployment>(&workload.namespace);
                self.ask(|| api.get(&workload.name)).await.map(|it| Workload::from(&it))
            }
            Kind::StatefulSet => {
                let api = self.api::<StatefulSet>(&workload.namespace);
                self.ask(|| api.get(&workload.name)).await.map(|it| Workload::from(&it))
            }
        }
    }

    /// Asks a pod for other resources.
    ///
    /// # Errors
    ///
    /// What the API server says.
    pub(crate) async fn resize(&self, pod: &Pod, document: &Value, manner: Manner) -> kube::Result<Pod> {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        let params = PatchParams {
            dry_run: manner == Manner::DryRun,
            field_manager: Some(self.manager.clone()),
            ..PatchParams::default()
        };
        let (api, patch) = (self.api::<Pod>(namespace), Patch::Strategic(document));
        self.ask(|| api.patch_resize(name, &params, &patch)).await
    }

    /// Reads a pod; `None` where there is none of that name.
    ///
    /// # Errors
    ///
    /// What the API server says.
    pub(crate) async fn find_pod(&self, namespace: &str, name: &str) -> kube::Result<Option<Pod>> {
        let api = self.api::<Pod>(namespace);
        self.ask(|| api.get_opt(name)).await
    }

    /// Makes a pod.
    ///
    /// # Errors
    ///
    /// What the API server says.
    pub(crate) async fn create(&self, pod: &Pod) -> kube::Result<Pod> {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let params = PostParams { field_manager: Some(self.manager.clone()), ..PostParams::default() };
        let api = self.api::<Pod>(namespace);
        self.ask(|| api.create(&params, pod)).await
    }

    /// Deletes a pod, and no other of its name.
    ///
    /// # Errors
    ///
    /// What the API server says; 404 or 409 where it is gone already.
    pub(crate) async fn delete(&self, pod: &Pod) -> kube::Result<()> {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        let params = this_pod(pod);
        let api = self.api::<Pod>(namespace);
        self.ask(|| api.delete(name, &params)).await.map(drop)
    }

    /// Takes every trace of Servo from a workload whose fields are as they were found.
    ///
    /// # Errors
    ///
    /// What the API server says; a conflict (409, or 422 for the test of the version) where the workload has changed since.
    pub(crate) async fn release(&self, workload: &Workload) -> kube::Result<Workload> {
        let patch = document::released(workload, &self.manager).to_string();
        let at = document::path(&workload.reference);
        let request = || {
            http::Request::patch(&at)
                .header(http::header::CONTENT_TYPE, "application/json-patch+json")
                .body(patch.clone().into_bytes())
                .map_err(kube::Error::HttpError)
        };
        let client = self.cluster.client();
        match workload.reference.kind {
            Kind::Deployment => {
                let released = self.ask(async || client.request::<Deployment>(request()?).await).await;
                released.map(|it| Workload::from(&it))
            }
            Kind::StatefulSet => {
                let released = self.ask(async || client.request::<StatefulSet>(request()?).await).await;
                released.map(|it| Workload::from(&it))
            }
        }
    }
}

/// Says that this pod is to be deleted, and no other of its name.
pub(crate) fn this_pod(pod: &Pod) -> DeleteParams {
    let uid = Preconditions { uid: pod.metadata.uid.clone(), resource_version: None };
    DeleteParams::default().preconditions(uid)
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("manager", &self.manager).finish_non_exhaustive()
    }
}
