//! A bare application, a Prometheus beside nobody, and the connector with exactly the role that it prints.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Pod, Service};
use serde_json::{Value, json};
use servo_core::Connector as _;
use servo_core::check::{Check as Result_, Checking};
use servo_core::context::Host;
use servo_core::event::standard::{Check, Detach};
use servo_core::event::{Bus, Member, Scope};
use servo_core::optimizer::Selected;
use servo_core::safety::Mode;
use servo_opsani_dev::OpsaniDev;
use servo_testkit::cluster::{Namespace, Node, Shared};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Gives the inside of the node with the images of Envoy and of Prometheus in it; none where somebody else runs the cluster.
pub(crate) async fn node(shared: &Shared) -> Option<&Node> {
    static LOADED: OnceCell<()> = OnceCell::const_new();
    let node = shared.needs("images of Envoy and Prometheus in its node")?;
    let load = async || {
        node.load_envoy().await.unwrap_or_else(|error| panic!("the image of Envoy: {error}"));
        node.load_prometheus().await.unwrap_or_else(|error| panic!("the image of Prometheus: {error}"));
    };
    LOADED.get_or_init(load).await;
    Some(node)
}

/// An application as somebody runs it who knows nothing of Servo: a Deployment of two pods, and a Service.
pub(crate) const APPLICATION: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 3
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: main
        image: localhost/workload:1
        imagePullPolicy: Never
        args: [app]
        ports: [{name: http, containerPort: 8080}]
        resources: {requests: {cpu: 50m, memory: 32Mi}, limits: {cpu: 100m, memory: 32Mi}}
        readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1, failureThreshold: 1}
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
";

/// What Prometheus is set up with, as it is deployed; it looks more often here, to be done sooner.
pub(crate) fn config_map() -> String {
    let text = include_str!("../../../../deploy/opsani-dev/prometheus.yaml");
    let often =
        text.replace("scrape_interval: 5s, scrape_timeout: 5s", "scrape_interval: 1s, scrape_timeout: 1s");
    assert_ne!(text, often);
    often
}

/// A pod of Servo with the Prometheus as it is deployed beside it, with the image that the node has, and an account that may
/// list pods. What Servo does is done by the test.
pub(crate) fn servo_pod() -> String {
    let text = include_str!("../../../../deploy/opsani-dev/servo-deployment.yaml");
    let mut deployment: Value =
        serde_saphyr::from_str(text.split("\n---\n").last().expect("a Deployment")).expect("YAML");
    let spec = &mut deployment["spec"]["template"]["spec"];
    let containers = spec["containers"].as_array_mut().expect("containers");
    containers.retain(|container| container["name"] == "prometheus");
    containers[0]["image"] = json!("localhost/prometheus:servo");
    containers[0]["imagePullPolicy"] = json!("Never");
    containers[0]["readinessProbe"]["periodSeconds"] = json!(1);
    let volumes = spec["volumes"].as_array_mut().expect("volumes");
    volumes.retain(|volume| volume["name"].as_str().is_some_and(|name| name.starts_with("prometheus")));
    spec["terminationGracePeriodSeconds"] = json!(1);
    format!(
        "{deployment}
---
apiVersion: v1
kind: Service
metadata: {{name: prometheus}}
spec: {{selector: {{app.kubernetes.io/name: servo}}, ports: [{{port: 9090, targetPort: 9090}}]}}
"
    )
}

/// A section for the application; `more` is what is otherwise.
pub(crate) fn section(namespace: &Namespace, more: &Value) -> Value {
    let mut section = json!({
        "namespace": namespace.name(), "deployment": "web", "container": "main", "service": "web",
        "cpu": {"min": "25m", "max": "200m", "step": "25m"}, "memory": {"min": "16Mi", "max": "64Mi", "step": "16Mi"},
        "envoy_sidecar_image": "localhost/servo-envoy:1", "timeout": "60s",
    });
    for (key, value) in more.as_object().expect("a mapping") {
        section[key] = value.clone();
    }
    section
}

/// Makes the account with the roles that `servo opsani-dev rbac` prints for a section.
pub(crate) async fn grant(namespace: &Namespace, section: &Value) {
    let settings = serde_json::from_value(section.clone()).expect("settings");
    let dev = OpsaniDev::new("opsani_dev", settings).expect("a section that builds");
    namespace.apply("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: servo}\n").await;
    namespace.apply(&dev.roles("shop", namespace.name(), "servo")).await;
}

/// The connector on a bus of its own.
pub(crate) struct Stage {
    pub(crate) bus: Arc<Bus>,
    folder: tempfile::TempDir,
}

impl Stage {
    /// Builds it, for an account of the namespace; or for whoever may do everything.
    pub(crate) fn new(namespace: &Namespace, account: Option<&str>, section: Value) -> Self {
        Self::of(namespace, account, section, Some(Selected { id: None }))
    }

    pub(crate) fn of(
        namespace: &Namespace,
        account: Option<&str>,
        section: Value,
        selected: Option<Selected>,
    ) -> Self {
        Self::in_mode(namespace, account, section, selected, Mode::Auto)
    }

    pub(crate) fn in_mode(
        namespace: &Namespace,
        account: Option<&str>,
        mut section: Value,
        selected: Option<Selected>,
        mode: Mode,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kubeconfig");
        write_kubeconfig(namespace, account, &file);
        if section.get("kubeconfig").is_none() {
            section["kubeconfig"] = json!(file);
        }
        let settings = serde_json::from_value(section).expect("settings");
        let dev = OpsaniDev::new("opsani_dev", settings).expect("a section that builds");
        let host = Host::new("shop", folder.path().join("state")).lend(Arc::new(mode));
        let host = match selected {
            Some(selected) => host.lend(Arc::new(selected)),
            None => host,
        };
        let bus = Bus::new(host);
        bus.add(Member::new("opsani_dev", "opsani_dev", dev)).expect("one connector");
        Self { bus, folder }
    }

    /// Runs its checks once.
    pub(crate) async fn check(&self) -> Vec<Result_> {
        let dispatch = self.bus.dispatch::<Check>(&Scope::detached(), Checking::default());
        let answers = dispatch.include(["opsani_dev"]).await.expect("checks").answers();
        answers.expect("checks").remove(0).1
    }

    /// Runs its checks once, and gives the first that does not hold: its id, and what it says.
    pub(crate) async fn first_failure(&self) -> (String, String) {
        let checks = self.check().await;
        let found = checks.iter().find(|check| check.success() == Some(false) && check.not_run().is_none());
        let found = found.unwrap_or_else(|| panic!("all hold: {checks:#?}"));
        (found.id.clone(), found.message.clone().unwrap_or_default())
    }

    /// Lets the connectors leave, as the end of a servo does.
    pub(crate) async fn leave(self) {
        let left = self.bus.dispatch::<Detach>(&Scope::detached(), ()).await.expect("a dispatch").answers();
        left.expect("connectors that leave");
        drop(self.folder);
    }
}

fn write_kubeconfig(namespace: &Namespace, account: Option<&str>, file: &Path) {
    let text = std::fs::read_to_string(namespace.access().kubeconfig()).expect("a kubeconfig");
    let mut config: Value = serde_saphyr::from_str(&text).expect("YAML");
    if let Some(account) = account {
        for user in config["users"].as_array_mut().expect("users") {
            user["user"]["as"] = json!(format!("system:serviceaccount:{}:{account}", namespace.name()));
        }
    }
    std::fs::write(file, config.to_string()).expect("a file in a folder of the test's own");
}

/// The address of a Service in the cluster.
pub(crate) async fn address(namespace: &Namespace, name: &str, port: u16) -> SocketAddr {
    let service = namespace.api::<Service>().get(name).await.expect("a Service");
    let ip = service.spec.and_then(|spec| spec.cluster_ip).expect("an address");
    SocketAddr::new(ip.parse().expect("an address"), port)
}

/// Sends requests to an address for as long as what it gives is kept: each on a connection of its own, so that they are
/// spread.
pub(crate) fn load(address: SocketAddr) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        loop {
            // What becomes of each is Prometheus' to tell.
            let _ = timeout(Duration::from_secs(2), request(address)).await;
            sleep(Duration::from_millis(20)).await;
        }
    });
    tasks
}

async fn request(address: SocketAddr) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n").await?;
    stream.read_to_end(&mut Vec::new()).await.map(drop)
}

/// What the specification of each pod is, and how often its containers have restarted, by the names of the pods.
pub(crate) fn shape(pods: &[Pod]) -> Vec<(String, i32)> {
    let restarts = |pod: &Pod| {
        let statuses = pod.status.as_ref().and_then(|status| status.container_statuses.as_ref());
        statuses.into_iter().flatten().map(|status| status.restart_count).sum()
    };
    pods.iter().map(|pod| (pod.metadata.name.clone().unwrap_or_default(), restarts(pod))).collect()
}
