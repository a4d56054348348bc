//! What Servo may do in a cluster: the one table that roles, checks and documentation follow.

mod table;

use std::collections::BTreeMap;

use crate::lease;
use crate::plan::{Apply, Plan, Target};
use crate::tuning;
use crate::workload::Kind;
use servo_kube::Access;

pub(crate) use table::TABLE;

/// What a permission is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// To look at workloads, and to check.
    Observe,
    /// To change them.
    Change,
}

/// The objects that a permission is limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Objects {
    /// All of a namespace: collections are listed and watched as a whole, and names of pods are not known before.
    All,
    /// The workloads of a kind that are configured.
    Workloads(Kind),
    /// The leases of the workloads that are configured.
    Leases,
    /// The tuning pods of the workloads that are configured.
    TuningPods,
    /// The namespace itself.
    Namespace,
}

/// When a permission is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Always.
    Always,
    /// Where a workload of the kind is configured.
    Has(Kind),
    /// Where changes may be applied in place.
    InPlace,
    /// Where errors have the last lines of logs.
    Logs,
    /// Where a workload has a tuning pod.
    Tuning,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permission {
    /// The verbs.
    pub(crate) verbs: &'static [&'static str],
    /// The API group; empty for the core group.
    pub(crate) group: &'static str,
    /// The resource.
    pub(crate) resource: &'static str,
    /// The part of the resource, such as `resize`.
    pub(crate) subresource: Option<&'static str>,
    /// What it is limited to.
    pub(crate) objects: Objects,
    /// When it is needed.
    pub(crate) when: When,
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// What it is for, in words.
    pub(crate) why: &'static str,
}

/// A row of the table for one namespace.
#[derive(Clone, Debug)]
pub(crate) struct Needed {
    /// The row.
    pub(crate) permission: &'static Permission,
    /// The names that it is limited to; all where there are none.
    pub(crate) names: Vec<String>,
}

/// Gives the permissions that a plan needs, of each cluster and namespace.
pub(crate) fn needed(plan: &Plan, observes_only: bool) -> BTreeMap<(Access, String), Vec<Needed>> {
    let mut places: BTreeMap<(Access, String), Vec<&Target>> = BTreeMap::new();
    for target in &plan.targets {
        let place = (target.access.clone(), target.workload.namespace.clone());
        places.entry(place).or_default().push(target);
    }
    let rows = |namespace: &str, targets: &[&Target]| {
        let wanted = TABLE.iter().filter(|row| !observes_only || row.purpose == Purpose::Observe);
        let wanted = wanted.filter(|row| targets.iter().any(|target| row.is_for(target)));
        wanted.map(|permission| Needed { permission, names: permission.names(namespace, targets) }).collect()
    };
    let rows = places.into_iter().map(|(place, targets)| {
        let needed = rows(&place.1, &targets);
        (place, needed)
    });
    rows.collect()
}

impl Permission {
    /// Gives the resource as roles write it: `pods/resize`.
    pub(crate) fn path(&self) -> String {
        match self.subresource {
            Some(part) => format!("{}/{part}", self.resource),
            None => self.resource.to_owned(),
        }
    }

    /// Says whether it is needed for a workload.
    fn is_for(&self, target: &Target) -> bool {
        match self.when {
            When::Always => true,
            When::Has(kind) => target.workload.kind == kind,
            When::InPlace => target.apply != Apply::Rollout,
            When::Logs => target.tells_logs,
            When::Tuning => target.canary.is_some(),
        }
    }

    /// Gives the names that it is limited to.
    fn names(&self, namespace: &str, targets: &[&Target]) -> Vec<String> {
        let workloads = targets.iter().map(|target| &target.workload);
        let mut names: Vec<String> = match self.objects {
            Objects::All => Vec::new(),
            Objects::Workloads(kind) => {
                workloads.filter(|it| it.kind == kind).map(|it| it.name.clone()).collect()
            }
            Objects::Leases => workloads.map(lease::name).collect(),
            Objects::TuningPods => {
                let tuned = targets.iter().filter(|target| target.canary.is_some());
                tuned.flat_map(|target| tuning::names(&target.workload)).collect()
            }
            Objects::Namespace => vec![namespace.to_owned()],
        };
        names.sort_unstable();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests;
