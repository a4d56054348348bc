//! The files that the programs of a cluster are configured by, as texts.

use crate::network::{KUBELET, NODE, NODE_NAME, NODE_PODS, PODS};
use crate::programs::Programs;
use crate::site::Site;

/// The socket of the container runtime, in a folder that only the cluster's own mount namespace has.
pub(crate) const CONTAINERD: &str = "/run/containerd/containerd.sock";
/// The image of the process that holds a pod's namespaces.
pub(crate) const PAUSE: &str = "localhost/pause:1";

pub(crate) fn containerd(site: &Site, programs: &Programs) -> String {
    let root = site.path("containerd");
    let root = root.display();
    let folder = site.folder().display();
    let plugins = programs.path("debian/usr/lib/cni");
    let plugins = plugins.display();
    // Without CAP_SYS_RESOURCE nobody may lower the score by which the kernel ends processes.
    format!(
        r#"version = 2
root = "{root}"
state = "/run/containerd"
[grpc]
  address = "{CONTAINERD}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  disable_apparmor = true
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
[plugins."io.containerd.internal.v1.opt"]
  path = "{root}/opt"
"#
    )
}

pub(crate) fn cni(site: &Site) -> String {
    let data = site.path("cni-data");
    let data = data.display();
    format!(
        r#"{{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {{"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {{"type": "host-local", "ranges": [[{{"subnet": "{NODE_PODS}"}}]],
            "routes": [{{"dst": "0.0.0.0/0"}}], "dataDir": "{data}"}}}}]}}
"#
    )
}

pub(crate) fn kubelet(site: &Site) -> String {
    let pki = |name: &str| site.pki(name).display().to_string();
    let (authority, certificate, key) = (pki("ca.crt"), pki("server.crt"), pki("server.key"));
    let folder = site.folder().display();
    let port = KUBELET.port();
    format!(
        r#"apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: {NODE}
port: {port}
authentication: {{anonymous: {{enabled: false}}, webhook: {{enabled: true}}, x509: {{clientCAFile: {authority}}}}}
authorization: {{mode: Webhook}}
tlsCertFile: {certificate}
tlsPrivateKeyFile: {key}
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
containerRuntimeEndpoint: unix://{CONTAINERD}
enforceNodeAllocatable: [pods]
makeIPTablesUtilChains: false
resolvConf: ""
oomScoreAdj: 0
evictionHard: {{memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1%}}
imageGCHighThresholdPercent: 100
syncFrequency: 10s
volumePluginDir: {folder}/volume-plugins
podLogsDir: {folder}/pod-logs
healthzBindAddress: 127.0.0.1
nodeStatusUpdateFrequency: 5s
maxPods: 200
registerWithTaints: []
"#
    )
}

pub(crate) fn proxy(site: &Site) -> String {
    let kubeconfig = site.path("kube-proxy.kubeconfig");
    let kubeconfig = kubeconfig.display();
    format!(
        r"apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {{kubeconfig: {kubeconfig}}}
mode: nftables
clusterCIDR: {PODS}
hostnameOverride: {NODE_NAME}
bindAddress: {NODE}
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
conntrack: {{maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}}
"
    )
}

/// What is written of each request: who, what, when and the answer's code; of changes also what was asked for, but of
/// Secrets and tokens never.
pub(crate) const AUDIT: &str = "apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [system:apiserver, system:kube-scheduler, system:kube-proxy]
- level: None
  userGroups: [system:nodes]
- level: Metadata
  resources: [{group: '', resources: [secrets, serviceaccounts/token]}]
- level: Request
  verbs: [create, update, patch, delete, deletecollection]
- level: Metadata
";

pub(crate) const ADMISSION: &str = "apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults: {enforce: restricted, enforce-version: latest, audit: restricted, warn: restricted}
    exemptions: {namespaces: [kube-system]}
";

pub(crate) fn prometheus(site: &Site) -> String {
    let pki = |name: &str| site.pki(name).display().to_string();
    let (authority, certificate, key) = (pki("ca.crt"), pki("admin.crt"), pki("admin.key"));
    let kubeconfig = site.path("admin.kubeconfig");
    let kubeconfig = kubeconfig.display();
    let tls = format!("{{ca_file: {authority}, cert_file: {certificate}, key_file: {key}}}");
    let kubelet = |job: &str, path: &str| {
        format!(
            "- job_name: {job}
  scheme: https
  metrics_path: {path}
  tls_config: {tls}
  static_configs: [{{targets: ['{KUBELET}'], labels: {{node: {NODE_NAME}}}}}]
"
        )
    };
    format!(
        "global: {{scrape_interval: 2s, scrape_timeout: 2s}}
scrape_configs:
{kubelet}{cadvisor}- job_name: pods
  kubernetes_sd_configs: [{{role: pod, kubeconfig_file: {kubeconfig}}}]
  relabel_configs:
  - {{source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape], action: keep, regex: 'true'}}
  - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_path]
    action: replace
    regex: (.+)
    target_label: __metrics_path__
  - source_labels: [__meta_kubernetes_pod_ip, __meta_kubernetes_pod_annotation_prometheus_io_port]
    action: replace
    regex: (.+);(\\d+)
    replacement: $1:$2
    target_label: __address__
  - {{source_labels: [__meta_kubernetes_namespace], action: replace, target_label: namespace}}
  - {{source_labels: [__meta_kubernetes_pod_name], action: replace, target_label: pod}}
  - {{action: labelmap, regex: __meta_kubernetes_pod_label_(.+)}}
",
        kubelet = kubelet("kubelet", "/metrics"),
        cadvisor = kubelet("cadvisor", "/metrics/cadvisor"),
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    #[test]
    fn what_is_yaml_and_json_can_be_read() {
        let site = Site::new(Path::new("/tmp/c")).unwrap();
        for text in [kubelet(&site), proxy(&site), prometheus(&site), AUDIT.to_owned(), ADMISSION.to_owned()]
        {
            let value: Value = serde_saphyr::from_str(&text).expect(&text);
            assert!(value.is_object());
        }
        let value: Value = serde_json::from_str(&cni(&site)).unwrap();
        assert_eq!(value["plugins"][0]["ipam"]["dataDir"], "/tmp/c/cni-data");
    }
}
