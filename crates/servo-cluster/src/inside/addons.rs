//! What a cluster has beyond its node, where it is asked for.

use std::fs;

use kube::Client;

use crate::client;
use crate::component::Component;
use crate::error::{Error, Result};
use crate::inside::node;
use crate::inside::running::Running;
use crate::manifest;
use crate::network::{METRICS_SERVER, NODE, PROMETHEUS};
use crate::options::Options;

/// Starts those that are asked for, one after another, and waits for each.
pub(super) async fn start(
    running: &Running,
    client: &Client,
    options: &Options,
    step: &impl Fn(&str),
) -> Result<()> {
    if options.metrics_server {
        running.programs().optional("metrics-server/metrics-server")?;
        manifest::apply(client, None, &metrics_api(running)?).await?;
        running.start(Component::MetricsServer).await?;
        running.until(Component::MetricsServer, || client::has_node_metrics(client)).await?;
        step("metrics-server has metrics");
    }
    if options.prometheus {
        running.programs().optional("prometheus")?;
        running.start(Component::Prometheus).await?;
        running.until(Component::Prometheus, || node::listens(PROMETHEUS)).await?;
        step("Prometheus answers");
    }
    if options.argo_rollouts {
        running.programs().argo_rollouts()?;
        manifest::apply(client, None, &rollout_resources(running)?).await?;
        running.until(Component::KubeApiserver, || client::has_rollouts(client)).await?;
        running.start(Component::ArgoRollouts).await?;
        step("Argo Rollouts runs");
    }
    if options.fake_nodes > 0 {
        running.start(Component::FakeNodes).await?;
        running.until(Component::FakeNodes, || client::has_nodes(client, options.fake_nodes + 1)).await?;
        step("the nodes on which pods only seem to run are ready");
    }
    Ok(())
}

/// A Service without a selector, whose endpoint is the program on the node, and the API that it serves.
fn metrics_api(running: &Running) -> Result<String> {
    use base64::Engine as _;
    let path = running.site().pki("ca.crt");
    let authority = fs::read(&path).map_err(Error::at("read", &path))?;
    let authority = base64::engine::general_purpose::STANDARD.encode(authority);
    let port = METRICS_SERVER.port();
    Ok(format!(
        "apiVersion: v1
kind: Service
metadata: {{name: metrics-server, namespace: kube-system}}
spec: {{ports: [{{name: https, port: 443, targetPort: {port}}}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: metrics-server
  namespace: kube-system
  labels: {{kubernetes.io/service-name: metrics-server}}
addressType: IPv4
ports: [{{name: https, port: {port}, protocol: TCP}}]
endpoints: [{{addresses: ['{NODE}'], conditions: {{ready: true}}}}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {{name: v1beta1.metrics.k8s.io}}
spec:
  group: metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  caBundle: {authority}
  service: {{name: metrics-server, namespace: kube-system, port: 443}}
"
    ))
}

/// The definitions of Argo Rollouts' resources, and the namespace of its settings.
fn rollout_resources(running: &Running) -> Result<String> {
    let folder = running.programs().optional("argo-rollouts/crds")?;
    let mut texts = vec!["apiVersion: v1\nkind: Namespace\nmetadata: {name: argo-rollouts}\n".to_owned()];
    for entry in fs::read_dir(&folder).map_err(Error::at("read", &folder))?.flatten() {
        // The folder also has a list of its files, for another tool.
        if entry.file_name().to_string_lossy().ends_with("-crd.yaml") {
            texts.push(fs::read_to_string(entry.path()).map_err(Error::at("read", &entry.path()))?);
        }
    }
    Ok(texts.join("\n---\n"))
}
