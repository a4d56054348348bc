//! The tuning pod, as it is made: the template of the workload with other settings. Pure.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Container, EnvVar, EphemeralVolumeSource, PersistentVolumeClaimTemplate, Pod, PodSpec, Volume,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use serde::{Deserialize, Serialize};
use servo_core::model::Setting;
use servo_core::{Error, Result};
use sha2::{Digest as _, Sha256};

use super::{MADE, ROLE, TUNING_FOR};
use crate::fields::{ContainerFields, Fields, Resource};
use crate::plan::Target;
use crate::workload::{Reference, Workload};

/// Who has made a tuning pod, and of what: the content of an annotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Made {
    /// The name of the servo, for people.
    pub(crate) servo: String,
    /// The workload that it stands beside.
    pub(crate) workload: String,
    /// The digest of the template that it was made of.
    pub(crate) template: String,
}

/// Reads who has made a pod; `None` where that was not Servo.
pub(crate) fn made(pod: &Pod) -> Option<Made> {
    serde_json::from_str(pod.metadata.annotations.as_ref()?.get(MADE)?).ok()
}

/// Names a workload in the annotation.
pub(crate) fn named(workload: &Reference) -> String {
    format!("{}/{}", workload.kind.name(), workload.name)
}

/// Tells templates apart: a pod that was made of another one is no longer like those beside it.
pub(crate) fn digest(workload: &Workload) -> String {
    let text = serde_json::to_string(&(&workload.template, &workload.claims)).unwrap_or_default();
    let digest = Sha256::digest(text);
    let number = digest.iter().take(8).fold(0, |number: u64, byte| (number << 8) | u64::from(*byte));
    format!("{number:016x}")
}

/// Makes the pod. It has all labels of the template, so that it stands behind the same Services, and one more.
///
/// # Errors
///
/// Class failed: the template has no containers, or not those that are meant.
pub(crate) fn pod(
    (target, workload): (&Target, &Workload),
    fields: &Fields,
    name: &str,
    owner: Option<OwnerReference>,
    servo: &str,
) -> Result<Pod> {
    let template = workload.template.clone();
    let metadata = template.metadata.unwrap_or_default();
    let spec = template.spec.ok_or_else(|| {
        Error::failed(format!("the pod template of {} has no specification", workload.reference))
    })?;
    let mut labels = metadata.labels.unwrap_or_default();
    labels.insert(ROLE.0.to_owned(), ROLE.1.to_owned());
    let made =
        Made { servo: servo.to_owned(), workload: named(&workload.reference), template: digest(workload) };
    let mut annotations = metadata.annotations.unwrap_or_default();
    let component = target.containers.first().map(|container| container.component.clone());
    annotations.insert(TUNING_FOR.to_owned(), component.unwrap_or_default());
    annotations.insert(MADE.to_owned(), serde_json::to_string(&made).unwrap_or_default());
    Ok(Pod {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(workload.reference.namespace.clone()),
            labels: Some(labels),
            annotations: Some(annotations),
            owner_references: owner.map(|owner| vec![owner]),
            ..ObjectMeta::default()
        },
        spec: Some(specification(target, workload, spec, fields)?),
        status: None,
    })
}

fn specification(
    target: &Target,
    workload: &Workload,
    mut spec: PodSpec,
    fields: &Fields,
) -> Result<PodSpec> {
    let own = target.own_fields();
    for wanted in &target.containers {
        let found = spec.containers.iter_mut().find(|container| container.name == wanted.name);
        let container = found.ok_or_else(|| {
            Error::failed(format!("{} has no container `{}`", workload.reference, wanted.name))
        })?;
        if let Some(fields) = fields.containers.get(&wanted.name) {
            set_resources(container, fields);
            let settings: Vec<&str> = wanted.env.iter().map(Setting::variable_name).collect();
            container
                .env
                .get_or_insert_default()
                .retain(|it| !settings.contains(&it.name.as_str()) || fields.env.contains_key(&it.name));
            set_variables(container, &fields.env);
        }
        if let Some(own) = own.get(wanted.name.as_str()) {
            set_variables(container, &own.env);
        }
    }
    // What a StatefulSet gives its pods beside their template. The claims are the pod's own, and end with it.
    for claim in &workload.claims {
        let name = claim.metadata.name.clone().unwrap_or_default();
        let volumes = spec.volumes.get_or_insert_default();
        volumes.retain(|volume| volume.name != name);
        let metadata = ObjectMeta {
            labels: claim.metadata.labels.clone(),
            annotations: claim.metadata.annotations.clone(),
            ..ObjectMeta::default()
        };
        let template = PersistentVolumeClaimTemplate {
            metadata: Some(metadata),
            spec: claim.spec.clone().unwrap_or_default(),
        };
        let ephemeral = EphemeralVolumeSource { volume_claim_template: Some(template) };
        volumes.push(Volume { name, ephemeral: Some(ephemeral), ..Volume::default() });
    }
    if spec.subdomain.is_none() {
        spec.subdomain.clone_from(&workload.service_name);
    }
    Ok(spec)
}

/// Gives a container its amounts of CPU and memory, and no others of them; it keeps those of other resources.
fn set_resources(container: &mut Container, fields: &ContainerFields) {
    let resources = container.resources.get_or_insert_default();
    let maps = [(&mut resources.requests, &fields.requests), (&mut resources.limits, &fields.limits)];
    for (found, wanted) in maps {
        let amounts = found.get_or_insert_default();
        for resource in [Resource::Cpu, Resource::Memory] {
            match wanted.get(resource.name()) {
                Some(text) => drop(amounts.insert(resource.name().to_owned(), Quantity(text.clone()))),
                None => drop(amounts.remove(resource.name())),
            }
        }
    }
}

/// Gives a container variables, in place of those of the same names.
fn set_variables(container: &mut Container, variables: &BTreeMap<String, String>) {
    let env = container.env.get_or_insert_default();
    for (name, value) in variables {
        let variable = EnvVar { name: name.clone(), value: Some(value.clone()), value_from: None };
        match env.iter_mut().find(|it| it.name == *name) {
            Some(found) => *found = variable,
            None => env.push(variable),
        }
    }
}

#[cfg(test)]
mod tests;
