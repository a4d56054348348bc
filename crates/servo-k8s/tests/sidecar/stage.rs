//! Applications that a sidecar is put into, and requests to them.

use std::net::SocketAddr;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Pod, Service};
use serde_json::Value;
use servo_k8s::sidecar::{Change, How, Rollout, Sidecar, Target, eject, inject, rolled_out};
use servo_kube::{Access, Cluster, Surroundings};
use servo_testkit::cluster::{Namespace, Node, Shared};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::time::timeout;

/// How long a rollout may take here.
const ROLLOUT: Duration = Duration::from_mins(2);
/// How long a request may take here.
const REQUEST: Duration = Duration::from_secs(15);

/// Gives the image of the sidecar, once it is in the node; none where somebody else runs the cluster.
pub(crate) async fn image(shared: &Shared) -> Option<&'static str> {
    static LOADED: OnceCell<&'static str> = OnceCell::const_new();
    let node = shared.needs("the image of the sidecar in its node")?;
    let load =
        async || node.load_envoy().await.unwrap_or_else(|error| panic!("the image of the sidecar: {error}"));
    Some(LOADED.get_or_init(load).await)
}

/// A cluster as the commands reach it.
pub(crate) async fn cluster(namespace: &Namespace) -> Cluster {
    let access = Access { kubeconfig: Some(namespace.access().kubeconfig().to_owned()), context: None };
    Cluster::reach(&access, &Surroundings::default()).await.expect("a cluster")
}

pub(crate) fn target(namespace: &Namespace, typed: &str) -> Target {
    Target::parse(typed, namespace.name()).expect("a target")
}

/// A sidecar in front of a Service or of a port.
pub(crate) fn sidecar(image: &str, service: Option<&str>, port: Option<&str>) -> Sidecar {
    let port = port.map(|port| port.parse().expect("any text"));
    Sidecar { service: service.map(str::to_owned), port, ..Sidecar::of(image) }
}

/// Puts a sidecar into a workload, and waits for its pods.
pub(crate) async fn injected(namespace: &Namespace, typed: &str, sidecar: &Sidecar) -> Change {
    let (cluster, target) = (cluster(namespace).await, target(namespace, typed));
    let change = inject(&cluster, &target, sidecar, How::default()).await;
    let change = change.unwrap_or_else(|error| panic!("{}", error.chain()));
    complete(&cluster, &target).await;
    change
}

/// Takes the sidecar out of a workload, and waits for its pods.
pub(crate) async fn ejected(namespace: &Namespace, typed: &str) -> Change {
    let (cluster, target) = (cluster(namespace).await, target(namespace, typed));
    let change = eject(&cluster, &target, "opsani-envoy", How::default()).await;
    let change = change.unwrap_or_else(|error| panic!("{}", error.chain()));
    complete(&cluster, &target).await;
    change
}

async fn complete(cluster: &Cluster, target: &Target) {
    let rollout = rolled_out(cluster, target, ROLLOUT, |_, _| {}).await;
    assert_eq!(rollout.unwrap_or_else(|error| panic!("{}", error.chain())), Rollout::Complete);
}

/// A workload `web` of the test's application, whose pods obey the strictest profile of Pod Security. They stop to be sent
/// requests before they end.
pub(crate) fn workload(kind: &str, replicas: u32) -> String {
    let more = match kind {
        "Deployment" => "strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}",
        _ => "serviceName: web",
    };
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata: {{name: web, annotations: {{example.com/owner: shop}}}}
spec:
  replicas: {replicas}
  {more}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
{pod}",
        pod = indented(&pod_spec(), 6),
    )
}

/// The specification of a pod of that application.
pub(crate) fn pod_spec() -> String {
    "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
terminationGracePeriodSeconds: 15
containers:
- name: main
  image: localhost/workload:1
  imagePullPolicy: Never
  args: [app]
  ports: [{name: http, containerPort: 8080}]
  lifecycle: {preStop: {sleep: {seconds: 4}}}
  resources: {requests: {cpu: 20m, memory: 16Mi}}
  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
  readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1, failureThreshold: 1}
"
    .to_owned()
}

pub(crate) fn indented(text: &str, by: usize) -> String {
    let pad = " ".repeat(by);
    text.lines().flat_map(|line| [&pad, line, "\n"]).collect()
}

/// A Service of that application; what it has beside its selector is YAML in one line.
pub(crate) fn service(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: web}}, {spec}}}\n"
    )
}

/// Gives an object as whoever has written it would find it: without what its controllers and the API server note of it.
pub(crate) async fn written(namespace: &Namespace, typed: &str) -> String {
    let said = namespace.kubectl(&["get", typed, "--output=json", "--show-managed-fields"]).await.done();
    let mut object: Value = serde_json::from_str(&said).expect("JSON");
    object.as_object_mut().expect("an object").remove("status");
    let metadata = object["metadata"].as_object_mut().expect("metadata");
    for key in ["resourceVersion", "generation"] {
        metadata.remove(key);
    }
    let annotations = metadata["annotations"].as_object_mut().expect("annotations");
    annotations.remove("deployment.kubernetes.io/revision");
    let entries = metadata["managedFields"].as_array_mut().expect("managers");
    // The API server puts them into the order of when each wrote last, to the second.
    entries.sort_by_key(|entry| entry["manager"].to_string());
    entries.retain(|entry| entry["manager"] != "kube-controller-manager");
    for entry in entries {
        entry.as_object_mut().expect("an entry").remove("time");
    }
    object.to_string()
}

/// Gives the version of an object.
pub(crate) async fn version(namespace: &Namespace, typed: &str) -> String {
    namespace.kubectl(&["get", typed, "--output=jsonpath={.metadata.generation}"]).await.done()
}

/// Gives the address of a Service.
pub(crate) async fn address(namespace: &Namespace, service: &str, port: u16) -> SocketAddr {
    let found = namespace.api::<Service>().get(service).await.expect("the Service");
    let ip = found.spec.and_then(|spec| spec.cluster_ip).expect("an address");
    format!("{ip}:{port}").parse().expect("an address")
}

/// Gives the name of each pod of the application with its address.
pub(crate) async fn pods(namespace: &Namespace) -> Vec<(String, String)> {
    let address = |pod: Pod| {
        let ip = pod.status.and_then(|status| status.pod_ip).expect("an address");
        (pod.metadata.name.expect("a name"), ip)
    };
    namespace.pods("app=web").await.into_iter().map(address).collect()
}

/// Asks an address inside the cluster.
pub(crate) async fn ask(node: &Node, address: SocketAddr, path: &str) -> Result<(u16, String), String> {
    let way = node.way_to(address).await.map_err(|error| error.to_string())?;
    get(way.address(), path).await
}

/// Asks a port of a pod.
pub(crate) async fn ask_pod(node: &Node, ip: &str, port: u16, path: &str) -> (u16, String) {
    let address = format!("{ip}:{port}").parse().expect("an address");
    ask(node, address, path).await.unwrap_or_else(|error| panic!("{address}{path}: {error}"))
}

/// Gives what the sidecar of a pod has counted under a name, over all labels.
pub(crate) async fn counted(node: &Node, ip: &str, name: &str) -> f64 {
    let (status, text) = ask_pod(node, ip, 9901, "/stats/prometheus").await;
    assert_eq!(status, 200, "{text}");
    let lines = text.lines().filter(|line| line.split(['{', ' ']).next() == Some(name));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

/// Asks for a path on a connection of its own, and gives the status with the body.
pub(crate) async fn get(address: SocketAddr, path: &str) -> Result<(u16, String), String> {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    let answer = timeout(REQUEST, asked).await.map_err(|_| "no answer in time".to_owned())?;
    let answer = answer.map_err(|error| error.to_string())?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| format!("no answer: {answer:?}"))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("no status: {head:?}"))?;
    let body = if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        whole(body).ok_or_else(|| "a body that is cut short".to_owned())?
    } else {
        body.to_owned()
    };
    Ok((status, body))
}

/// Puts the chunks of a body together.
fn whole(mut body: &str) -> Option<String> {
    let mut text = String::new();
    loop {
        let (size, rest) = body.split_once("\r\n")?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            return Some(text);
        }
        text.push_str(rest.get(..size)?);
        body = rest.get(size + 2..)?;
    }
}
