//! Requests through the sidecar, and while it comes and goes.

use std::net::SocketAddr;
use std::time::Duration;

use servo_k8s::sidecar::{How, State, eject, inject};
use servo_testkit::cluster::{Namespace, Node, Shared, in_namespace, until};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::stage::{
    address, ask, ask_pod, cluster, counted, ejected, get, image, injected, pods, service, sidecar, target,
    workload, written,
};

/// Requests one after the other, until they are ended.
struct Load {
    token: CancellationToken,
    asking: JoinHandle<(usize, Vec<String>)>,
}

impl Load {
    #[expect(clippy::disallowed_methods, reason = "the task ends with the test")]
    fn begin(address: SocketAddr) -> Self {
        let token = CancellationToken::new();
        let ended = token.clone();
        let asking = tokio::spawn(async move {
            let (mut asked, mut lost) = (0, Vec::new());
            while !ended.is_cancelled() {
                asked += 1;
                match get(address, "/").await {
                    Ok((200, _)) => {}
                    Ok((status, body)) => lost.push(format!("request {asked}: {status}: {body}")),
                    Err(error) => lost.push(format!("request {asked}: {error}")),
                }
                sleep(Duration::from_millis(10)).await;
            }
            (asked, lost)
        });
        Self { token, asking }
    }

    /// Ends them, and gives how many there were.
    async fn end(self) -> usize {
        self.token.cancel();
        let (asked, lost) = self.asking.await.expect("requests");
        assert!(lost.is_empty(), "of {asked} requests {} are lost: {lost:#?}", lost.len());
        asked
    }
}

/// An application in use.
struct Scene<'a> {
    namespace: &'a Namespace,
    node: &'a Node,
    /// The Service, inside the cluster.
    service: SocketAddr,
    /// The way to it.
    way: SocketAddr,
}

#[tokio::test]
async fn no_request_is_lost_and_all_are_counted_and_the_deployment_is_as_it_was() {
    let shared = Shared::get();
    let Some(image) = image(&shared).await else { return };
    let node = shared.node().expect("an inside").clone();
    in_namespace(&shared, async |namespace| {
        let label = "pod-security.kubernetes.io/enforce=restricted";
        namespace.kubectl(&["label", "namespace", namespace.name(), label]).await.done();
        namespace.apply(&workload("Deployment", 2)).await;
        namespace.apply(&service("web", "ports: [{port: 80, targetPort: http}]")).await;
        namespace.until_available("deployment/web").await;
        let before = written(namespace, "deployment/web").await;
        let service = address(namespace, "web", 80).await;
        let way = node.way_to(service).await.expect("a way");
        let scene = Scene { namespace, node: &node, service, way: way.address() };
        // It takes a node a while to know of a Service.
        until("the Service answers", Duration::from_secs(20), async || {
            let (status, body) = ask(&node, service, "/").await?;
            if status == 200 { Ok(()) } else { Err(format!("{status}: {body}")) }
        })
        .await;
        let next = comes(&scene, image).await;
        let back = is_used(&scene, &next).await;
        goes(&scene, &back).await;
        let after = written(namespace, "deployment/web").await;
        assert_eq!(without_manager(&after, "kubectl"), without_manager(&before, "kubectl"));
        assert!(!after.contains("servo-sidecar"), "{after}");
    })
    .await;
}

/// It is put in while requests go past it, and answers beside them. Gives the patch that lets the Service lead to it.
async fn comes(scene: &Scene<'_>, image: &str) -> String {
    let load = Load::begin(scene.way);
    let change = injected(scene.namespace, "deployment/web", &sidecar(image, Some("web"), None)).await;
    assert_eq!((change.state, change.container_port), (State::Injected, Some(8080)));
    assert!(load.end().await > 50);
    let (node, all) = (scene.node, pods(scene.namespace).await);
    assert_eq!(all.len(), 2);
    for (name, ip) in &all {
        for _ in 0..5 {
            let (status, body) = ask_pod(node, ip, 9980, "/").await;
            assert_eq!(
                (status, body.trim()),
                (200, name.as_str()),
                "the application of the same pod answers"
            );
        }
        assert_eq!(ask_pod(node, ip, 9980, "/nowhere").await.0, 404);
        assert_eq!(ask_pod(node, ip, 9901, "/ready").await.0, 200);
        assert_eq!(
            ask_pod(node, ip, 9901, "/config_dump").await.0,
            404,
            "no other page of the admin interface"
        );
        // What is asked of the sidecar itself is no request of the application.
        for (counter, expected) in [
            ("envoy_cluster_upstream_rq_total", 6.0),
            ("envoy_cluster_upstream_rq_xx", 6.0),
            ("envoy_cluster_membership_healthy", 1.0),
        ] {
            assert!((counted(node, ip, counter).await - expected).abs() < 0.1, "{counter}");
        }
    }
    quoted(&change.next[0])
}

/// Requests go through it while its pods are replaced, and it is not taken out. Gives the patch that lets the Service lead
/// to the application again.
async fn is_used(scene: &Scene<'_>, patch: &str) -> String {
    let namespace = scene.namespace;
    let (_, ip) = pods(namespace).await.remove(0);
    namespace.kubectl(&["patch", "service", "web", "--patch", patch]).await.done();
    until("requests go through the sidecar", Duration::from_secs(20), async || {
        ask(scene.node, scene.service, "/").await?;
        let count = counted(scene.node, &ip, "envoy_cluster_upstream_rq_total").await;
        if count > 6.0 { Ok(()) } else { Err(format!("{count} counted")) }
    })
    .await;
    let load = Load::begin(scene.way);
    namespace.kubectl(&["rollout", "restart", "deployment/web"]).await.done();
    namespace.kubectl(&["rollout", "status", "deployment/web", "--timeout=120s"]).await.done();
    // Those of before have ended then.
    sleep(Duration::from_secs(7)).await;
    assert!(load.end().await > 100);
    let (cluster, target) = (cluster(namespace).await, target(namespace, "deployment/web"));
    let refused = eject(&cluster, &target, "opsani-envoy", How::default()).await;
    let refused = refused.expect_err("a Service leads there");
    assert!(refused.message().contains("leads to the sidecar"), "{}", refused.chain());
    quoted(refused.help().unwrap_or_default())
}

/// It is taken out while requests go past it.
async fn goes(scene: &Scene<'_>, patch: &str) {
    let namespace = scene.namespace;
    namespace.kubectl(&["patch", "service", "web", "--patch", patch]).await.done();
    let undo = r#"{"spec":{"template":{"metadata":{"annotations":null}}}}"#;
    namespace.kubectl(&["patch", "deployment/web", "--patch", undo]).await.done();
    namespace.until_available("deployment/web").await;
    let load = Load::begin(scene.way);
    ejected(namespace, "deployment/web").await;
    sleep(Duration::from_secs(5)).await;
    assert!(load.end().await > 50);
}

/// Gives what a sentence quotes for a shell.
fn quoted(text: &str) -> String {
    text.split('\'').nth(1).unwrap_or_else(|| panic!("no command in {text:?}")).to_owned()
}

/// The test itself has restarted it with `kubectl`.
fn without_manager(object: &str, manager: &str) -> String {
    let mut object: serde_json::Value = serde_json::from_str(object).expect("JSON");
    let entries = object["metadata"]["managedFields"].as_array_mut().expect("managers");
    entries.retain(|entry| !entry["manager"].as_str().unwrap_or_default().starts_with(manager));
    object.to_string()
}

#[tokio::test]
async fn a_request_that_has_begun_is_answered_although_the_sidecar_is_told_to_end() {
    let shared = Shared::get();
    let Some(image) = image(&shared).await else { return };
    let node = shared.node().expect("an inside").clone();
    in_namespace(&shared, async |namespace| {
        // The application has longer than the sidecar takes new connections.
        let slow = workload("Deployment", 1).replace("sleep: {seconds: 4}", "sleep: {seconds: 13}");
        namespace
            .apply(&slow.replace("terminationGracePeriodSeconds: 15", "terminationGracePeriodSeconds: 25"))
            .await;
        namespace.until_available("deployment/web").await;
        injected(namespace, "deployment/web", &sidecar(image, None, Some("http"))).await;
        let (name, ip) = pods(namespace).await.remove(0);
        let to = format!("{ip}:9980").parse().expect("an address");
        let ready = format!("{ip}:9901").parse().expect("an address");
        // It is throttled to some of a processor.
        let asked = ask(&node, to, "/burn?ms=8000");
        let told = async {
            sleep(Duration::from_secs(1)).await;
            namespace.kubectl(&["delete", "pod", &name, "--wait=false"]).await.done();
            sleep(Duration::from_secs(1)).await;
            // Both within the time in which it takes connections, however long an answer takes.
            tokio::join!(ask(&node, to, "/"), async {
                // How soon the pod is told is up to its node; afterwards probes are refused, until nobody answers.
                for _ in 0..100 {
                    if !matches!(ask(&node, ready, "/ready").await, Ok((200, _))) {
                        return true;
                    }
                    sleep(Duration::from_millis(200)).await;
                }
                false
            })
        };
        let (answer, (late, readiness)) = tokio::join!(asked, told);
        assert_eq!(answer.map(|(status, _)| status), Ok(200));
        assert_eq!(late.map(|(status, _)| status), Ok(200), "who does not know yet is answered, too");
        assert!(readiness, "probes know");
    })
    .await;
}

#[tokio::test]
async fn it_stands_behind_services_of_every_type() {
    let shared = Shared::get();
    let Some(image) = image(&shared).await else { return };
    let node = shared.node().expect("an inside").clone();
    in_namespace(&shared, async |namespace| {
        namespace.apply(&workload("Deployment", 1)).await;
        // A target port that is left out is the port itself.
        namespace
            .apply(&service(
                "by-node",
                "type: NodePort, ports: [{name: web, port: 8080}, {name: other, port: 81}]",
            ))
            .await;
        namespace
            .apply(&service("balanced", "type: LoadBalancer, ports: [{port: 80, targetPort: 8080}]"))
            .await;
        namespace.apply(&service("headless", "clusterIP: None, ports: [{port: 80, targetPort: http}]")).await;
        namespace.until_available("deployment/web").await;
        let (cluster, to_deployment) = (cluster(namespace).await, target(namespace, "deployment/web"));
        let dry = How { is_dry: true, ..How::default() };
        for (name, port) in [
            ("by-node", Some("web")),
            ("by-node", Some("8080")),
            ("balanced", None),
            ("headless", Some("80")),
        ] {
            let change = inject(&cluster, &to_deployment, &sidecar(image, Some(name), port), dry).await;
            let change = change.unwrap_or_else(|error| panic!("{name}: {}", error.chain()));
            assert_eq!(change.container_port, Some(8080), "{name}");
            let container = change.container.expect("a container");
            assert_eq!(container["env"][1]["value"], "8080", "{name}: {container}");
            assert_eq!(
                container["terminationMessagePath"], "/dev/termination-log",
                "the API server was asked"
            );
        }
        let found = namespace
            .kubectl(&["get", "deployment/web", "--output=jsonpath={.spec.template.spec.containers[*].name}"])
            .await;
        assert_eq!(found.done(), "main", "a dry run changes nothing");

        let change =
            injected(namespace, "deployment/web", &sidecar(image, Some("by-node"), Some("web"))).await;
        let patch = change.next[0].split('\'').nth(1).expect("a patch");
        namespace.kubectl(&["patch", "service", "by-node", "--patch", patch]).await.done();
        let jsonpath = "--output=jsonpath={.spec.ports[0].nodePort}";
        let port: u16 =
            namespace.kubectl(&["get", "service", "by-node", jsonpath]).await.done().parse().expect("a port");
        let node_ip = "--output=jsonpath={.items[0].status.hostIP}";
        let node_ip = namespace.kubectl(&["get", "pods", node_ip]).await.done();
        let at_node: SocketAddr = format!("{node_ip}:{port}").parse().expect("an address");
        let (name, ip) = pods(namespace).await.remove(0);
        until("requests go through the sidecar", Duration::from_secs(20), async || {
            let (status, body) = ask(&node, at_node, "/").await?;
            // It takes a node a while to know that a pod is gone.
            if (status, body.trim()) != (200, name.as_str()) {
                return Err(format!("{status}: {body}"));
            }
            let count = counted(&node, &ip, "envoy_cluster_upstream_rq_total").await;
            if count > 0.0 { Ok(()) } else { Err("nothing is counted".to_owned()) }
        })
        .await;
        let again =
            injected(namespace, "deployment/web", &sidecar(image, Some("by-node"), Some("web"))).await;
        assert_eq!(
            (again.state, again.container_port, again.next.len()),
            (State::AlreadyThere, Some(8080), 0)
        );
    })
    .await;
}
