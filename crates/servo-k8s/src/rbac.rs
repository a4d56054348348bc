//! The roles that a configuration needs: one for each namespace.

use crate::permissions::{self, Needed};
use crate::plan::Plan;
use servo_kube::roles::{Role, Rule};

/// Gives the roles that a plan needs.
pub(crate) fn roles(plan: &Plan, observes_only: bool) -> Vec<Role> {
    let needed = permissions::needed(plan, observes_only);
    let name = if observes_only { "servo-observe" } else { "servo" };
    let role = |((access, namespace), needed): (_, Vec<Needed>)| Role {
        access,
        namespace,
        name,
        rules: rules(&needed),
    };
    needed.into_iter().map(role).collect()
}

/// Joins rows that are about the same objects.
fn rules(needed: &[Needed]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for Needed { permission, names } in needed {
        let resource = permission.path();
        let same = |rule: &&mut Rule| {
            (rule.group, &rule.resource, &rule.names) == (permission.group, &resource, names)
        };
        if let Some(rule) = rules.iter_mut().find(same) {
            rule.verbs.extend(permission.verbs);
            if !rule.why.contains(&permission.why) {
                rule.why.push(permission.why);
            }
            continue;
        }
        rules.push(Rule {
            group: permission.group,
            resource,
            verbs: permission.verbs.to_vec(),
            names: names.clone(),
            why: vec![permission.why],
        });
    }
    rules
}

#[cfg(test)]
mod tests;
