//! A Deployment, a StatefulSet or a pod, as this module sees all three.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry;
use kube::core::DynamicObject;
use serde_json::Value;
use servo_core::{Error, Result};

use super::MANAGER;
use super::target::{Kind, Target};

/// What a sidecar is put into, as it was read.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// Which one it is.
    pub(super) target: Target,
    /// The object.
    pub(super) object: DynamicObject,
    /// What its pods are made of, or what it is made of itself.
    pub(super) pod: PodSpec,
    /// The labels of its pods, or its own.
    pub(super) labels: BTreeMap<String, String>,
}

impl Subject {
    /// Reads an object.
    ///
    /// # Errors
    ///
    /// Class failed: it is not what the API of Kubernetes says.
    pub(super) fn of(target: &Target, object: DynamicObject) -> Result<Self> {
        let wrong = |error: serde_json::Error| {
            Error::failed(format!("{target} is not what the API of Kubernetes says")).with_source(error)
        };
        let (spec, labels) = match target.kind {
            Kind::Pod => (&object.data["spec"], object.metadata.labels.clone().unwrap_or_default()),
            Kind::Deployment | Kind::StatefulSet => {
                let template = &object.data["spec"]["template"];
                let labels = template["metadata"]["labels"].clone();
                let labels = if labels.is_null() {
                    BTreeMap::new()
                } else {
                    serde_json::from_value(labels).map_err(wrong)?
                };
                (&template["spec"], labels)
            }
        };
        let pod = serde_json::from_value(spec.clone()).map_err(wrong)?;
        Ok(Self { target: target.clone(), object, pod, labels })
    }

    /// Finds a container by its name, with its place.
    pub(super) fn container(&self, name: &str) -> Option<(usize, &Container)> {
        self.pod.containers.iter().enumerate().find(|(_, it)| it.name == name)
    }

    /// Gives the version that was read.
    pub(super) fn version(&self) -> &str {
        self.object.metadata.resource_version.as_deref().unwrap_or_default()
    }

    /// Gives who set which field of it last.
    pub(super) fn managers(&self) -> &[ManagedFieldsEntry] {
        self.object.metadata.managed_fields.as_deref().unwrap_or_default()
    }

    /// Says whether the sidecar's own manager is among them.
    pub(super) fn is_ours(&self) -> bool {
        self.managers().iter().any(|entry| entry.manager.as_deref() == Some(MANAGER))
    }

    /// Gives where its containers are, as a JSON pointer.
    pub(super) const fn containers_at(kind: Kind) -> &'static str {
        match kind {
            Kind::Pod => "/spec/containers",
            Kind::Deployment | Kind::StatefulSet => "/spec/template/spec/containers",
        }
    }

    /// Gives the container as it stands in the object.
    pub(super) fn written(&self, name: &str) -> Option<Value> {
        let all = self.object.data.pointer(Self::containers_at(self.target.kind))?.as_array()?;
        all.iter().find(|it| it["name"] == name).cloned()
    }
}
