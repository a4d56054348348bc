//! What is verified before the first change: that the cluster is reached, permits what Servo does, has the workloads, and
//! leaves room for what may be asked for. Nothing is changed.

mod autoscaler;
mod bounds;
mod look;
mod nodes;
mod permitted;
mod quota;
mod ready;

use async_trait::async_trait;
use servo_core::check::{self, Checking, Checks};
use servo_core::event::On;
use servo_core::event::standard::Check;
use servo_core::{Context, Error, Result};

use self::look::Look;
use crate::connector::Kubernetes;
use crate::plan::{Apply, Target};
use crate::workload::Kind;
use servo_kube::Access;
use servo_kube::server;

/// The least version that has all that Servo uses: `autoscaling/v2`, and what applies on the server's side.
const LEAST_VERSION: (u32, u32) = (1, 23);

#[async_trait]
impl On<Check> for Kubernetes {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<check::Check>> {
        let look = Look::new(&self.plan, cx);
        let mut checks = Checks::new();
        of_clusters(&look, &mut checks);
        of_workloads(&look, &mut checks);
        of_room(&look, &mut checks);
        of_others(&look, &mut checks);
        checks.run(cx, input).await
    }
}

/// Adds what is the same for all workloads of a cluster or of a namespace.
fn of_clusters<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    let accesses = look.accesses();
    let are_several = accesses.len() > 1;
    for &access in &accesses {
        let name = named("Connectivity to Kubernetes", access, are_several);
        checks
            .critical(name, move || look.connects(access))
            .description("The API server is reached, and answers.")
            .tags(["connectivity"]);
    }
    for &access in &accesses {
        let name = named("Kubernetes version", access, are_several);
        checks
            .warning(name, move || version(look, access))
            .description("The API server has all that Servo uses.")
            .tags(["version"]);
    }
    for &access in &accesses {
        let name = named("Required permissions", access, are_several);
        checks
            .critical(name, move || permitted::all(look, access))
            .description(
                "The API server permits what Servo does in this configuration, and what `permissions` has.",
            )
            .tags(["permissions"]);
    }
    for (access, namespace) in look.namespaces() {
        let name = named(&format!("Namespace \"{namespace}\" is readable"), access, are_several);
        checks
            .critical(name, move || look.namespace(access, namespace))
            .description("The namespace is there.")
            .tags(["namespace"]);
    }
}

/// Adds whether each workload is there, and as it should be.
fn of_workloads<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    for (kind, parent) in
        [(Kind::Deployment, "deployment_readable"), (Kind::StatefulSet, "stateful_set_readable")]
    {
        checks.each(parent, look.targets(kind), |target| {
            let name = format!("{} \"{}\" is readable", kind.name(), target.workload.name);
            let check = check::common(name, move || readable(look, target)).key(look.key(target));
            check
                .description("The workload is there, with the containers that are adjusted.")
                .tags(["workload"])
        });
    }
    for (kind, parent) in
        [(Kind::Deployment, "deployment_resources"), (Kind::StatefulSet, "stateful_set_resources")]
    {
        checks.each(parent, look.targets(kind), |target| {
            let (name, kind) = (&target.workload.name, kind.name());
            let name = format!("Containers in the \"{name}\" {kind} have resource requirements");
            let check = check::common(name, move || resources(look, target)).key(look.key(target));
            check
                .description("CPU and memory can be read: the containers have requests or limits.")
                .tags(["resources"])
        });
    }
    for (kind, parent) in [(Kind::Deployment, "deployment_ready"), (Kind::StatefulSet, "stateful_set_ready")]
    {
        checks.each(parent, look.targets(kind), |target| {
            let name = format!("{} \"{}\" is ready", kind.name(), target.workload.name);
            let check = check::common(name, move || is_ready(look, target)).key(look.key(target));
            check
                .description("All pods are of the newest revision and available, and rollouts go on.")
                .tags(["ready"])
        });
    }
}

/// Adds whether there is room for what may be asked for.
fn of_room<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    checks.each("limit_range", look.all(), |target| {
        let name = format!("LimitRanges allow the amounts of {}", look.name(target));
        let check = check::warning(name, move || limit_ranges(look, target)).key(look.key(target));
        check
            .description("The LimitRanges of the namespace allow every amount that may be asked for.")
            .tags(["room"])
    });
    checks.each("quota", look.all(), |target| {
        let name = format!("Quotas leave room for the largest {}", look.name(target));
        let check = check::warning(name, move || quotas(look, target)).key(look.key(target));
        check
            .description("The quotas of the namespace leave room for all replicas at their largest.")
            .tags(["room"])
    });
    checks.each("node", look.all(), |target| {
        let name = format!("A node has room for the largest pod of {}", look.name(target));
        let check = check::warning(name, move || nodes::room(look, target)).key(look.key(target));
        check.description("A pod at its largest fits on a node that is empty.").tags(["room"])
    });
}

/// Adds who else has to do with the workloads, and how changes come to them.
fn of_others<'a>(look: &'a Look<'a>, checks: &mut Checks<'a>) {
    checks.each("autoscaler", look.all(), |target| {
        let name = format!("No autoscaler sets the replicas of {}", look.name(target));
        let check = check::warning(name, move || autoscaler::none(look, target)).key(look.key(target));
        check.description("Replicas are not a setting where an autoscaler sets them.").tags(["autoscaler"])
    });
    let in_place = |target: &&Target| target.apply != Apply::Rollout;
    checks.each("resize", look.all().filter(in_place), |target| {
        let name = format!("Pods of {} can be resized in place", look.name(target));
        let check = match target.apply {
            Apply::InPlace => check::common(name, move || resizes(look, target)),
            Apply::Auto | Apply::Rollout => check::warning(name, move || resizes(look, target)),
        };
        check.key(look.key(target)).description("The API server resizes pods that run.").tags(["resize"])
    });
    checks.each("lease", look.all(), |target| {
        let name = format!("No other servo adjusts {}", look.name(target));
        let check = check::common(name, move || look.alone(target)).key(look.key(target));
        check.description("No other servo holds the lease of the workload.").tags(["lease"])
    });
}

/// Names a check of a cluster, where there are several.
fn named(name: &str, access: &Access, are_several: bool) -> String {
    match (are_several, &access.context, &access.kubeconfig) {
        (false, ..) => name.to_owned(),
        (true, Some(context), _) => format!("{name} (context \"{context}\")"),
        (true, None, Some(file)) => format!("{name} (kubeconfig \"{}\")", file.display()),
        (true, None, None) => format!("{name} (default)"),
    }
}

async fn version(look: &Look<'_>, access: &Access) -> Result<String> {
    let (version, _) = server::version(&*look.cluster(access).await?).await?;
    let part = |text: Option<&str>| text.and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
    let mut parts = version.split('.');
    let found = (part(parts.next()), part(parts.next()));
    if found < LEAST_VERSION {
        let (major, minor) = LEAST_VERSION;
        let message = format!("expected Kubernetes {major}.{minor} or newer, found {version}");
        return Err(
            Error::failed(message).with_help("bring the cluster to a version that is still maintained")
        );
    }
    Ok(version)
}

async fn readable(look: &Look<'_>, target: &Target) -> Result<()> {
    let workload = look.workload(target).await?;
    ready::containers(target, &workload)
}

async fn resources(look: &Look<'_>, target: &Target) -> Result<()> {
    let workload = look.workload(target).await?;
    ready::requirements(target, &workload)
}

async fn is_ready(look: &Look<'_>, target: &Target) -> Result<String> {
    let workload = look.workload(target).await?;
    ready::ready(&workload)
}

async fn limit_ranges(look: &Look<'_>, target: &Target) -> Result<String> {
    let ranges = look.limit_ranges(target).await?;
    bounds::allowed(target, &ranges)
}

async fn quotas(look: &Look<'_>, target: &Target) -> Result<String> {
    let (quotas, workload) = (look.quotas(target).await?, look.workload(target).await?);
    quota::room(target, &workload, &quotas)
}

async fn resizes(look: &Look<'_>, target: &Target) -> Result<&'static str> {
    if server::resizes_pods(&*look.cluster(&target.access).await?).await? {
        return Ok("the API server has `pods/resize`");
    }
    let (message, help) = match target.apply {
        Apply::InPlace => (
            "the API server has no `pods/resize`, and `apply: in_place` is configured",
            "write `apply: rollout`, or bring the cluster to Kubernetes 1.33",
        ),
        _ => (
            "the API server has no `pods/resize`: every change is a rollout",
            "write `apply: rollout`, or bring the cluster to Kubernetes 1.33",
        ),
    };
    Err(Error::failed(message).with_help(help))
}

#[cfg(test)]
mod tests;
