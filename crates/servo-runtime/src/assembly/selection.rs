//! Which optimizer a servo has, and everything about it that can be checked before it is used.

mod plain_http;

use serde_json::Value;
use servo_core::optimizer::OptimizerDescriptor;
use servo_core::registry::Registry;

use super::Options;
use crate::config::{Code, ConfigDiagnostic, Document, OptimizerKind, Path, ServoDocument, section};
use crate::environment::Environment;
use crate::remote::account::Account;
use crate::remote::network::Network;

/// A document with what it selects.
pub(super) type Selected = (Document, ServoDocument, Selection);

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
    /// Reads what a document selects, and the `settings` of it.
    pub(super) fn of(
        document: &Document,
        described: &ServoDocument,
        registry: &Registry,
        options: &Options,
    ) -> Result<Self, Vec<ConfigDiagnostic>> {
        let environment = &options.layers.environment;
        let path = optimizer_path();
        match described.optimizer.as_ref().map(|section| &section.kind) {
            Some(OptimizerKind::Registered(kind)) => {
                // Only a remote optimizer is reached through the proxies of the environment.
                network(document, &Environment::default())?;
                Ok(registry.optimizer(kind).map_or(Self::None, Self::Registered))
            }
            None => {
                network(document, &Environment::default())?;
                Ok(Self::None)
            }
            Some(OptimizerKind::Remote) if is_empty(document.get(&path)) => {
                let wrong = document.at_key(&path, Code::MissingOptimizer, "`optimizer` names no optimizer");
                let help = "write `optimizer: {embedded: …}`, or give the `id` and `token` of a remote one, here or \
                            with the variables OPSANI_OPTIMIZER and OPSANI_TOKEN, or those of AppDynamics";
                Err(vec![wrong.with_help(help)])
            }
            Some(OptimizerKind::Remote) => {
                let account = read(document, &path, |section| Account::read(section, &options.base));
                let network = network(document, environment);
                let (account, network) = both(account, network)?;
                match plain_http::refuse(document, &account, &network) {
                    Some(wrong) => Err(vec![wrong]),
                    None => Ok(Self::Remote(Box::new(RemoteSelection { account, network }))),
                }
            }
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

/// Reads a section that may be absent.
fn read<T>(
    document: &Document,
    path: &Path,
    mut construct: impl FnMut(Value) -> servo_core::Result<T>,
) -> Result<T, Vec<ConfigDiagnostic>> {
    if document.get(path).is_some() {
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
