//! Nodes on which pods only seem to run: whatever is scheduled to them is said to be ready at once.
//!
//! The scheduler, the controllers and the API server do their work as for any other node, so that a test may have
//! hundreds of nodes and thousands of pods; no container runs.

use std::path::Path;
use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::{Api, DeleteParams, Patch, PatchParams, PostParams};
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Client, ResourceExt as _};
use serde_json::{Value, json};

use crate::client;
use crate::error::{Error, Result};

/// What a node of this kind is labelled and tainted with.
pub const LABEL: &str = "servo.test/node";
/// How many requests are under way at once.
const AT_ONCE: usize = 32;
/// How often nodes say that they are there. The controller manager of a cluster with such nodes waits for an hour.
const HEARTBEAT: Duration = Duration::from_mins(10);

/// Makes the nodes, and answers for them until the process ends.
pub(crate) async fn run(kubeconfig: &Path, count: u32) -> Result<()> {
    let client = client::of(kubeconfig).await?;
    let nodes = Api::<Node>::all(client.clone());
    stream::iter(0..count)
        .map(|n| make(&nodes, n))
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    let beat = async {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            for n in 0..count {
                let name = name(n);
                let _ = status(&nodes, &name).await;
            }
        }
    };
    tokio::select! {
        done = answer(client) => done,
        () = beat => Ok(()),
    }
}

fn name(n: u32) -> String {
    format!("fake-{n}")
}

async fn make(nodes: &Api<Node>, n: u32) -> Result<()> {
    let name = name(n);
    let what = format!("cannot make the node {name}");
    let node = json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {LABEL: "fake", "kubernetes.io/hostname": name}},
        "spec": {"taints": [{"key": LABEL, "value": "fake", "effect": "NoSchedule"}]},
    });
    let node: Node =
        serde_json::from_value(node).map_err(|error| Error::failed(format!("{what}: {error}")))?;
    match nodes.create(&PostParams::default(), &node).await {
        Err(kube::Error::Api(refused)) if refused.code == 409 => {}
        made => {
            made.map_err(Error::kubernetes(&what))?;
        }
    }
    status(nodes, &name).await
}

async fn status(nodes: &Api<Node>, name: &str) -> Result<()> {
    let room = json!({"cpu": "32", "memory": "128Gi", "pods": "110"});
    let now = k8s_openapi::jiff::Timestamp::now().to_string();
    let condition = json!({
        "type": "Ready", "status": "True", "reason": "Fake", "message": "nothing really runs here",
        "lastHeartbeatTime": now, "lastTransitionTime": now,
    });
    let patch = json!({"status": {"capacity": room, "allocatable": room, "conditions": [condition]}});
    let done = nodes.patch_status(name, &PatchParams::default(), &Patch::Strategic(patch)).await;
    done.map(|_| ()).map_err(Error::kubernetes(format!("cannot say that the node {name} is ready")))
}

/// Follows the pods, and answers for those of the nodes.
async fn answer(client: Client) -> Result<()> {
    let pods = Api::<Pod>::all(client.clone());
    let changes = watcher(pods, watcher::Config::default()).default_backoff().applied_objects();
    let mut number = 0_u32;
    changes
        .map(|pod| {
            number = number.wrapping_add(1);
            (pod, number)
        })
        .map(|(pod, n)| {
            let client = client.clone();
            async move {
                // What could not be said now is said at the next change of the pod.
                if let Ok(pod) = pod {
                    let _ = settle(&client, &pod, n).await;
                }
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect::<()>()
        .await;
    Ok(())
}

async fn settle(client: &Client, pod: &Pod, n: u32) -> Result<(), kube::Error> {
    let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()).unwrap_or_default();
    let Some(namespace) = pod.namespace().filter(|_| node.starts_with("fake-")) else { return Ok(()) };
    let pods = Api::<Pod>::namespaced(client.clone(), &namespace);
    if pod.metadata.deletion_timestamp.is_some() {
        pods.delete(&pod.name_any(), &DeleteParams::default().grace_period(0)).await?;
        return Ok(());
    }
    let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
    if phase != Some("Running") {
        let patch = Patch::Strategic(json!({"status": running(pod, n)}));
        pods.patch_status(&pod.name_any(), &PatchParams::default(), &patch).await?;
    }
    Ok(())
}

/// The status of a pod that runs.
fn running(pod: &Pod, n: u32) -> Value {
    let now = k8s_openapi::jiff::Timestamp::now().to_string();
    let conditions: Vec<Value> = ["PodScheduled", "Initialized", "ContainersReady", "Ready"]
        .iter()
        .map(|kind| json!({"type": kind, "status": "True", "lastTransitionTime": now}))
        .collect();
    let containers: Vec<Value> = pod
        .spec
        .iter()
        .flat_map(|spec| &spec.containers)
        .map(|container| {
            json!({
                "name": container.name, "image": container.image, "imageID": "", "ready": true, "started": true,
                "restartCount": 0, "state": {"running": {"startedAt": now}}, "resources": container.resources,
            })
        })
        .collect();
    let address = format!("10.245.{}.{}", (n / 250) % 250, n % 250 + 1);
    json!({
        "phase": "Running", "startTime": now, "conditions": conditions, "containerStatuses": containers,
        "podIP": address, "podIPs": [{"ip": address}],
    })
}
