//! What the connector asks of a cluster: the one list that the role and the checks follow.

use servo_kube::permission::{self, Question};
use servo_kube::roles::{Role, Rule};

use crate::target::Target;

/// The group of the metrics API.
pub const METRICS: &str = "metrics.k8s.io";

/// Gives the role that a configuration needs.
pub(crate) fn roles(target: &Target) -> Vec<Role> {
    let rule = |group, resource: &str, verbs: &[&'static str], names: &[&str], why| Rule {
        group,
        resource: resource.to_owned(),
        verbs: verbs.to_vec(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        why: vec![why],
    };
    let mut rules = vec![
        rule("apps", target.kind.resource(), &["get"], &[&target.name], "to find the pods of the workload"),
        rule("", "pods", &["list", "watch"], &[], "to know what pods ask for and how often they restart"),
    ];
    if target.is_sampled() {
        rules.push(rule(METRICS, "pods", &["list"], &[], "to know what pods use"));
    }
    let (access, namespace) = (target.access.clone(), target.namespace.clone());
    vec![Role { access, namespace, name: "servo-kube-metrics", rules }]
}

/// Gives what a check asks about of one group.
pub(crate) fn questions(target: &Target, group: &str) -> Vec<Question> {
    let mut all = permission::questions(&roles(target));
    all.retain(|question| question.group == group);
    all
}
