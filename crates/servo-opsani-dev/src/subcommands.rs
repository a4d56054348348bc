//! The connector's own commands.

use async_trait::async_trait;
use servo_core::connector::{Argument, Arguments, Run, Subcommand, Table};
use servo_core::{Context, Result};
use servo_kube::roles::{self, Account};

use crate::checks::beside;
use crate::connector::OpsaniDev;

/// All of them.
pub(crate) const ALL: &[Subcommand] = &[Subcommand::of::<Rbac>("rbac")
    .about("Print the roles that a configuration needs, and no more")
    .example("--observe | kubectl apply -f -")
    .arguments(&[
        Argument::optional("OBSERVE", "Only what it takes to look and to measure: nothing can be changed")
            .flag(),
        Argument::optional(
            "ACCOUNT",
            "The service account, as NAMESPACE/NAME; `servo` in the namespace if left out",
        )
        .option(),
    ])];

/// Prints the roles that a configuration needs.
struct Rbac;

#[async_trait]
impl Run for Rbac {
    type Connector = OpsaniDev;

    async fn run(connector: &OpsaniDev, cx: &Context, arguments: &Arguments) -> Result<Table> {
        let needed = connector.needs(arguments.has("OBSERVE"), &beside(cx));
        let account = match arguments.get("ACCOUNT") {
            Some(text) => Account::parse(text)?,
            None => roles::usual_account(&needed),
        };
        Ok(Table::document(roles::yaml(&needed, &account), roles::json(&needed, &account)))
    }
}
