//! A Deployment or a StatefulSet, as the rest of this crate sees both.

use std::collections::BTreeMap;
use std::fmt;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{Container, PersistentVolumeClaim, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ManagedFieldsEntry, ObjectMeta};

/// The annotation by which the revisions of a Deployment are numbered.
pub(crate) const REVISION: &str = "deployment.kubernetes.io/revision";

/// The kinds that are adjusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// `apps/v1 Deployment`.
    Deployment,
    /// `apps/v1 StatefulSet`.
    StatefulSet,
}

impl Kind {
    /// Gives the name of the kind, as objects have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
        }
    }

    /// Gives the name of the resource, as paths and roles have it.
    pub(crate) const fn resource(self) -> &'static str {
        match self {
            Self::Deployment => "deployments",
            Self::StatefulSet => "statefulsets",
        }
    }
}

/// Which workload is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Reference {
    /// Deployment or StatefulSet.
    pub(crate) kind: Kind,
    /// The namespace it is in.
    pub(crate) namespace: String,
    /// Its name.
    pub(crate) name: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}/{}`", self.kind.name(), self.namespace, self.name)
    }
}

/// A condition of a workload's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// Such as `Progressing`.
    pub(crate) kind: String,
    /// `True`, `False` or `Unknown`.
    pub(crate) status: String,
    /// In one word.
    pub(crate) reason: String,
    /// In a sentence.
    pub(crate) message: String,
}

/// The numbers of pods in a workload's status; what the API leaves out is zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Pods of every revision.
    pub(crate) all: i32,
    /// Those of the newest revision.
    pub(crate) updated: i32,
    /// Those that are ready.
    pub(crate) ready: i32,
    /// Those that have been ready for `minReadySeconds`.
    pub(crate) available: i32,
}

/// A Deployment or a StatefulSet.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    /// Which one it is.
    pub(crate) reference: Reference,
    /// Its metadata, with `managedFields`.
    pub(crate) metadata: ObjectMeta,
    /// The replicas asked for; the API server fills in 1.
    pub(crate) replicas: i32,
    /// What its pods are made of.
    pub(crate) template: PodTemplateSpec,
    /// Whether its rollouts are paused (`spec.paused`).
    pub(crate) is_paused: bool,
    /// How a StatefulSet replaces its pods where that is not `RollingUpdate` of all: `OnDelete`, or a partition.
    pub(crate) held_back: Option<String>,
    /// The newest generation that its controller has seen.
    pub(crate) observed_generation: i64,
    /// Its pods, counted by its controller.
    pub(crate) counts: Counts,
    /// What its controller says of it. Those of StatefulSets say nothing.
    pub(crate) conditions: Vec<Condition>,
    /// What a StatefulSet claims of volumes for each pod; its pods have them beside those of the template.
    pub(crate) claims: Vec<PersistentVolumeClaim>,
    /// The Service that gives the pods of a StatefulSet their names (`spec.serviceName`).
    pub(crate) service_name: Option<String>,
    /// The newest revision: of a Deployment the number in `deployment.kubernetes.io/revision`, of a StatefulSet
    /// `status.updateRevision`.
    pub(crate) revision: Option<String>,
}

impl Workload {
    /// Gives the generation of its specification.
    pub(crate) fn generation(&self) -> i64 {
        self.metadata.generation.unwrap_or_default()
    }

    /// Gives its uid.
    pub(crate) fn uid(&self) -> &str {
        self.metadata.uid.as_deref().unwrap_or_default()
    }

    /// Gives an annotation of the workload itself.
    pub(crate) fn annotation(&self, name: &str) -> Option<&str> {
        self.metadata.annotations.as_ref()?.get(name).map(String::as_str)
    }

    /// Gives who set which field of it last.
    pub(crate) fn managers(&self) -> &[ManagedFieldsEntry] {
        self.metadata.managed_fields.as_deref().unwrap_or_default()
    }

    /// Gives the containers that can be adjusted; those that begin before them and stay (`initContainers` with
    /// `restartPolicy: Always`) are not among them.
    pub(crate) fn containers(&self) -> &[Container] {
        self.template.spec.as_ref().map_or(&[], |spec| &spec.containers)
    }

    /// Finds a container by its name.
    pub(crate) fn container(&self, name: &str) -> Option<&Container> {
        self.containers().iter().find(|container| container.name == name)
    }
}

fn reference(kind: Kind, metadata: &ObjectMeta) -> Reference {
    Reference {
        kind,
        namespace: metadata.namespace.clone().unwrap_or_default(),
        name: metadata.name.clone().unwrap_or_default(),
    }
}

impl From<&Deployment> for Workload {
    fn from(deployment: &Deployment) -> Self {
        let (spec, status) =
            (deployment.spec.clone().unwrap_or_default(), deployment.status.clone().unwrap_or_default());
        let conditions = status.conditions.unwrap_or_default().into_iter().map(|it| Condition {
            kind: it.type_,
            status: it.status,
            reason: it.reason.unwrap_or_default(),
            message: it.message.unwrap_or_default(),
        });
        let annotations: Option<&BTreeMap<_, _>> = deployment.metadata.annotations.as_ref();
        Self {
            reference: reference(Kind::Deployment, &deployment.metadata),
            metadata: deployment.metadata.clone(),
            replicas: spec.replicas.unwrap_or(1),
            template: spec.template,
            is_paused: spec.paused.unwrap_or(false),
            held_back: None,
            observed_generation: status.observed_generation.unwrap_or_default(),
            counts: Counts {
                all: status.replicas.unwrap_or_default(),
                updated: status.updated_replicas.unwrap_or_default(),
                ready: status.ready_replicas.unwrap_or_default(),
                available: status.available_replicas.unwrap_or_default(),
            },
            conditions: conditions.collect(),
            claims: Vec::new(),
            service_name: None,
            revision: annotations.and_then(|annotations| annotations.get(REVISION)).cloned(),
        }
    }
}

impl From<&StatefulSet> for Workload {
    fn from(set: &StatefulSet) -> Self {
        let (spec, status) = (set.spec.clone().unwrap_or_default(), set.status.clone().unwrap_or_default());
        let conditions = status.conditions.unwrap_or_default().into_iter().map(|it| Condition {
            kind: it.type_,
            status: it.status,
            reason: it.reason.unwrap_or_default(),
            message: it.message.unwrap_or_default(),
        });
        let strategy = spec.update_strategy.unwrap_or_default();
        let partition = strategy.rolling_update.and_then(|rolling| rolling.partition).unwrap_or_default();
        let held_back = match strategy.type_.as_deref() {
            Some("OnDelete") => Some("updateStrategy OnDelete".to_owned()),
            _ if partition > 0 => Some(format!("updateStrategy with partition {partition}")),
            _ => None,
        };
        Self {
            reference: reference(Kind::StatefulSet, &set.metadata),
            metadata: set.metadata.clone(),
            replicas: spec.replicas.unwrap_or(1),
            template: spec.template,
            is_paused: false,
            held_back,
            observed_generation: status.observed_generation.unwrap_or_default(),
            counts: Counts {
                all: status.replicas,
                updated: status.updated_replicas.unwrap_or_default(),
                ready: status.ready_replicas.unwrap_or_default(),
                available: status.available_replicas.unwrap_or_default(),
            },
            conditions: conditions.collect(),
            claims: spec.volume_claim_templates.unwrap_or_default(),
            service_name: spec.service_name.filter(|name| !name.is_empty()),
            revision: status.update_revision,
        }
    }
}
