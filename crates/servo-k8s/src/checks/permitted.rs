//! Whether the API server permits what Servo does: it is asked about each permission.

use futures::{StreamExt as _, TryStreamExt as _};
use servo_core::{Error, Result};

use super::look::Look;
use crate::permissions::{self, Needed};
use crate::plan::Plan;
use servo_kube::Access;
use servo_kube::permission::{Question, is_permitted, told};

/// How many questions are under way at once.
const AT_ONCE: usize = 8;

/// What to do where something is missing.
const HELP: &str = "`servo kubernetes rbac` prints the role that this configuration needs";

/// Asks about everything that a plan does in a cluster.
pub(super) async fn all(look: &Look<'_>, access: &Access) -> Result<String> {
    let cluster = look.cluster(access).await?;
    let questions = questions(look.plan, access, look.observes_only());
    let count = questions.len();
    let answers = futures::stream::iter(questions).map(|question| {
        let cluster = &cluster;
        async move { Ok::<_, Error>((is_permitted(cluster, &question).await?, question)) }
    });
    let answers: Vec<(bool, Question)> = answers.buffered(AT_ONCE).try_collect().await?;
    let missing: Vec<Question> =
        answers.into_iter().filter(|(is, _)| !is).map(|(_, question)| question).collect();
    if missing.is_empty() { Ok(format!("all {count} are permitted")) } else { Err(told(&missing, HELP)) }
}

/// Lists what a plan does in a cluster, and what its operator wants to be asked about.
pub(super) fn questions(plan: &Plan, access: &Access, observes_only: bool) -> Vec<Question> {
    let mut questions = Vec::new();
    for ((place, namespace), needed) in permissions::needed(plan, observes_only) {
        if place != *access {
            continue;
        }
        for Needed { permission, names } in &needed {
            let named: Vec<Option<&String>> =
                if names.is_empty() { vec![None] } else { names.iter().map(Some).collect() };
            for verb in permission.verbs {
                questions.extend(named.iter().map(|name| Question {
                    namespace: namespace.clone(),
                    verb: (*verb).to_owned(),
                    group: permission.group.to_owned(),
                    resource: permission.path(),
                    name: name.cloned(),
                }));
            }
        }
        for written in &plan.permissions {
            for (resource, verb) in
                written.resources.iter().flat_map(|it| written.verbs.iter().map(move |verb| (it, verb)))
            {
                // There is no `pods/logs`; whoever writes it means this.
                let resource = if resource == "pods/logs" { "pods/log" } else { resource };
                questions.push(Question {
                    namespace: namespace.clone(),
                    verb: verb.clone(),
                    group: written.group.clone(),
                    resource: resource.to_owned(),
                    name: None,
                });
            }
        }
    }
    questions
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use servo_core::connector::typed;

    use super::*;

    fn plan() -> Plan {
        let section = json!({
            "permissions": [{"resources": ["pods/logs", "secrets"], "verbs": ["get", "list"]}],
            "deployments": [{
                "name": "web",
                "apply": "rollout",
                "replicas": {"min": 1, "max": 2},
                "containers": [{
                    "name": "main",
                    "cpu": {"min": "250m", "max": 1, "step": "250m"},
                    "memory": {"min": "256Mi", "max": "1Gi", "step": "256Mi"},
                }],
            }],
        });
        Plan::new("kubernetes", typed(section).expect("settings")).expect("a plan")
    }

    fn lines(observes_only: bool) -> Vec<String> {
        let questions = questions(&plan(), &Access::default(), observes_only);
        let line = |it: Question| format!("{} {} {}", it.verb, it.resource, it.name.unwrap_or_default());
        questions.into_iter().map(|it| line(it).trim_end().to_owned()).collect()
    }

    #[test]
    fn each_verb_on_each_object_is_asked_about_and_what_the_operator_wants() {
        let all = lines(false);
        for line in [
            "get namespaces default",
            "list deployments",
            "patch deployments web",
            "create leases",
            "delete leases servo-deployment-web",
            "get pods/log",
            "list secrets",
        ] {
            assert!(all.contains(&line.to_owned()), "{line}: {all:?}");
        }
        assert!(!all.iter().any(|line| line.contains("pods/logs") || line.contains("resize")), "{all:?}");
        assert!(!lines(true).iter().any(|line| line.starts_with("patch") || line.starts_with("create")));
        let other = Access { context: Some("west".to_owned()), ..Access::default() };
        assert!(questions(&plan(), &other, false).is_empty());
    }

    #[test]
    fn what_is_missing_is_told_as_servox_tells_it_and_not_without_end() {
        let missing = questions(&plan(), &Access::default(), false);
        let error = told(&missing[..2], HELP);
        assert_eq!(
            error.message(),
            "Not allowed to \"get\" resource \"namespaces\" named \"default\" in the namespace \"default\"; Not allowed to \
             \"list\" resource \"deployments.apps\" in the namespace \"default\""
        );
        let error = told(&missing, HELP);
        assert!(
            error
                .message()
                .ends_with(&format!("; and {} more", missing.len() - servo_kube::permission::MOST)),
            "{error}"
        );
    }
}
