//! The way from a bare Deployment to one that can be tuned, verified step by step, in the order of ServoX (compatibility
//! specification, section 8.4.5). What is wrong with objects is decided by pure functions; `look` reads them, and the remedies
//! write.

mod deployment;
mod look;
mod pods;
mod prometheus;
mod remedies;
mod service;
mod template;
mod traffic;

use async_trait::async_trait;
use servo_core::check::{self, Checking, Checks};
use servo_core::event::On;
use servo_core::event::standard::Check;
use servo_core::{Context, Result};

use self::look::Look;
use crate::connector::OpsaniDev;

pub(crate) use look::{Beside, beside};

#[async_trait]
impl On<Check> for OpsaniDev {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let look = Look::new(self, cx);
        let mut checks = Checks::new();
        of_cluster(&look, &mut checks);
        of_deployment(&look, &mut checks);
        of_service(&look, &mut checks);
        of_prometheus(&look, &mut checks);
        of_envoy(&look, &mut checks);
        of_traffic(&look, &mut checks);
        let mut found = checks.run(cx, input).await?;
        if look.observes_only() {
            // A servo that only observes changes nothing, whoever asks for remedies.
            for check in &mut found {
                check.remedy = None;
            }
        }
        Ok(found)
    }
}

/// Adds whether there is an optimizer, and whether the cluster can be worked with.
fn of_cluster<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    checks
        .critical("Optimizer Configuration", || look.optimizer())
        .id("optimizer_configuration")
        .description("The servo has an optimizer, embedded or elsewhere.");
    checks
        .critical("Connectivity to Kubernetes", || look.connects())
        .id("connectivity")
        .description("The API server is reached, and answers.");
    checks
        .warning("Kubernetes version", || look.version())
        .id("kubernetes_version")
        .description("The API server is of Kubernetes 1.16 or newer.");
    checks
        .critical("Kubernetes permissions", || look.permissions())
        .id("kubernetes_permissions")
        .description("The API server permits what Servo does in this configuration.");
    let namespace = &look.settings().namespace;
    checks
        .critical(format!("Namespace \"{namespace}\" is readable"), || look.namespace())
        .id("namespace_readable")
        .description("The namespace is there.");
}

/// Adds whether the Deployment is one that can be tuned.
fn of_deployment<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    let (deployment, container) = (&look.settings().deployment, &look.settings().container);
    checks
        .critical(format!("Deployment \"{deployment}\" is readable"), || look.is_readable())
        .id("deployment_readable")
        .description("The Deployment is there.");
    checks
        .critical(format!("Container \"{container}\" is readable"), async || {
            deployment::container(look.deployment().await?, look.settings()).map(drop)
        })
        .id("container_readable")
        .description("The Deployment has the container.");
    checks
        .critical(format!("Container \"{container}\" has resource requirements"), async || {
            deployment::requirements(look.deployment().await?, look.settings())
        })
        .id("container_resource_requirements")
        .description("CPU and memory of the container can be read: it has requests or limits.");
    checks
        .critical("Target container resources fall within optimization range", async || {
            deployment::in_range(look.deployment().await?, look.settings())
        })
        .id("resources_within_range")
        .description("What the container has of CPU and memory lies between the bounds that are searched.");
    // The two spaces are those of ServoX, by whose name somebody may select it.
    checks
        .critical(format!("Deployment \"{deployment}\"  is ready"), async || {
            deployment::is_ready(look.deployment().await?)
        })
        .id("deployment_ready")
        .description("All pods are of the newest revision, and available.");
}

/// Adds whether the Service leads to the pods.
fn of_service<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    let name = &look.settings().service;
    checks
        .critical(format!("Service {name} is readable"), async || look.service().await.map(drop))
        .id("service_readable")
        .description("The Service is there.");
    checks
        .warning(format!("Service {name} has compatible type"), async || {
            service::has_type(look.service().await?)
        })
        .id("service_type")
        .description("The Service is a ClusterIP, a NodePort or a LoadBalancer.");
    checks
        .common(format!("Service {name} has unambiguous target port"), async || {
            service::port(look.service().await?, look.settings()).map(|port| format!("port {}", port.port))
        })
        .id("service_port")
        .description("It is known which port of the Service is meant.");
    checks
        .common(format!("Service routes traffic to {} Pods", look.settings().deployment), async || {
            service::leads_to(look.service().await?, look.deployment().await?)
        })
        .id("service_routes")
        .description("The Service selects the pods of the Deployment.");
}

/// Adds whether there is a Prometheus beside Servo.
fn of_prometheus<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    checks
        .critical("Prometheus ConfigMap exists", || look.config_map())
        .id("prometheus_config_map")
        .description("What Prometheus is set up with is there.");
    checks
        .common("Prometheus sidecar is running", async || prometheus::runs(look.servo().await?))
        .id("prometheus_runs")
        .description("Servo's own pod has a container `prometheus`, and it runs.");
    checks
        .common("Prometheus sidecar is ready", async || prometheus::is_ready(look.servo().await?))
        .id("prometheus_ready")
        .description("The container is ready.");
    checks
        .warning("Prometheus sidecar is stable", async || prometheus::is_stable(look.servo().await?))
        .id("prometheus_stable")
        .description("The container was never restarted.");
    checks
        .critical("Prometheus has container port on 9090", async || prometheus::has_port(look.servo().await?))
        .id("prometheus_port")
        .description("The container says that it listens at 9090, and nowhere else.");
    checks
        .critical("Prometheus is accessible", || look.reaches_prometheus())
        .id("prometheus_accessible")
        .description("Prometheus answers at `prometheus_base_url`, and is ready.");
}

/// Adds whether Envoy stands in front of the application, and Prometheus can know.
fn of_envoy<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    let settings = look.settings();
    checks
        .common(format!("{} PodSpec has expected annotations", settings.deployment), async || {
            template::annotations(look.deployment().await?, look).await
        })
        .id("annotations")
        .description("Pods say by annotations where Prometheus finds the statistics of their Envoy.");
    checks
        .common("Deployment PodSpec has expected labels", async || {
            template::labels(look.deployment().await?, look).await
        })
        .id("labels")
        .description("Pods say by labels that they have an Envoy, and which optimizer it is for.");
    checks
        .critical("Deployment has Envoy sidecar container", async || {
            template::sidecar(look.deployment().await?, look).await
        })
        .id("envoy_sidecar")
        .description("The pod template has the container `opsani-envoy`.");
    checks
        .common("Pods have Envoy sidecar containers", async || pods::have_sidecars(look.pods().await?))
        .id("pods_have_sidecars")
        .description("Each pod of the Deployment has the container, and it is ready.");
}

/// Adds whether requests go through Envoy, to both sides, and Prometheus counts them.
fn of_traffic<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    checks
        .common("Prometheus is discovering targets", || traffic::targets(look))
        .id("prometheus_targets")
        .description("Prometheus has found pods to scrape.");
    checks
        .common("Envoy proxies are being scraped", || traffic::is_scraped(look))
        .id("envoy_scraped")
        .description("Prometheus knows of requests that came through Envoy.");
    checks
        .critical("Traffic is proxied through Envoy", || traffic::is_proxied(look))
        .id("traffic_proxied")
        .description("The Service leads to Envoy: its target port is 9980.");
    checks
        .common("Tuning pod is running", || pods::tuning(look))
        .id("tuning_pod")
        .description("The tuning pod is there, and ready.");
    checks
        .common("Pods are processing traffic", || traffic::is_processed(look))
        .id("traffic_processed")
        .description("Prometheus knows of requests to the main pods, and of requests to the tuning pod.");
}
