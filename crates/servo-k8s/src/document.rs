//! The documents that are sent to the API server: what is applied, what puts back what was found, what a pod is resized to.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::fields::{ContainerFields, Fields};
use crate::state::{RESTORE, STATE, State};
use crate::workload::{Kind, Reference, Workload};

/// Writes the workload as it is applied (`PATCH` with `application/apply-patch+yaml`): the fields of the template, and
/// the annotations that say what was found. A field that is not in it, and that nobody else set, is taken away by the API
/// server.
///
/// It names the version of the workload, so that nothing is applied to another one.
pub(crate) fn applied(workload: &Workload, template: &Fields, state: &State) -> Value {
    let version = &workload.metadata.resource_version;
    let workload = &workload.reference;
    let annotations =
        BTreeMap::from([(STATE, state.written()), (RESTORE, restoring(template, state).to_string())]);
    let metadata = json!({ "name": workload.name, "namespace": workload.namespace, "resourceVersion": version, "annotations": annotations });
    let mut document = json!({ "apiVersion": "apps/v1", "kind": workload.kind.name(), "metadata": metadata });
    let containers: Vec<Value> =
        template.containers.iter().filter_map(|(name, fields)| container(name, fields)).collect();
    let mut spec = Map::new();
    if let Some(replicas) = template.replicas {
        spec.insert("replicas".to_owned(), replicas.into());
    }
    if !containers.is_empty() {
        spec.insert("template".to_owned(), json!({ "spec": { "containers": containers } }));
    }
    if !spec.is_empty() {
        document["spec"] = Value::Object(spec);
    }
    document
}

/// Writes what `pods/resize` takes (a strategic merge patch): requests and limits of containers.
pub(crate) fn resized(fields: &Fields) -> Value {
    let containers = fields.containers.iter().filter_map(|(name, fields)| {
        let resources = resources(fields)?;
        Some(json!({ "name": name, "resources": resources }))
    });
    json!({ "spec": { "containers": containers.collect::<Vec<_>>() } })
}

/// Writes the patch that takes every trace of Servo away once all is as it was found (`application/json-patch+json`).
pub(crate) fn released(workload: &Workload, manager: &str) -> Value {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    let kept: Vec<&_> =
        workload.managers().iter().filter(|entry| entry.manager.as_deref() != Some(manager)).collect();
    let mut operations = vec![json!({
        "op": "test", "path": "/metadata/resourceVersion", "value": workload.metadata.resource_version
    })];
    for name in [STATE, RESTORE] {
        if workload.annotation(name).is_some() {
            operations
                .push(json!({ "op": "remove", "path": format!("/metadata/annotations/{}", escaped(name)) }));
        }
    }
    // An empty list would be read as "unchanged": one empty entry says that nobody is known.
    let managers = if kept.is_empty() { json!([{}]) } else { json!(kept) };
    operations.push(json!({ "op": "replace", "path": "/metadata/managedFields", "value": managers }));
    Value::Array(operations)
}

/// Writes the strategic merge patch that puts back what was found, for whoever has `kubectl` alone.
fn restoring(template: &Fields, state: &State) -> Value {
    let mut containers = Vec::new();
    for (name, now) in &template.containers {
        let found = state.found.containers.get(name).cloned().unwrap_or_default();
        let mut resources = Map::new();
        for (key, now, found) in
            [("requests", &now.requests, &found.requests), ("limits", &now.limits, &found.limits)]
        {
            let texts = back(now, found);
            if !texts.is_empty() {
                resources.insert(key.to_owned(), Value::Object(texts));
            }
        }
        let variables: Vec<Value> = back(&now.env, &found.env)
            .into_iter()
            .map(|(name, value)| match value {
                Value::Null => json!({ "name": name, "$patch": "delete" }),
                value => json!({ "name": name, "value": value }),
            })
            .collect();
        let mut container = json!({ "name": name });
        if !resources.is_empty() {
            container["resources"] = Value::Object(resources);
        }
        if !variables.is_empty() {
            container["env"] = Value::Array(variables);
        }
        containers.push(container);
    }
    let mut patch = json!({ "metadata": { "annotations": { STATE: null, RESTORE: null } } });
    if let Some(replicas) = state.found.replicas {
        patch["spec"]["replicas"] = replicas.into();
    }
    if !containers.is_empty() {
        patch["spec"]["template"]["spec"]["containers"] = Value::Array(containers);
    }
    patch
}

/// Gives the texts that were found, and nothing for those that were not there.
fn back(now: &BTreeMap<String, String>, found: &BTreeMap<String, String>) -> Map<String, Value> {
    let gone = now.keys().filter(|name| !found.contains_key(*name)).map(|name| (name.clone(), Value::Null));
    found.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).chain(gone).collect()
}

fn container(name: &str, fields: &ContainerFields) -> Option<Value> {
    let mut container = json!({ "name": name });
    let resources = resources(fields);
    if resources.is_none() && fields.env.is_empty() {
        return None;
    }
    if let Some(resources) = resources {
        container["resources"] = resources;
    }
    if !fields.env.is_empty() {
        let variables = fields.env.iter().map(|(name, value)| json!({ "name": name, "value": value }));
        container["env"] = variables.collect();
    }
    Some(container)
}

fn resources(fields: &ContainerFields) -> Option<Value> {
    let mut resources = Map::new();
    for (key, texts) in [("requests", &fields.requests), ("limits", &fields.limits)] {
        if !texts.is_empty() {
            resources.insert(key.to_owned(), json!(texts));
        }
    }
    (!resources.is_empty()).then_some(Value::Object(resources))
}

/// The path of a workload in the API.
pub(crate) fn path(workload: &Reference) -> String {
    let Reference { kind, namespace, name } = workload;
    let resource = match kind {
        Kind::Deployment | Kind::StatefulSet => kind.resource(),
    };
    format!("/apis/apps/v1/namespaces/{namespace}/{resource}/{name}")
}
