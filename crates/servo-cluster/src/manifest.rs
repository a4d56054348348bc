//! Manifests: YAML of one or several objects, applied as `kubectl apply --server-side` does.

use kube::api::{Api, DynamicObject, GroupVersionKind, Patch, PatchParams};
use kube::discovery::{Scope, pinned_kind};
use kube::{Client, ResourceExt as _};
use serde_json::Value;

use crate::error::{Error, Result};

/// Whom Kubernetes writes down as the owner of the fields.
const FIELD_MANAGER: &str = "servo-test";

/// Reads the objects of a manifest; empty documents are none.
///
/// # Errors
///
/// It is no YAML, or a document has no `apiVersion`, `kind` or name.
pub fn read(text: &str) -> Result<Vec<DynamicObject>> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(text)
        .map_err(|error| Error::failed(format!("the manifest is no YAML: {error}")))?;
    let mut all = Vec::new();
    for (n, document) in documents.into_iter().enumerate().filter(|(_, it)| !it.is_null()) {
        let wrong = |what: &str| Error::failed(format!("document {} of the manifest {what}", n + 1));
        let object: DynamicObject =
            serde_json::from_value(document).map_err(|error| wrong(&format!("is no object: {error}")))?;
        if object.types.is_none() {
            return Err(wrong("has no `apiVersion` and `kind`"));
        }
        if object.metadata.name.is_none() {
            return Err(wrong("has no `metadata.name`"));
        }
        all.push(object);
    }
    Ok(all)
}

/// Applies the objects of a manifest one after another, those that name no namespace to the one that is given.
///
/// # Errors
///
/// The manifest cannot be read, its kinds are not known to the API server, or one of its objects is refused.
pub async fn apply(client: &Client, namespace: Option<&str>, text: &str) -> Result<Vec<DynamicObject>> {
    let mut applied = Vec::new();
    for object in read(text)? {
        let types = object.types.clone().unwrap_or_default();
        let name = object.name_any();
        let what = format!("cannot apply {} {name}", types.kind);
        let kind =
            GroupVersionKind::try_from(&types).map_err(|error| Error::failed(format!("{what}: {error}")))?;
        let (resource, capabilities) = pinned_kind(client, &kind).await.map_err(Error::kubernetes(&what))?;
        let own = object.namespace();
        let api: Api<DynamicObject> = match (capabilities.scope, own.as_deref().or(namespace)) {
            (Scope::Cluster, _) => Api::all_with(client.clone(), &resource),
            (Scope::Namespaced, Some(namespace)) => {
                Api::namespaced_with(client.clone(), namespace, &resource)
            }
            (Scope::Namespaced, None) => Api::default_namespaced_with(client.clone(), &resource),
        };
        let parameters = PatchParams::apply(FIELD_MANAGER).force();
        let done = api.patch(&name, &parameters, &Patch::Apply(&object)).await;
        applied.push(done.map_err(Error::kubernetes(&what))?);
    }
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_and_what_is_none_is_told_by_its_number() {
        let two = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n";
        assert_eq!(
            read(two).unwrap().iter().map(kube::ResourceExt::name_any).collect::<Vec<_>>(),
            ["a", "b"]
        );
        for (text, expected) in [
            (
                "apiVersion: v1\nkind: Pod\nmetadata: {}\n",
                "document 1 of the manifest has no `metadata.name`",
            ),
            ("metadata: {name: a}\n", "document 1 of the manifest has no `apiVersion` and `kind`"),
            ("a: [", "the manifest is no YAML"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
