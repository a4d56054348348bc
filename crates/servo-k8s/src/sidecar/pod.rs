//! Pods that no controller has made. A pod cannot get another container, or lose one: it is ended, and made anew.
//!
//! What is to be made is tried first, and both forms are written down before the pod is ended: whatever goes wrong then,
//! the pod can be made again.

use std::time::Duration;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Api, DeleteParams, PostParams, Preconditions};
use kube::core::DynamicObject;
use serde_json::{Value, json};
use servo_core::{Error, Result};
use servo_kube::fault;
use tokio::time::{Instant, sleep};

use super::MANAGER;
use super::change::How;
use super::door::Door;
use super::subject::Subject;

/// What a server has written into the metadata of a pod that is there.
const OF_THE_SERVER: [&str; 8] = [
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "generation",
    "managedFields",
    "selfLink",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
];
/// How long a pod may take to end beyond the time that it has for it.
const PATIENCE: Duration = Duration::from_mins(1);
/// The time that a pod has to end where it does not say.
const GRACE: Duration = Duration::from_secs(30);
/// How often it is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(250);

/// Writes the pod with a sidecar.
///
/// # Errors
///
/// Those of [`bare`].
pub(super) fn with(subject: &Subject, container: Value, index: Option<usize>) -> Result<Value> {
    let mut pod = bare(subject)?;
    if let Some(all) = pod["spec"]["containers"].as_array_mut() {
        all.insert(index.unwrap_or(all.len()).min(all.len()), container);
    }
    Ok(pod)
}

/// Writes the pod without the container at a place.
///
/// # Errors
///
/// Those of [`bare`].
pub(super) fn without(subject: &Subject, index: usize) -> Result<Value> {
    let mut pod = bare(subject)?;
    if let Some(all) = pod["spec"]["containers"].as_array_mut().filter(|all| index < all.len()) {
        all.remove(index);
    }
    Ok(pod)
}

/// Writes a pod as it can be made again.
///
/// # Errors
///
/// Class failed: its controller would make it as its template says.
fn bare(subject: &Subject) -> Result<Value> {
    let owners = subject.object.metadata.owner_references.iter().flatten();
    if let Some(owner) = owners.into_iter().next() {
        let message = format!("{} belongs to {} `{}`", subject.target, owner.kind, owner.name);
        let help = match owner.kind.as_str() {
            "ReplicaSet" => {
                let name = owner.name.rsplit_once('-').map_or(owner.name.as_str(), |(name, _)| name);
                format!("name its Deployment, which is probably `deployment/{name}`")
            }
            "StatefulSet" => format!("name its StatefulSet: `statefulset/{}`", owner.name),
            kind => format!("change the template of the {kind}: it makes its pods as that says"),
        };
        return Err(Error::failed(message).with_help(help));
    }
    let mut pod = serde_json::to_value(&subject.object)
        .map_err(|error| Error::internal("a pod cannot be written").with_source(error))?;
    let is_chosen = is_node_chosen(subject);
    if let Some(pod) = pod.as_object_mut() {
        pod.remove("status");
    }
    if let Some(metadata) = pod["metadata"].as_object_mut() {
        metadata.retain(|key, _| !OF_THE_SERVER.contains(&key.as_str()));
    }
    if let Some(spec) = pod["spec"].as_object_mut() {
        spec.remove("ephemeralContainers");
        if !is_chosen {
            spec.remove("nodeName");
        }
    }
    Ok(pod)
}

/// Says whether whoever made a pod has named its node. A scheduler is no manager of that field.
fn is_node_chosen(subject: &Subject) -> bool {
    let fields = subject.managers().iter().filter_map(|entry| entry.fields_v1.as_ref());
    fields.into_iter().any(|fields| fields.0.pointer("/f:spec/f:nodeName").is_some())
}

/// Ends a pod and makes it in another form.
///
/// # Errors
///
/// Class failed: nobody has said that it may be ended, the other form is refused, or it cannot be made; then the pod is made
/// again as it was.
pub(super) async fn replaced(door: &Door<'_>, found: &Subject, wanted: &Value, how: How) -> Result<Subject> {
    let target = door.target;
    let tried = create(door, &nameless(wanted), true).await;
    let tried = tried.map_err(|error| door.fault("make anew", &error))?;
    if how.is_dry {
        return Subject::of(target, tried);
    }
    if !how.is_forced {
        let message = format!("{target} runs, and a pod cannot change its containers");
        return Err(Error::failed(message).with_help(
            "--force ends it and makes it anew, perhaps on another node; what it holds in memory and in volumes of its \
             own is lost",
        ));
    }
    let before = bare(found)?;
    let record = Record { door, name: format!("servo-sidecar.{}", target.name) };
    record.write(&before, wanted).await?;
    end(door, found).await.map_err(|error| record.named(error))?;
    match create(door, wanted, false).await {
        Ok(made) => {
            record.remove().await;
            Subject::of(target, made)
        }
        Err(error) => {
            let error = door.fault("make anew", &error);
            match create(door, &before, false).await {
                Ok(_) => {
                    record.remove().await;
                    Err(error.with_help("the pod was made again as it was"))
                }
                Err(_) => Err(record.named(error)),
            }
        }
    }
}

/// Where both forms of a pod are written down.
struct Record<'a> {
    door: &'a Door<'a>,
    /// The name of the Secret: a pod may have secrets in its variables.
    name: String,
}

impl Record<'_> {
    fn api(&self) -> Api<Secret> {
        Api::namespaced(self.door.cluster.client().clone(), &self.door.target.namespace)
    }

    async fn write(&self, before: &Value, wanted: &Value) -> Result<()> {
        let data = [("before.json", before), ("after.json", wanted)];
        let data = data.map(|(name, pod)| (name.to_owned(), ByteString(pod.to_string().into_bytes())));
        let mut secret = Secret { data: Some(data.into()), ..Secret::default() };
        secret.metadata.name = Some(self.name.clone());
        let (api, params) = (self.api(), params(false));
        match self.door.answer(|| api.create(&params, &secret)).await {
            Ok(_) => Ok(()),
            Err(error) if fault::status(&error).is_some_and(|status| status.code == 409) => {
                let message = format!(
                    "{} was to be made anew before, and that has not come to its end",
                    self.door.target
                );
                Err(self.named(Error::failed(message)))
            }
            Err(error) => Err(self.door.fault("write down before it ends", &error)),
        }
    }

    /// Takes it away. One that stays does no harm but to the next who wants it.
    async fn remove(&self) {
        let (api, params) = (self.api(), DeleteParams::default());
        if let Err(error) = self.door.answer(|| api.delete(&self.name, &params)).await {
            tracing::warn!(
                "Secret `{}` is not needed any more, and stays: {}",
                self.name,
                fault::cause(&error)
            );
        }
    }

    /// Says where both forms are.
    fn named(&self, error: Error) -> Error {
        let (namespace, name) = (&self.door.target.namespace, &self.name);
        error.with_help(format!(
            "both forms of the pod are in Secret `{name}`: kubectl --namespace {namespace} get secret {name} --output \
             jsonpath='{{.data.before\\.json}}' | base64 -d | kubectl create -f - makes it as it was; delete the Secret then"
        ))
    }
}

/// Ends a pod, and no other of its name, and waits until it has.
async fn end(door: &Door<'_>, found: &Subject) -> Result<()> {
    let (api, name) = (door.api(), &door.target.name);
    let uid = found.object.metadata.uid.clone();
    let version = found.object.metadata.resource_version.clone();
    let only = Preconditions { uid: uid.clone(), resource_version: version };
    let params = DeleteParams::default().preconditions(only);
    let ended = door.answer(|| api.delete(name, &params)).await;
    ended.map_err(|error| door.fault("end", &error))?;
    let seconds = found.pod.termination_grace_period_seconds.and_then(|it| u64::try_from(it).ok());
    let deadline = Instant::now() + seconds.map_or(GRACE, Duration::from_secs) + PATIENCE;
    while Instant::now() < deadline {
        let there = door.cluster.find(&format!("read {}", door.target), || api.get(name)).await?;
        if there.is_none_or(|there| there.metadata.uid != uid) {
            return Ok(());
        }
        sleep(LOOK).await;
    }
    Err(Error::failed(format!("{} does not end", door.target)))
}

async fn create(door: &Door<'_>, pod: &Value, is_dry: bool) -> kube::Result<DynamicObject> {
    let object: DynamicObject = serde_json::from_value(pod.clone()).map_err(kube::Error::SerdeError)?;
    let (api, params) = (door.api(), params(is_dry));
    door.answer(|| api.create(&params, &object)).await
}

fn params(is_dry: bool) -> PostParams {
    PostParams { dry_run: is_dry, field_manager: Some(MANAGER.to_owned()) }
}

/// Writes a pod without its name, which is taken as long as it is there.
fn nameless(pod: &Value) -> Value {
    let mut pod = pod.clone();
    let name = pod["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    if let Some(metadata) = pod["metadata"].as_object_mut() {
        metadata.remove("name");
        metadata.insert("generateName".to_owned(), json!(format!("{name}-")));
    }
    pod
}
