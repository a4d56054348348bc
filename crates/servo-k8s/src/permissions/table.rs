//! The permissions themselves. What is not used is not here, and what is used is: the end-to-end tests hold it to that.

use super::{Objects, Permission, Purpose, When};
use crate::workload::Kind;

/// Makes a row without a subresource.
const fn row(
    purpose: Purpose,
    verbs: &'static [&'static str],
    (group, resource): (&'static str, &'static str),
    objects: Objects,
    when: When,
    why: &'static str,
) -> Permission {
    Permission { verbs, group, resource, subresource: None, objects, when, purpose, why }
}

/// Everything that Servo may do, what it looks at first.
///
/// Nodes are not here: they are no namespace's. Where somebody lets Servo list them, a check compares what they have with
/// what may be asked for.
pub(crate) const TABLE: &[Permission] = &[
    row(
        Purpose::Observe,
        &["get"],
        ("", "namespaces"),
        Objects::Namespace,
        When::Always,
        "to check that the namespace is there",
    ),
    row(
        Purpose::Observe,
        &["list", "watch"],
        ("apps", "deployments"),
        Objects::All,
        When::Has(Kind::Deployment),
        "to know what is configured and whether it is in force; one watch serves all servos of the namespace",
    ),
    row(
        Purpose::Observe,
        &["get"],
        ("apps", "deployments"),
        Objects::Workloads(Kind::Deployment),
        When::Has(Kind::Deployment),
        "to check the workload, and to read it before it is changed",
    ),
    row(
        Purpose::Observe,
        &["list", "watch"],
        ("apps", "statefulsets"),
        Objects::All,
        When::Has(Kind::StatefulSet),
        "to know what is configured and whether it is in force; one watch serves all servos of the namespace",
    ),
    row(
        Purpose::Observe,
        &["get"],
        ("apps", "statefulsets"),
        Objects::Workloads(Kind::StatefulSet),
        When::Has(Kind::StatefulSet),
        "to check the workload, and to read it before it is changed",
    ),
    row(
        Purpose::Observe,
        &["list", "watch"],
        ("apps", "replicasets"),
        Objects::All,
        When::Has(Kind::Deployment),
        "to tell the pods of a Deployment's newest revision from the others",
    ),
    row(
        Purpose::Observe,
        &["list", "watch"],
        ("", "pods"),
        Objects::All,
        When::Always,
        "to know whether pods run, and why they do not",
    ),
    row(
        Purpose::Observe,
        &["list", "watch"],
        ("autoscaling", "horizontalpodautoscalers"),
        Objects::All,
        When::Always,
        "to leave replicas alone that an autoscaler sets",
    ),
    row(
        Purpose::Observe,
        &["list"],
        ("", "limitranges"),
        Objects::All,
        When::Always,
        "to check that what may be asked for is within the limits of the namespace",
    ),
    row(
        Purpose::Observe,
        &["list"],
        ("", "resourcequotas"),
        Objects::All,
        When::Always,
        "to check that what may be asked for is within the quotas of the namespace",
    ),
    row(
        Purpose::Observe,
        &["get"],
        ("coordination.k8s.io", "leases"),
        Objects::Leases,
        When::Always,
        "to see that no other servo adjusts the workload",
    ),
    row(
        Purpose::Change,
        &["patch"],
        ("apps", "deployments"),
        Objects::Workloads(Kind::Deployment),
        When::Has(Kind::Deployment),
        "to change replicas, resources and environment, and to put back what was there",
    ),
    row(
        Purpose::Change,
        &["patch"],
        ("apps", "statefulsets"),
        Objects::Workloads(Kind::StatefulSet),
        When::Has(Kind::StatefulSet),
        "to change replicas, resources and environment, and to put back what was there",
    ),
    row(
        Purpose::Change,
        &["delete"],
        ("", "pods"),
        Objects::All,
        When::Has(Kind::StatefulSet),
        "to take away a pod that keeps a StatefulSet from going back to what was there",
    ),
    row(
        Purpose::Change,
        &["create"],
        ("", "pods"),
        Objects::All,
        When::Tuning,
        "to make the tuning pod (`strategy: canary`)",
    ),
    row(
        Purpose::Change,
        &["delete"],
        ("", "pods"),
        Objects::TuningPods,
        When::Tuning,
        "to take the tuning pod away",
    ),
    row(
        Purpose::Change,
        &["get"],
        ("", "pods"),
        Objects::All,
        When::Tuning,
        "to leave pods alone that only have its name, and to find what owns Servo's own, so that it ends with that",
    ),
    row(
        Purpose::Change,
        &["get"],
        ("apps", "replicasets"),
        Objects::All,
        When::Tuning,
        "to find what owns Servo's own pod, so that the tuning pod ends with it",
    ),
    Permission {
        subresource: Some("resize"),
        ..row(
            Purpose::Change,
            &["patch"],
            ("", "pods"),
            Objects::All,
            When::InPlace,
            "to change the resources of pods that run, in place",
        )
    },
    Permission {
        subresource: Some("log"),
        ..row(
            Purpose::Change,
            &["get"],
            ("", "pods"),
            Objects::All,
            When::Logs,
            "to tell the last lines of containers that failed (`container_logs_in_error_status`)",
        )
    },
    row(Purpose::Change, &["list"], ("", "events"), Objects::All, When::Always, "to say why a change failed"),
    row(
        Purpose::Change,
        &["watch"],
        ("", "events"),
        Objects::All,
        When::Has(Kind::StatefulSet),
        "to know at once that pods of a StatefulSet may not be made: nothing else says so",
    ),
    row(
        Purpose::Change,
        &["create"],
        ("coordination.k8s.io", "leases"),
        Objects::All,
        When::Always,
        "to keep other servos away while this one changes a workload",
    ),
    row(
        Purpose::Change,
        &["update", "delete"],
        ("coordination.k8s.io", "leases"),
        Objects::Leases,
        When::Always,
        "to keep other servos away while this one changes a workload",
    ),
];
