//! The connector's own commands.

use async_trait::async_trait;
use servo_core::connector::{Argument, Arguments, Run, Subcommand, Table};
use servo_core::{Context, Result};
use servo_kube::roles::{self, Account};

use crate::connector::Kubernetes;
use crate::plan::Plan;
use crate::rbac;

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
        Some(text) => Account::parse(text)?,
        None => roles::usual_account(&roles),
    };
    Ok(Table::document(roles::yaml(&roles, &account), roles::json(&roles, &account)))
}
