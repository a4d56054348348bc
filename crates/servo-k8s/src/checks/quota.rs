//! Whether the quotas of a namespace leave room for a workload at its largest.

use k8s_openapi::api::core::v1::ResourceQuota;
use servo_core::model::Decimal;
use servo_core::{Error, Result};

use super::bounds;
use crate::plan::{Requirement, Target};
use crate::workload::Workload;

/// What quotas count, with the resource and the requirement that it is the sum of.
const COUNTED: [(&str, &str, Requirement); 6] = [
    ("cpu", "cpu", Requirement::Request),
    ("requests.cpu", "cpu", Requirement::Request),
    ("limits.cpu", "cpu", Requirement::Limit),
    ("memory", "memory", Requirement::Request),
    ("requests.memory", "memory", Requirement::Request),
    ("limits.memory", "memory", Requirement::Limit),
];

/// Compares what is left with what more there would be at the largest; that is the tuning pod, where there is one.
pub(super) fn room(target: &Target, workload: &Workload, quotas: &[ResourceQuota]) -> Result<String> {
    // A quota with a scope counts some pods only; which ones is not looked at.
    let is_for_all = |quota: &&ResourceQuota| {
        quota.spec.as_ref().is_none_or(|spec| spec.scopes.is_none() && spec.scope_selector.is_none())
    };
    let replicas = replicas(target, workload);
    let mut broken = Vec::new();
    let mut seen = 0_usize;
    for quota in quotas.iter().filter(is_for_all) {
        seen += 1;
        let name = quota.metadata.name.as_deref().unwrap_or_default();
        let status = quota.status.clone().unwrap_or_default();
        let left = |counted: &str| -> Result<Option<Decimal>> {
            let hard = bounds::amount(status.hard.as_ref(), counted)?;
            let used = bounds::amount(status.used.as_ref(), counted)?.unwrap_or_default();
            Ok(hard.map(|hard| hard - used))
        };
        for (counted, resource, requirement) in COUNTED {
            let Some(left) = left(counted)? else { continue };
            let (now, largest) = sums(target, workload, resource, requirement)?;
            let more = match target.canary {
                // The workload stays as it is.
                Some(_) => largest,
                None => largest * replicas - now * Decimal::from(workload.replicas),
            };
            if more > left {
                let (more, left) =
                    (bounds::shown(resource, more), bounds::shown(resource, left.max(Decimal::ZERO)));
                broken.push(format!("the quota `{name}` has {left} of {counted} left, and at its largest it would take {more} more"));
            }
        }
        if let Some(left) = left("pods")? {
            let more = match target.canary {
                Some(_) => Decimal::ONE,
                None => replicas - Decimal::from(workload.replicas),
            };
            if more > left {
                broken.push(format!("the quota `{name}` has {left} pods left, and there may be {more} more"));
            }
        }
    }
    if broken.is_empty() {
        return Ok(if seen == 0 { "the namespace has none".to_owned() } else { format!("{seen} looked at") });
    }
    Err(Error::failed(broken.join("; "))
        .with_help("narrow the bounds of the settings, or ask for a larger quota"))
}

/// Gives the largest number of replicas.
fn replicas(target: &Target, workload: &Workload) -> Decimal {
    let range = target.replicas.as_range().filter(|_| !target.replicas.is_pinned());
    range.map_or_else(|| Decimal::from(workload.replicas), servo_core::model::Range::max)
}

/// Sums a requirement over the containers of a pod: as it is, and at its largest.
pub(super) fn sums(
    target: &Target,
    workload: &Workload,
    resource: &str,
    requirement: Requirement,
) -> Result<(Decimal, Decimal)> {
    let (mut now, mut largest) = (Decimal::ZERO, Decimal::ZERO);
    for container in workload.containers() {
        let resources = container.resources.as_ref();
        let amounts = resources.and_then(|resources| match requirement {
            Requirement::Request => resources.requests.as_ref().or(resources.limits.as_ref()),
            Requirement::Limit => resources.limits.as_ref(),
        });
        let found = bounds::amount(amounts, resource)?.unwrap_or_default();
        let adjusted = target.containers.iter().find(|it| it.name == container.name);
        let adjusted = adjusted.map(|it| if resource == "cpu" { &it.cpu } else { &it.memory });
        let adjusted = adjusted.filter(|amount| amount.set.contains(&requirement));
        let bounds = adjusted.and_then(|amount| bounds::bounds(resource, amount));
        now += found;
        largest += bounds.map_or(found, |(_, high)| high);
    }
    Ok((now, largest))
}
