//! The way to the API server: what is read of it, and what is asked of it.

use http::header::CONTENT_TYPE;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{Pod, Service};
use kube::api::{Api, ListParams, Patch, PatchParams};
use kube::core::params::ValidationDirective;
use kube::core::{ApiResource, DynamicObject};
use serde_json::Value;
use servo_core::{Error, Result};
use servo_kube::{Cluster, fault};

use super::MANAGER;
use super::change::How;
use super::subject::Subject;
use super::target::{Kind, Target};

/// How often a change is tried where somebody else has changed the object meanwhile.
pub(super) const TRIES: usize = 3;

/// The way to one object.
#[derive(Clone, Copy)]
pub(super) struct Door<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) target: &'a Target,
}

impl Door<'_> {
    fn resource(&self) -> ApiResource {
        match self.target.kind {
            Kind::Deployment => ApiResource::erase::<Deployment>(&()),
            Kind::StatefulSet => ApiResource::erase::<StatefulSet>(&()),
            Kind::Pod => ApiResource::erase::<Pod>(&()),
        }
    }

    /// Gives the objects of the kind.
    pub(super) fn api(&self) -> Api<DynamicObject> {
        let client = self.cluster.client().clone();
        Api::namespaced_with(client, &self.target.namespace, &self.resource())
    }

    /// Reads the object.
    ///
    /// # Errors
    ///
    /// Class failed: there is none; what the API server says.
    pub(super) async fn read(&self) -> Result<Subject> {
        let Target { namespace, name, .. } = self.target;
        let api = self.api();
        let found = self.cluster.find(&format!("read {}", self.target), || api.get(name)).await?;
        let found = found.ok_or_else(|| {
            let resource = self.target.kind.name().to_ascii_lowercase();
            Error::failed(format!("there is no {}", self.target))
                .with_help(format!("`kubectl --namespace {namespace} get {resource}` lists what there is"))
        })?;
        Subject::of(self.target, found)
    }

    /// Reads a Service.
    ///
    /// # Errors
    ///
    /// Class failed: there is none of that name; what the API server says.
    pub(super) async fn service(&self, name: &str) -> Result<Service> {
        let namespace = &self.target.namespace;
        let api = Api::<Service>::namespaced(self.cluster.client().clone(), namespace);
        let doing = format!("read Service `{namespace}/{name}`");
        let found = self.cluster.find(&doing, || api.get(name)).await?;
        found.ok_or_else(|| {
            Error::failed(format!("Unknown Service '{name}'")).with_help(format!(
                "`kubectl --namespace {namespace} get services` lists those that there are"
            ))
        })
    }

    /// Lists the Services of the namespace; `None` where they may not be seen.
    ///
    /// # Errors
    ///
    /// The API server does not answer.
    pub(super) async fn services(&self) -> Result<Option<Vec<Service>>> {
        let api = Api::<Service>::namespaced(self.cluster.client().clone(), &self.target.namespace);
        let all = ListParams::default();
        match self.cluster.answer(|| api.list(&all)).await {
            Some(Ok(list)) => Ok(Some(list.items)),
            Some(Err(error)) if fault::status(&error).is_some_and(|status| status.code == 403) => Ok(None),
            Some(Err(error)) => Err(self.cluster.fault("list Services", &error)),
            None => Err(self.cluster.late("list Services")),
        }
    }

    /// Applies a document. What others have set is not taken from them.
    ///
    /// # Errors
    ///
    /// What the API server says, a conflict (409) among it.
    pub(super) async fn apply(&self, document: &Value, how: How) -> kube::Result<DynamicObject> {
        let params = PatchParams {
            dry_run: how.is_dry,
            force: false,
            field_manager: Some(MANAGER.to_owned()),
            field_validation: Some(ValidationDirective::Strict),
        };
        let (api, patch) = (self.api(), Patch::Apply(document));
        self.answer(|| api.patch(&self.target.name, &params, &patch)).await
    }

    /// Makes a JSON patch.
    ///
    /// # Errors
    ///
    /// What the API server says; a conflict (409, or 422 for a test that fails) where the object has changed since.
    pub(super) async fn patch(&self, operations: &Value, how: How) -> kube::Result<DynamicObject> {
        let Target { namespace, name, .. } = self.target;
        let resource = self.resource();
        let dry = if how.is_dry { "&dryRun=All" } else { "" };
        let at = format!(
            "{}/{name}?fieldManager={MANAGER}{dry}",
            <DynamicObject as kube::Resource>::url_path(&resource, Some(namespace))
        );
        let body = operations.to_string();
        let request = || {
            http::Request::patch(&at)
                .header(CONTENT_TYPE, "application/json-patch+json")
                .body(body.clone().into_bytes())
                .map_err(kube::Error::HttpError)
        };
        let client = self.cluster.client();
        self.answer(async || client.request::<DynamicObject>(request()?).await).await
    }

    /// Asks in bounded time, and again where the API server is busy.
    pub(super) async fn answer<T, F>(&self, question: impl Fn() -> F) -> kube::Result<T>
    where
        F: Future<Output = kube::Result<T>>,
    {
        let late = || kube::Error::Service("it has not answered in time".into());
        self.cluster.answer(question).await.unwrap_or_else(|| Err(late()))
    }

    /// Says what went wrong with a change.
    pub(super) fn fault(&self, doing: &str, error: &kube::Error) -> Error {
        let error = self.cluster.fault(&format!("{doing} {}", self.target), error);
        match error.help() {
            Some(help) if help.contains("servo kubernetes rbac") => error.with_help(
                "the page of the sidecar in the documentation lists what it takes: to get and patch it, and to get and \
                 list Services",
            ),
            _ => error,
        }
    }
}

/// Says whether a change that was refused can be tried again on what is there now.
pub(super) fn is_outdated(error: &kube::Error) -> bool {
    // A test of a JSON patch that fails is 422, as what is not valid is; that is refused the next time, too.
    fault::status(error).is_some_and(|status| [409, 422].contains(&status.code))
}
