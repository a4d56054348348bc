//! Everything that is changed in a cluster: workloads applied, pods resized, traces taken away.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, DeleteParams, Patch, PatchParams, Preconditions};
use kube::{Client, core};
use serde_json::Value;

use crate::document;
use crate::workload::{Kind, Reference, Workload};

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
    client: Client,
    /// The field manager.
    manager: String,
}

impl Writer {
    /// Takes a client and the name of a field manager.
    pub(crate) fn new(client: Client, manager: String) -> Self {
        Self { client, manager }
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
                let api = Api::<Deployment>::namespaced(self.client.clone(), &workload.namespace);
                api.patch(&workload.name, &params, &patch).await.map(|it| Workload::from(&it))
            }
            Kind::StatefulSet => {
                let api = Api::<StatefulSet>::namespaced(self.client.clone(), &workload.namespace);
                api.patch(&workload.name, &params, &patch).await.map(|it| Workload::from(&it))
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
                let api = Api::<Deployment>::namespaced(self.client.clone(), &workload.namespace);
                api.get(&workload.name).await.map(|it| Workload::from(&it))
            }
            Kind::StatefulSet => {
                let api = Api::<StatefulSet>::namespaced(self.client.clone(), &workload.namespace);
                api.get(&workload.name).await.map(|it| Workload::from(&it))
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
        let api = Api::<Pod>::namespaced(self.client.clone(), namespace);
        api.patch_resize(name, &params, &Patch::Strategic(document)).await
    }

    /// Deletes a pod, and no other of its name.
    ///
    /// # Errors
    ///
    /// What the API server says; 404 or 409 where it is gone already.
    pub(crate) async fn delete(&self, pod: &Pod) -> kube::Result<()> {
        let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        let uid = Preconditions { uid: pod.metadata.uid.clone(), resource_version: None };
        let params = DeleteParams::default().preconditions(uid);
        Api::<Pod>::namespaced(self.client.clone(), namespace).delete(name, &params).await.map(drop)
    }

    /// Takes every trace of Servo from a workload whose fields are as they were found.
    ///
    /// # Errors
    ///
    /// What the API server says; a conflict (409, or 422 for the test of the version) where the workload has changed since.
    pub(crate) async fn release(&self, workload: &Workload) -> kube::Result<Workload> {
        let patch = document::released(workload, &self.manager).to_string();
        let request = http::Request::patch(document::path(&workload.reference))
            .header(http::header::CONTENT_TYPE, "application/json-patch+json")
            .body(patch.into_bytes())
            .map_err(kube::Error::HttpError)?;
        match workload.reference.kind {
            Kind::Deployment => {
                self.client.request::<Deployment>(request).await.map(|it| Workload::from(&it))
            }
            Kind::StatefulSet => {
                self.client.request::<StatefulSet>(request).await.map(|it| Workload::from(&it))
            }
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("manager", &self.manager).finish_non_exhaustive()
    }
}
