//! The connector's own commands.

use async_trait::async_trait;
use servo_core::connector::{Argument, Arguments, Run, Subcommand, Table};
use servo_core::{Context, Error, Result};

use crate::connector::Kubernetes;
use crate::plan::Plan;
use crate::rbac::{self, Account};

/// All of them.
pub(crate) const ALL: &[Subcommand] = &[Subcommand::of::<Rbac>("rbac")
    .about("Print the roles that a configuration needs, and no more")
    .example("--observe | kubectl apply -f -")
    .arguments(&[
        Argument::optional("OBSERVE", "Only what it takes to look at the workloads: nothing can be changed")
            .flag(),
        Argument::optional(
            "ACCOUNT",
            "The service account, as NAMESPACE/NAME; `servo` in the first namespace if left out",
        )
        .option(),
    ])];

/// Prints the roles that a configuration needs.
struct Rbac;

#[async_trait]
impl Run for Rbac {
    type Connector = Kubernetes;

    async fn run(connector: &Kubernetes, _cx: &Context, arguments: &Arguments) -> Result<Table> {
        answer(&connector.plan, arguments)
    }
}

fn answer(plan: &Plan, arguments: &Arguments) -> Result<Table> {
    let roles = rbac::roles(plan, arguments.has("OBSERVE"));
    let account = match arguments.get("ACCOUNT") {
        Some(text) => account(text)?,
        None => rbac::usual_account(&roles),
    };
    Ok(Table::document(rbac::yaml(&roles, &account), rbac::json(&roles, &account)))
}

fn account(text: &str) -> Result<Account> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_a_namespace_and_a_name() {
        let found = account("ops/servo").expect("an account");
        assert_eq!((found.namespace.as_str(), found.name.as_str()), ("ops", "servo"));
        for text in ["servo", "/servo", "ops/", "Ops/servo", "a/b/c", "ops/servo\n"] {
            assert!(account(text).is_err(), "{text:?}");
        }
    }
}
