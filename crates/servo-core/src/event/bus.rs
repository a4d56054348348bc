//! The bus of one servo: its connectors in order, and what dispatches reach them through.

use std::sync::{Arc, PoisonError, RwLock};

use super::{Dispatch, Event, Member, Observe, Phase, Scope};
use crate::context::Host;
use crate::{Error, Result};

/// The event bus of one servo.
///
/// Connectors are kept in the order in which they were added, which is the order of results.
pub struct Bus {
    host: Host,
    members: RwLock<Vec<Arc<Member>>>,
    observers: RwLock<Vec<Arc<dyn Observe>>>,
}

impl Bus {
    /// How long handlers may go on after their operation was cancelled before they are dropped.
    pub const CANCEL_GRACE: std::time::Duration = std::time::Duration::from_secs(10);

    /// Creates a bus without connectors.
    pub fn new(host: Host) -> Arc<Self> {
        Arc::new(Self { host, members: RwLock::default(), observers: RwLock::default() })
    }

    /// Returns what the connectors see of the servo.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Adds a connector after those that are there, and behind it those that it [brings along](Member::parts).
    ///
    /// # Errors
    ///
    /// Its name is taken, or that of one that it brings along. Then none of them is added.
    pub fn add(&self, member: Member) -> Result<Arc<Member>> {
        let mut members = self.members.write().unwrap_or_else(PoisonError::into_inner);
        let before = members.len();
        let parts = member.parts();
        let member = Arc::new(member);
        for new in std::iter::once(Arc::clone(&member)).chain(parts.into_iter().map(Arc::new)) {
            if members.iter().any(|other| other.name() == new.name()) {
                members.truncate(before);
                return Err(Error::configuration(format!(
                    "invalid name: a connector named '{}' already exists in the servo",
                    new.name()
                )));
            }
            members.push(new);
        }
        Ok(member)
    }

    /// Returns a connector and those that it brought along, in order.
    pub(crate) fn with_parts(&self, name: &str) -> Vec<Arc<Member>> {
        self.members().into_iter().filter(|member| is_of(member, name)).collect()
    }

    /// Takes a connector off the bus, and those that it brought along.
    ///
    /// # Errors
    ///
    /// There is none of that name.
    pub fn remove(&self, name: &str) -> Result<Arc<Member>> {
        let mut members = self.members.write().unwrap_or_else(PoisonError::into_inner);
        match members.iter().position(|member| &**member.name() == name) {
            Some(at) => {
                let removed = members.remove(at);
                members.retain(|member| !is_of(member, name));
                Ok(removed)
            }
            None => Err(Error::configuration(format!(
                "invalid connector: a connector named '{name}' does not exist in the servo"
            ))),
        }
    }

    /// Adds an observer of every event.
    pub fn observe(&self, observer: Arc<dyn Observe>) {
        self.observers.write().unwrap_or_else(PoisonError::into_inner).push(observer);
    }

    /// Returns the connectors in order.
    pub fn members(&self) -> Vec<Arc<Member>> {
        self.members.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn observers(&self) -> Vec<Arc<dyn Observe>> {
        self.observers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns true where some connector answers the event.
    pub fn answers<E: Event>(&self) -> bool {
        self.members().iter().any(|member| member.handles(E::NAME, Phase::On))
    }

    /// Prepares to dispatch an event to every connector; await it, or narrow it first.
    ///
    /// ```
    /// # use servo_core::{context::Host, event::{Bus, Scope, standard::Metrics}};
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let bus = Bus::new(Host::named("shop"));
    /// let metrics = bus.dispatch::<Metrics>(&Scope::detached(), ()).await?.answers()?;
    /// assert!(metrics.is_empty());
    /// # Ok::<(), servo_core::Error>(()) }).unwrap();
    /// ```
    pub fn dispatch<E: Event>(self: &Arc<Self>, scope: &Scope, input: E::Input) -> Dispatch<E> {
        Dispatch::new(Arc::clone(self), scope.clone(), input)
    }
}

/// Whether this is the connector of that name, or one that it brought along.
fn is_of(member: &Member, name: &str) -> bool {
    &**member.name() == name || member.owner().is_some_and(|owner| &**owner == name)
}

impl std::fmt::Debug for Bus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bus").field("members", &self.members()).finish_non_exhaustive()
    }
}
