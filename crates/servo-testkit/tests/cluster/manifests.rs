//! The manifests of these tests. Their pods obey the strictest profile of Pod Security, as a user's would.

/// What every pod and container here is allowed, as text between braces.
const POD: &str = "securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, terminationGracePeriodSeconds: 1";
const CONTAINER: &str = "image: 'localhost/workload:1', imagePullPolicy: Never, \
    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}";

/// A pod of one container `main`; `arguments` and `resources` are YAML in one line.
pub(crate) fn pod(name: &str, arguments: &str, resources: &str, more: &str) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec: {{{POD}, {more} containers: [{{name: main, {CONTAINER}, args: {arguments}, resources: {resources}}}]}}
"
    )
}

/// A Deployment of that.
pub(crate) fn deployment(name: &str, replicas: u32, arguments: &str, resources: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{{POD}, containers: [{{name: main, {CONTAINER}, args: {arguments}, resources: {resources}}}]}}
"
    )
}
