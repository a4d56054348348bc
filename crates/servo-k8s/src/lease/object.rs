//! The Lease as an object: what it is called, and what is written into it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use sha2::{Digest as _, Sha256};

use super::DURATION;
use crate::workload::Reference;

/// The longest name of an object.
const LONGEST: usize = 253;

/// Names the lease of a workload: `servo-deployment-web`. A name that would be too long is cut, with a digest at its end.
pub(crate) fn name(workload: &Reference) -> String {
    let kind = workload.kind.name().to_lowercase();
    let name = format!("servo-{kind}-{}", workload.name);
    if name.len() <= LONGEST {
        return name;
    }
    let digest = Sha256::digest(name.as_bytes());
    let digest = digest.iter().take(8).fold(0, |number: u64, byte| (number << 8) | u64::from(*byte));
    let digest = format!("{digest:016x}");
    let kept = LONGEST.saturating_sub(digest.len() + 1);
    let kept: String = name.chars().take(kept).collect();
    format!("{}-{digest}", kept.trim_end_matches(['-', '.']))
}

/// Makes the first lease of a workload, which counts on from what was seen of one that is gone.
pub(super) fn first(workload: &Reference, holder: &str, seen: i64, now: Timestamp) -> Lease {
    let labels = BTreeMap::from([("app.kubernetes.io/managed-by".to_owned(), "servo".to_owned())]);
    let metadata = ObjectMeta {
        name: Some(name(workload)),
        namespace: Some(workload.namespace.clone()),
        labels: Some(labels),
        ..ObjectMeta::default()
    };
    taken_over(Lease { metadata, spec: None }, holder, seen, now)
}

/// Gives a lease to another holder, whose fencing token is above all that were seen.
pub(super) fn taken_over(lease: Lease, holder: &str, seen: i64, now: Timestamp) -> Lease {
    let before = transitions(&lease).max(i32::try_from(seen).unwrap_or(i32::MAX));
    let spec = LeaseSpec {
        acquire_time: Some(MicroTime(now)),
        holder_identity: Some(holder.to_owned()),
        lease_transitions: Some(before.saturating_add(1)),
        ..LeaseSpec::default()
    };
    renewed(Lease { spec: Some(spec), ..lease }, now)
}

/// Renews a lease.
pub(super) fn renewed(mut lease: Lease, now: Timestamp) -> Lease {
    let mut spec = lease.spec.take().unwrap_or_default();
    spec.renew_time = Some(MicroTime(now));
    spec.lease_duration_seconds = i32::try_from(DURATION.as_secs()).ok();
    Lease { spec: Some(spec), ..lease }
}

/// Counts how often a lease has changed hands.
pub(super) fn transitions(lease: &Lease) -> i32 {
    lease.spec.as_ref().and_then(|spec| spec.lease_transitions).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Kind;

    fn named(kind: Kind, workload: &str) -> String {
        name(&Reference { kind, namespace: "default".to_owned(), name: workload.to_owned() })
    }

    #[test]
    fn each_workload_of_a_namespace_has_a_lease_of_its_own() {
        assert_eq!(named(Kind::Deployment, "web"), "servo-deployment-web");
        assert_eq!(named(Kind::StatefulSet, "web"), "servo-statefulset-web");
    }

    #[test]
    fn the_fencing_token_grows_also_where_the_lease_was_deleted() {
        let workload =
            Reference { kind: Kind::Deployment, namespace: "default".to_owned(), name: "web".to_owned() };
        let first = first(&workload, "one", 7, Timestamp::UNIX_EPOCH);
        assert_eq!(transitions(&first), 8);
        assert_eq!(transitions(&taken_over(first, "other", 3, Timestamp::UNIX_EPOCH)), 9);
    }

    #[test]
    fn names_that_are_too_long_are_cut_and_still_differ() {
        let (one, other) = (format!("{}a", "w".repeat(252)), format!("{}b", "w".repeat(252)));
        let (one, other) = (named(Kind::Deployment, &one), named(Kind::Deployment, &other));
        assert!(one.len() <= LONGEST && other.len() <= LONGEST && one != other);
    }
}
