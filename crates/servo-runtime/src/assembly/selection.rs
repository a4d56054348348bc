//! Which optimizer a servo has, and everything about it that can be checked before it is used.

mod plain_http;

use std::sync::Arc;

use serde_json::Value;
use servo_core::optimizer::OptimizerDescriptor;
use servo_core::registry::Registry;
use servo_http::Outlet;

use super::Options;
use crate::config::{
    Code, ConfigDiagnostic, Described, Document, OptimizerKind, Path, ServoDocument, section,
};
use crate::environment::Environment;
use crate::remote::account::Account;
use crate::remote::network::Network;
use crate::runner::AGENT;

/// A document with what it selects.
pub(super) type Selected = (Described, Selection);

/// The optimizer of a servo.
#[derive(Debug)]
pub(super) enum Selection {
    /// None: the servo describes, measures and adjusts.
    None,
    /// One that the program was built with.
    Registered(&'static OptimizerDescriptor),
    /// One that is spoken to over the Opsani protocol.
    Remote(Box<RemoteSelection>),
}

/// A remote optimizer, and how it is reached.
#[derive(Debug)]
pub(super) struct RemoteSelection {
    pub(super) account: Account,
    pub(super) network: Network,
}

impl Selection {
    /// Reads what a document selects, and the `settings` of it; what is wrong with them, or with a remote optimizer, is
    /// told beside it.
    pub(super) fn of(
        document: &Document,
        described: &ServoDocument,
        registry: &Registry,
        options: &Options,
    ) -> (Self, Vec<ConfigDiagnostic>) {
        let path = optimizer_path();
        let kind = described.optimizer.as_ref().map(|section| &section.kind);
        let Some(OptimizerKind::Remote) = kind else {
            // Only a remote optimizer is reached through the proxies of the environment.
            let wrong = network(document, &Environment::default()).err().unwrap_or_default();
            let registered = match kind {
                Some(OptimizerKind::Registered(kind)) => registry.optimizer(kind),
                _ => None,
            };
            return (registered.map_or(Self::None, Self::Registered), wrong);
        };
        if is_empty(document.get(&path)) {
            let mut wrong = network(document, &Environment::default()).err().unwrap_or_default();
            let nobody = document.at_key(&path, Code::MissingOptimizer, "`optimizer` names no optimizer");
            let help = "write `optimizer: {embedded: …}`, or give the `id` and `token` of a remote one, here or with the \
                        variables OPSANI_OPTIMIZER and OPSANI_TOKEN, or those of AppDynamics";
            wrong.push(nobody.with_help(help));
            return (Self::None, wrong);
        }
        let account = read(document, &path, |section| Account::read(section, &options.base));
        match both(account, network(document, &options.layers.environment)) {
            Ok((account, network)) => match plain_http::refuse(document, &account, &network) {
                Some(wrong) => (Self::None, vec![wrong]),
                None => (Self::Remote(Box::new(RemoteSelection { account, network })), Vec::new()),
            },
            Err(wrong) => (Self::None, wrong),
        }
    }

    /// Says how connectors reach the outside: as `settings` has it, which holds for a remote optimizer as well. No file
    /// is read.
    pub(super) fn outlet(&self, document: &Document, options: &Options) -> Outlet {
        let configured = if let Self::Remote(remote) = self {
            remote.network.outlet(&options.base)
        } else {
            let section = document.get(&Path::root().key("settings")).cloned().unwrap_or_default();
            match Network::read(section, &options.layers.environment) {
                Ok(network) => network.outlet(&options.base),
                // What is wrong with the section was told. What is wrong with the environment matters only to a connector
                // that goes out, and there may be none.
                Err(error) => {
                    let help = error.help().map(|help| format!(": {help}")).unwrap_or_default();
                    Outlet { obstacle: Some(format!("{error}{help}").into()), ..Outlet::default() }
                }
            }
        };
        Outlet {
            user_agent: AGENT.into(),
            dial: Arc::clone(&options.dial),
            redactor: options.redactor.clone(),
            shared: options.clients.tls(),
            ..configured
        }
    }
}

/// Where an optimizer is written.
fn optimizer_path() -> Path {
    Path::root().key("optimizer")
}

fn is_empty(section: Option<&Value>) -> bool {
    section.and_then(Value::as_object).is_none_or(serde_json::Map::is_empty)
}

fn network(document: &Document, environment: &Environment) -> Result<Network, Vec<ConfigDiagnostic>> {
    read(document, &Path::root().key("settings"), |section| Network::read(section, environment))
}

/// Reads a section that may be absent. What is no mapping was told before, and is as good as absent.
fn read<T>(
    document: &Document,
    path: &Path,
    mut construct: impl FnMut(Value) -> servo_core::Result<T>,
) -> Result<T, Vec<ConfigDiagnostic>> {
    if document.get(path).is_some() && section::is_mapping(document, path) {
        return section::build(document, path, construct);
    }
    construct(Value::Null).map_err(|error| {
        let errors = std::iter::once(&error).chain(error.additional());
        errors.map(|error| section::diagnose(document, path, error)).collect()
    })
}

/// Both results, or everything that is wrong with either.
fn both<A, B>(
    a: Result<A, Vec<ConfigDiagnostic>>,
    b: Result<B, Vec<ConfigDiagnostic>>,
) -> Result<(A, B), Vec<ConfigDiagnostic>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(a.err().into_iter().chain(b.err()).flatten().collect()),
    }
}
