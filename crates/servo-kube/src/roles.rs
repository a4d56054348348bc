//! Roles for the account of a servo: one for each namespace, with what each rule is for. Pure.

use std::fmt::Write as _;

use serde_json::{Value, json};
use servo_core::{Error, Result};

use crate::Access;

/// The account that roles are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// A role of one namespace, with its binding.
#[derive(Clone, Debug)]
pub struct Role {
    /// The cluster that it is for.
    pub access: Access,
    /// The namespace that it is of.
    pub namespace: String,
    /// Its name.
    pub name: &'static str,
    /// What it permits.
    pub rules: Vec<Rule>,
}

/// A rule of a role.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The resource, with its part after a slash: `pods/resize`.
    pub resource: String,
    /// The verbs.
    pub verbs: Vec<&'static str>,
    /// The names that it is limited to; all where there are none.
    pub names: Vec<String>,
    /// What it is for, a line each.
    pub why: Vec<&'static str>,
}

/// Gives the account that is meant where none is given: `servo`, in the first namespace.
pub fn usual_account(roles: &[Role]) -> Account {
    let namespace = roles.first().map_or("default", |role| &role.namespace).to_owned();
    Account { namespace, name: "servo".to_owned() }
}

/// Writes roles as YAML to apply, with what each rule is for.
pub fn yaml(roles: &[Role], account: &Account) -> String {
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
pub fn json(roles: &[Role], account: &Account) -> Value {
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

impl Account {
    /// Reads `NAMESPACE/NAME`.
    ///
    /// # Errors
    ///
    /// Class failed: it is not written so.
    pub fn parse(text: &str) -> Result<Self> {
        let is_name = |name: &str| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c))
        };
        match text.split_once('/') {
            Some((namespace, name)) if is_name(namespace) && is_name(name) => {
                Ok(Account { namespace: namespace.to_owned(), name: name.to_owned() })
            }
            _ => Err(Error::failed(format!("expected an account such as `servo/servo`, found `{text}`"))
                .with_help("write NAMESPACE/NAME of a service account")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_a_namespace_and_a_name() {
        let found = Account::parse("ops/servo").expect("an account");
        assert_eq!((found.namespace.as_str(), found.name.as_str()), ("ops", "servo"));
        for text in ["servo", "/servo", "ops/", "Ops/servo", "a/b/c", "ops/servo\n"] {
            assert!(Account::parse(text).is_err(), "{text:?}");
        }
    }
}
