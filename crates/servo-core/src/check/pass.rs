//! One pass over the checks of a servo: its connectors side by side, order kept within each.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Check, Checking};
use crate::event::{Bus, Dispatched, Event as _, EventResult, Member, Phase, Scope, standard};
use crate::{Error, Result};

/// The results of one connector's checks.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The name of the connector.
    pub connector: Arc<str>,
    /// Its checks, in order. Where it failed to say what they found, one that failed says why.
    pub checks: Vec<Check>,
}

/// Runs the checks of a servo once.
#[async_trait]
pub trait Pass: Send {
    /// Runs them, and gives the results in the order of the servo's connectors.
    ///
    /// # Errors
    ///
    /// Checks could not be run at all. That a connector could not run its own is a failed check.
    async fn pass(&mut self) -> Result<Vec<Checked>>;
}

/// A pass that asks the connectors on a bus.
#[derive(Debug)]
pub struct BusPass<'a> {
    bus: &'a Arc<Bus>,
    scope: &'a Scope,
    checking: Checking,
    connectors: Option<Vec<String>>,
}

impl<'a> BusPass<'a> {
    /// Asks all connectors.
    pub fn new(bus: &'a Arc<Bus>, scope: &'a Scope, checking: Checking) -> Self {
        Self { bus, scope, checking, connectors: None }
    }

    /// Asks only the connectors of these names, which [`chosen`] returns.
    pub fn restricted_to(mut self, connectors: Vec<String>) -> Self {
        self.connectors = Some(connectors);
        self
    }
}

#[async_trait]
impl Pass for BusPass<'_> {
    async fn pass(&mut self) -> Result<Vec<Checked>> {
        let mut dispatch = self.bus.dispatch::<standard::Check>(self.scope, self.checking.clone());
        if let Some(connectors) = &self.connectors {
            dispatch = dispatch.include(connectors);
        }
        match dispatch.keep_errors().await? {
            Dispatched::Done(results) => Ok(joined(results)),
            Dispatched::Cancelled { by, reason } => {
                Err(Error::cancelled(format!("checks are not run: `{by}` says {reason}")).in_connector(&by))
            }
        }
    }
}

/// Returns the names of the connectors that are wanted, by name or by the key of their type, in the order of the
/// bus.
///
/// # Errors
///
/// No connector is called so, or none that has checks.
pub fn chosen<S: AsRef<str>>(bus: &Bus, wanted: &[S]) -> Result<Vec<String>> {
    let members = bus.members();
    let (checked, others): (Vec<_>, Vec<_>) =
        members.iter().partition(|member| member.handles(standard::Check::NAME, Phase::On));
    for wanted in wanted.iter().map(AsRef::as_ref) {
        let is_called = |member: &&Arc<Member>| is_called(member, wanted);
        if checked.iter().any(is_called) {
            continue;
        }
        let problem = match others.iter().find(|member| is_called(member)) {
            None => format!("no connector is called `{wanted}`"),
            Some(other) => format!("the connector `{}` has no checks", other.name()),
        };
        let names: Vec<_> = checked.iter().map(|member| format!("`{}`", member.name())).collect();
        let help = match names.as_slice() {
            [] => "no connector has any".to_owned(),
            names => format!("connectors that have checks: {}", names.join(", ")),
        };
        return Err(Error::failed(problem).with_help(help));
    }
    let is_wanted = |member: &&&Arc<Member>| wanted.iter().any(|wanted| is_called(member, wanted.as_ref()));
    Ok(checked.iter().filter(is_wanted).map(|member| member.name().to_string()).collect())
}

fn is_called(member: &Member, name: &str) -> bool {
    &**member.name() == name || member.kind() == name
}

/// Joins what the parts of each connector found.
fn joined(results: Vec<EventResult<Vec<Check>>>) -> Vec<Checked> {
    let mut all: Vec<Checked> = Vec::new();
    for result in results {
        let checks = result.value.unwrap_or_else(|error| vec![Check::unanswered(&error)]);
        match all.last_mut().filter(|last| last.connector == result.connector) {
            Some(last) => last.checks.extend(checks),
            None => all.push(Checked { connector: result.connector, checks }),
        }
    }
    for connector in &mut all {
        if let Some(error) = duplicate(&connector.checks) {
            connector.checks = vec![Check::unanswered(&error)];
        }
    }
    all
}

/// Each part knows only its own checks, so that two of them may have used one id.
fn duplicate(checks: &[Check]) -> Option<Error> {
    let mut known: HashMap<&str, &Check> = HashMap::with_capacity(checks.len());
    checks.iter().find_map(|check| {
        let other = known.insert(&check.id, check)?;
        let (one, two, id) = (&other.name, &check.name, &check.id);
        Some(Error::internal(format!("the checks `{one}` and `{two}` both have the id `{id}`")))
    })
}
