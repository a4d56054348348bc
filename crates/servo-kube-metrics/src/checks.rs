//! What is verified before something is measured, in the order of ServoX (compatibility specification, section 8.5).

use async_trait::async_trait;
use servo_core::check::{self, Checking, Checks};
use servo_core::event::On;
use servo_core::event::standard::Check;
use servo_core::{Context, Error, Result};
use servo_kube::Cluster;
use servo_kube::permission::{self, Question, is_permitted};

use crate::connector::{KubeMetrics, samples, workload};
use crate::pod;
use crate::roles::{METRICS, questions};

/// What to do where a permission is missing.
const HELP: &str = "`servo kube-metrics rbac` prints the role that this configuration needs";

#[async_trait]
impl On<Check> for KubeMetrics {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let mut checks = Checks::new();
        // A cluster that does not answer at all is told by the checks.
        if !self.is_there(cx).await.unwrap_or(true) {
            checks
                .warning("Metrics API connectivity", || (false, Self::OMITTED))
                .description("The metrics API of the cluster answers.")
                .hint("install metrics-server, or do without")
                .tags(["connectivity"]);
            return checks.run(cx, input).await;
        }
        let name = format!("{} \"{}\" is readable", self.target.kind.name(), self.target.name);
        checks
            .critical(name, move || self.is_readable(cx))
            .description("The workload is there, and its pods can be found.")
            .tags(["readiness"]);
        checks
            .critical("Metrics API Permissions", move || self.is_permitted(cx))
            .description("The account may list what the metrics API has sampled of pods.")
            .tags(["permissions"]);
        checks
            .critical("Metrics API connectivity", move || self.answers(cx))
            .description("The metrics API of the cluster answers.")
            .tags(["connectivity"]);
        checks
            .critical("Container configured or target is single container application", move || {
                self.container(cx)
            })
            .description("It is known which container of the pods is measured.")
            .tags(["configuration"]);
        checks.run(cx, input).await
    }
}

/// What is said where no metric needs samples.
const UNUSED: &str = "not needed: no metric that is measured is sampled";

impl KubeMetrics {
    async fn is_readable(&self, cx: &Context) -> Result<()> {
        let cluster = self.cluster(cx).await?;
        self.selector(&cluster).await?;
        let target = &self.target;
        permitted(&cluster, questions(target, "apps").into_iter().chain(questions(target, ""))).await
    }

    async fn is_permitted(&self, cx: &Context) -> Result<&'static str> {
        let asked = questions(&self.target, METRICS);
        if asked.is_empty() {
            return Ok(UNUSED);
        }
        let cluster = self.cluster(cx).await?;
        permitted(&cluster, asked).await.map(|()| "permitted")
    }

    async fn answers(&self, cx: &Context) -> Result<String> {
        if !self.target.is_sampled() {
            return Ok(UNUSED.to_owned());
        }
        let cluster = self.cluster(cx).await?;
        let selector = self.selector(&cluster).await?;
        let list = samples(&cluster, &self.target, &selector).await?;
        Ok(format!("{} pods are sampled", list.items.len()))
    }

    async fn container(&self, cx: &Context) -> Result<String> {
        let cluster = self.cluster(cx).await?;
        let spec = workload(&cluster, &self.target).await?.template.spec;
        let spec =
            spec.ok_or_else(|| Error::failed(format!("the pod template of {} is empty", self.target)))?;
        let names: Vec<&str> = spec.containers.iter().map(|container| container.name.as_str()).collect();
        pod::container(&self.target, &self.target.to_string(), &names).map(|name| format!("`{name}`"))
    }
}

/// Asks about permissions, and tells those that are missing.
async fn permitted(cluster: &Cluster, asked: impl IntoIterator<Item = Question>) -> Result<()> {
    let mut missing = Vec::new();
    for question in asked {
        if !is_permitted(cluster, &question).await? {
            missing.push(question);
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(permission::told(&missing, HELP)) }
}
