//! The workloads of these tests. Their pods obey the strictest profile of Pod Security, as a user's would.

/// A Deployment `web`; `replicas` and the rest of its specification, and what its one container has beside the image, are
/// YAML in one line.
pub(crate) fn deployment(spec: &str, container: &str) -> String {
    workload("Deployment", spec, container)
}

/// A StatefulSet of the same.
pub(crate) fn stateful_set(spec: &str, container: &str) -> String {
    workload("StatefulSet", &format!("{spec}, serviceName: web"), container)
}

fn workload(kind: &str, spec: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata: {{name: web}}
spec:
  {spec_lines}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      securityContext: {{runAsNonRoot: true, seccompProfile: {{type: RuntimeDefault}}}}
      terminationGracePeriodSeconds: 1
      containers:
      - {{name: main, image: 'localhost/workload:1', imagePullPolicy: Never, args: [app],
         securityContext: {{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {{drop: [ALL]}}}},
         readinessProbe: {{httpGet: {{path: /ready, port: 8080}}, periodSeconds: 1, failureThreshold: 1}},
         {container}}}
",
        spec_lines = spec.replace(", ", "\n  "),
    )
}

/// What most of them ask for: little, so that many fit on one node.
pub(crate) const USUAL: &str = "env: [{name: COLOR, value: red}], \
    resources: {requests: {cpu: 50m, memory: 32Mi}, limits: {cpu: 50m, memory: 32Mi}}";
