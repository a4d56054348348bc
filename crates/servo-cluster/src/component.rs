//! The programs of a running cluster, and how each is called.

use std::path::PathBuf;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::network::{API, ETCD, METRICS_SERVER, NODE, NODE_NAME, PROMETHEUS, SERVICES};
use crate::options::Options;
use crate::programs::Programs;
use crate::site::Site;

/// A program of a running cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// What the API server keeps everything in.
    Etcd,
    /// The API server.
    KubeApiserver,
    /// The controllers.
    KubeControllerManager,
    /// The scheduler.
    KubeScheduler,
    /// The container runtime of the node.
    Containerd,
    /// The agent of the node.
    Kubelet,
    /// What makes Services work on the node.
    KubeProxy,
    /// What serves `metrics.k8s.io`.
    MetricsServer,
    /// Prometheus.
    Prometheus,
    /// The controller of Argo Rollouts.
    ArgoRollouts,
    /// What answers for nodes on which pods only seem to run.
    FakeNodes,
}

/// How a program is called.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
}

impl Component {
    /// Its name, which its log has, too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::KubeApiserver => "kube-apiserver",
            Self::KubeControllerManager => "kube-controller-manager",
            Self::KubeScheduler => "kube-scheduler",
            Self::Containerd => "containerd",
            Self::Kubelet => "kubelet",
            Self::KubeProxy => "kube-proxy",
            Self::MetricsServer => "metrics-server",
            Self::Prometheus => "prometheus",
            Self::ArgoRollouts => "argo-rollouts",
            Self::FakeNodes => "fake-nodes",
        }
    }

    pub(crate) fn call(self, site: &Site, programs: &Programs, options: &Options) -> Call {
        let kubernetes =
            |arguments: Vec<String>| Call { program: programs.kubernetes().join(self.name()), arguments };
        match self {
            Self::Etcd => etcd(site, programs),
            Self::KubeApiserver => kubernetes(api_server(site, options)),
            Self::KubeControllerManager => kubernetes(controller_manager(site, options)),
            Self::KubeScheduler => kubernetes(scheduler(site)),
            Self::Containerd => Call {
                program: programs.path("debian/usr/bin/containerd"),
                arguments: flags(&[("config", path(site, "containerd.toml"))]),
            },
            Self::Kubelet => kubernetes(flags(&[
                ("config", path(site, "kubelet.yaml")),
                ("kubeconfig", path(site, "kubelet.kubeconfig")),
                ("root-dir", path(site, "kubelet")),
                ("cert-dir", path(site, "kubelet-pki")),
                ("hostname-override", NODE_NAME.into()),
                ("node-ip", NODE.to_string()),
            ])),
            Self::KubeProxy => kubernetes(flags(&[("config", path(site, "kube-proxy.yaml"))])),
            Self::MetricsServer => Call {
                program: programs.path("metrics-server/metrics-server"),
                arguments: metrics_server(site),
            },
            Self::Prometheus => Call {
                // Debian's cannot discover pods.
                program: programs.path("prometheus"),
                arguments: flags(&[
                    ("config.file", path(site, "prometheus.yml")),
                    ("storage.tsdb.path", path(site, "prometheus")),
                    ("storage.tsdb.retention.time", "2h".into()),
                    ("web.listen-address", PROMETHEUS.to_string()),
                ]),
            },
            Self::ArgoRollouts => Call {
                program: programs.path("argo-rollouts/rollouts-controller"),
                arguments: flags(&[
                    ("kubeconfig", path(site, "admin.kubeconfig")),
                    ("leader-elect", "false".into()),
                    ("healthzPort", "8480".into()),
                    ("metricsport", "8490".into()),
                ]),
            },
            Self::FakeNodes => Call {
                program: programs.own().to_owned(),
                arguments: vec![
                    "fake".into(),
                    path(site, "admin.kubeconfig"),
                    options.fake_nodes.to_string(),
                ],
            },
        }
    }
}

fn flags(all: &[(&str, String)]) -> Vec<String> {
    all.iter().map(|(name, value)| format!("--{name}={value}")).collect()
}

/// Whom a program asks the API server as, also about those who ask the program itself.
fn asking_as(site: &Site, user: &str) -> Vec<String> {
    let kubeconfig = path(site, &format!("{user}.kubeconfig"));
    let names = ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"];
    flags(&names.map(|name| (name, kubeconfig.clone())))
}

fn path(site: &Site, name: &str) -> String {
    site.path(name).display().to_string()
}

fn pki(site: &Site, name: &str) -> String {
    site.pki(name).display().to_string()
}

fn etcd(site: &Site, programs: &Programs) -> Call {
    let client = format!("http://{ETCD}");
    let peer = "http://127.0.0.1:2380".to_owned();
    let arguments = flags(&[
        ("name", "node1".into()),
        ("data-dir", path(site, "etcd")),
        ("listen-client-urls", client.clone()),
        ("advertise-client-urls", client),
        ("listen-peer-urls", peer.clone()),
        ("initial-advertise-peer-urls", peer.clone()),
        ("initial-cluster", format!("node1={peer}")),
        // Nothing of a test cluster outlives its machine.
        ("unsafe-no-fsync", "true".into()),
    ]);
    Call { program: programs.path("debian/usr/bin/etcd"), arguments }
}

fn api_server(site: &Site, options: &Options) -> Vec<String> {
    let mut all = flags(&[
        ("etcd-servers", format!("http://{ETCD}")),
        ("bind-address", NODE.to_string()),
        ("advertise-address", NODE.to_string()),
        ("secure-port", API.port().to_string()),
        ("tls-cert-file", pki(site, "server.crt")),
        ("tls-private-key-file", pki(site, "server.key")),
        ("client-ca-file", pki(site, "ca.crt")),
        ("authorization-mode", "Node,RBAC".into()),
        ("enable-admission-plugins", "NodeRestriction".into()),
        ("service-account-issuer", "https://kubernetes.default.svc".into()),
        ("service-account-key-file", pki(site, "tokens.pub")),
        ("service-account-signing-key-file", pki(site, "tokens.key")),
        ("service-cluster-ip-range", SERVICES.into()),
        ("allow-privileged", "true".into()),
        // Services of the system have no pods behind them here, but programs of the node.
        ("enable-aggregator-routing", "true".into()),
        ("kubelet-certificate-authority", pki(site, "ca.crt")),
        ("kubelet-client-certificate", pki(site, "admin.crt")),
        ("kubelet-client-key", pki(site, "admin.key")),
        ("kubelet-preferred-address-types", "InternalIP".into()),
        ("requestheader-client-ca-file", pki(site, "ca.crt")),
        ("requestheader-allowed-names", "front-proxy".into()),
        ("requestheader-extra-headers-prefix", "X-Remote-Extra-".into()),
        ("requestheader-group-headers", "X-Remote-Group".into()),
        ("requestheader-username-headers", "X-Remote-User".into()),
        ("proxy-client-cert-file", pki(site, "front-proxy.crt")),
        ("proxy-client-key-file", pki(site, "front-proxy.key")),
    ]);
    if options.audit {
        all.extend(flags(&[
            ("audit-policy-file", path(site, "audit-policy.yaml")),
            ("audit-log-path", site.audit_log().display().to_string()),
        ]));
    }
    if options.restricted {
        all.extend(flags(&[("admission-control-config-file", path(site, "admission.yaml"))]));
    }
    all
}

fn controller_manager(site: &Site, options: &Options) -> Vec<String> {
    let mut all = asking_as(site, "kube-controller-manager");
    all.extend(flags(&[
        ("bind-address", "127.0.0.1".into()),
        ("service-account-private-key-file", pki(site, "tokens.key")),
        ("root-ca-file", pki(site, "ca.crt")),
        ("cluster-signing-cert-file", pki(site, "ca.crt")),
        ("cluster-signing-key-file", pki(site, "ca.key")),
        ("use-service-account-credentials", "true".into()),
        ("leader-elect", "false".into()),
        ("allocate-node-cidrs", "false".into()),
        // An autoscaler of a test is not waited for longer than it needs.
        ("horizontal-pod-autoscaler-sync-period", "2s".into()),
        ("horizontal-pod-autoscaler-initial-readiness-delay", "2s".into()),
        ("horizontal-pod-autoscaler-cpu-initialization-period", "10s".into()),
    ]));
    if options.fake_nodes > 0 {
        // They renew their leases seldom: hundreds of them would keep the API server busy with nothing else.
        all.extend(flags(&[("node-monitor-grace-period", "1h".into())]));
        all.extend(flags(&[("kube-api-qps", "300".into()), ("kube-api-burst", "600".into())]));
    }
    all
}

fn scheduler(site: &Site) -> Vec<String> {
    let mut all = asking_as(site, "kube-scheduler");
    all.extend(flags(&[
        ("bind-address", "127.0.0.1".into()),
        ("leader-elect", "false".into()),
        ("kube-api-qps", "300".into()),
        ("kube-api-burst", "600".into()),
    ]));
    all
}

fn metrics_server(site: &Site) -> Vec<String> {
    let mut all = asking_as(site, "admin");
    all.extend(flags(&[
        ("bind-address", NODE.to_string()),
        ("secure-port", METRICS_SERVER.port().to_string()),
        ("tls-cert-file", pki(site, "server.crt")),
        ("tls-private-key-file", pki(site, "server.key")),
        ("kubelet-certificate-authority", pki(site, "ca.crt")),
        ("kubelet-preferred-address-types", "InternalIP".into()),
        // The least that it takes, and it asks for more than a request may take: a test waits for two of them.
        ("metric-resolution", "10s".into()),
        ("kubelet-request-timeout", "5s".into()),
    ]));
    all
}
