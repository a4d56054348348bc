//! The roles that a configuration needs: one for each namespace, with who it is for.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::permissions::{self, Needed};
use crate::plan::Plan;
use servo_kube::Access;

/// The account that roles are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// Its namespace.
    pub(crate) namespace: String,
    /// Its name.
    pub(crate) name: String,
}

/// A role of one namespace, with its binding.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    access: Access,
    namespace: String,
    name: &'static str,
    rules: Vec<Rule>,
}

/// A rule of a role.
#[derive(Clone, Debug)]
struct Rule {
    group: &'static str,
    resource: String,
    verbs: Vec<&'static str>,
    names: Vec<String>,
    why: Vec<&'static str>,
}

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

/// Gives the account that is meant where none is given: `servo`, in the first namespace.
pub(crate) fn usual_account(roles: &[Role]) -> Account {
    let namespace = roles.first().map_or("default", |role| &role.namespace).to_owned();
    Account { namespace, name: "servo".to_owned() }
}

/// Writes roles as YAML to apply, with what each rule is for.
pub(crate) fn yaml(roles: &[Role], account: &Account) -> String {
    let Account { namespace, name } = account;
    let mut text = format!(
        "# What Servo needs, for `kubectl apply -f -`. The account, unless there is one:\n\
         #   kubectl create serviceaccount {name} --namespace {namespace}\n"
    );
    let are_several = roles.iter().any(|role| roles.first().is_some_and(|first| first.access != role.access));
    for role in roles {
        text.push_str("---\n");
        if are_several {
            let _ = writeln!(text, "# For {}: apply it there.", shown(&role.access));
        }
        role.write(&mut text, account);
    }
    text
}

/// Gives roles as one list to apply.
pub(crate) fn json(roles: &[Role], account: &Account) -> Value {
    let items: Vec<Value> = roles.iter().flat_map(|role| [role.json(), role.binding(account)]).collect();
    json!({"apiVersion": "v1", "kind": "List", "items": items})
}

/// Names a cluster as it is configured.
fn shown(access: &Access) -> String {
    let file = access.kubeconfig.as_ref().map(|file| format!("the kubeconfig {}", file.display()));
    let context = access.context.as_ref().map(|context| format!("the context {context}"));
    let parts: Vec<String> = [file, context].into_iter().flatten().collect();
    if parts.is_empty() { "the cluster that is used by default".to_owned() } else { parts.join(", ") }
}

impl Role {
    fn write(&self, text: &mut String, account: &Account) {
        let Self { namespace, name, .. } = self;
        let head = |kind: &str| {
            format!(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {}\n",
                quoted(namespace)
            )
        };
        text.push_str(&head("Role"));
        text.push_str("rules:\n");
        for rule in &self.rules {
            for why in &rule.why {
                let _ = writeln!(text, "# {why}");
            }
            let _ = writeln!(text, "- apiGroups: [{}]", quoted(rule.group));
            let _ = writeln!(text, "  resources: [{}]", quoted(&rule.resource));
            if !rule.names.is_empty() {
                let _ = writeln!(text, "  resourceNames: [{}]", list(&rule.names));
            }
            let _ = writeln!(text, "  verbs: [{}]", list(&rule.verbs));
        }
        let _ = write!(
            text,
            "---\n{}roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: {name}\nsubjects:\n\
             - kind: ServiceAccount\n  name: {}\n  namespace: {}\n",
            head("RoleBinding"),
            quoted(&account.name),
            quoted(&account.namespace),
        );
    }

    fn json(&self) -> Value {
        let rules = self.rules.iter().map(|rule| {
            let mut written = json!({
                "apiGroups": [rule.group],
                "resources": [rule.resource],
                "verbs": rule.verbs,
            });
            if !rule.names.is_empty() {
                written["resourceNames"] = json!(rule.names);
            }
            written
        });
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "rules": rules.collect::<Vec<_>>(),
        })
    }

    fn binding(&self, account: &Account) -> Value {
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": self.name},
            "subjects": [{"kind": "ServiceAccount", "name": account.name, "namespace": account.namespace}],
        })
    }
}

/// Writes a text so that YAML takes it for nothing else.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn list(texts: &[impl AsRef<str>]) -> String {
    texts.iter().map(|text| quoted(text.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
