//! What the connector asks of a cluster beside those that it brings along: the one list that the role and the check follow.

use servo_kube::roles::{Role, Rule};

use crate::settings::Settings;

/// The name of the roles.
const NAME: &str = "servo-opsani-dev";

/// Gives the roles, for the namespace of the Deployment and for that of Servo's own pod, which is the same one where
/// nobody knows.
pub(crate) fn roles(
    settings: &Settings,
    observes_only: bool,
    beside: Option<&str>,
    maps: &[String],
) -> Vec<Role> {
    let rule = |group, resource: &str, verbs: &[&'static str], names: &[String], why| Rule {
        group,
        resource: resource.to_owned(),
        verbs: verbs.to_vec(),
        names: names.to_vec(),
        why: vec![why],
    };
    let deployment = std::slice::from_ref(&settings.deployment);
    let service = std::slice::from_ref(&settings.service);
    let mut rules = vec![
        rule(
            "",
            "namespaces",
            &["get"],
            std::slice::from_ref(&settings.namespace),
            "to see that it is there",
        ),
        rule("apps", "deployments", &["get"], deployment, "to verify how it is instrumented"),
        rule("", "services", &["get"], service, "to verify where it leads"),
        rule("", "pods", &["get", "list", "watch"], &[], "to find pods: Servo, and Prometheus beside it"),
    ];
    if !observes_only {
        rules.extend([
            rule(
                "apps",
                "deployments",
                &["patch"],
                deployment,
                "to annotate and label its pods, and to put Envoy into them",
            ),
            rule("", "services", &["patch"], service, "to let it lead to Envoy"),
            rule("", "pods/proxy", &["get"], &[], "to send a few requests through Envoy"),
        ]);
    }
    let of_servo = vec![
        rule("", "configmaps", &["get"], maps, "to see how Prometheus is set up"),
        rule("", "pods", &["get", "list"], &[], "to find Servo's own pod"),
    ];
    let of = |namespace: &str, rules| Role {
        access: settings.access(),
        namespace: namespace.to_owned(),
        name: NAME,
        rules,
    };
    if let Some(namespace) = beside.filter(|namespace| **namespace != settings.namespace) {
        return vec![of(&settings.namespace, rules), of(namespace, of_servo)];
    }
    rules.extend(of_servo.into_iter().filter(|rule| rule.resource != "pods"));
    vec![of(&settings.namespace, rules)]
}
