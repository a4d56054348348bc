//! A connector instance as the bus knows it: a name and its table of handlers.

use std::any::{Any, TypeId};
use std::sync::Arc;

use super::handlers::Handled;
use super::{After, Before, Erased, Event, Handlers, On, Phase};
use crate::connector::{Connector, Declaration};

/// A connector instance on the bus.
pub struct Member {
    name: Arc<str>,
    kind: &'static str,
    instance: Arc<dyn Any + Send + Sync>,
    table: Vec<Row>,
    declares: Box<dyn Fn() -> Declaration + Send + Sync>,
    parts: Box<dyn Fn() -> Vec<Self> + Send + Sync>,
    owner: Option<Arc<str>>,
}

struct Row {
    handled: Handled,
    event: TypeId,
    handler: Erased,
}

impl Member {
    /// Puts a connector into the form that a bus takes. `kind` is the key of its type.
    pub fn new<C: Connector>(name: &str, kind: &'static str, connector: C) -> Self {
        Self::shared(name, kind, Arc::new(connector))
    }

    /// As [`new`](Self::new), with a connector that somebody else has, too.
    pub fn shared<C: Connector>(name: &str, kind: &'static str, connector: Arc<C>) -> Self {
        let mut handlers = Handlers::new();
        C::handlers(&mut handlers);
        let table = handlers
            .into_entries()
            .into_iter()
            .map(|entry| Row {
                handled: entry.handled,
                event: entry.event,
                handler: (entry.bind)(&connector),
            })
            .collect();
        let known = Arc::clone(&connector);
        let declares = Box::new(move || known.declares());
        let whole = Arc::clone(&connector);
        let parts = Box::new(move || whole.parts());
        Self { name: name.into(), kind, instance: connector, table, declares, parts, owner: None }
    }

    /// Returns the name of the instance, unique within its servo.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Returns the key of the connector's type, such as `emulator`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns what its settings alone say of the application.
    pub fn declares(&self) -> Declaration {
        (self.declares)()
    }

    /// Returns the connectors that it brings along, which a bus takes with it.
    pub fn parts(&self) -> Vec<Self> {
        let owned = |part: Self| Self { owner: Some(Arc::clone(&self.name)), ..part };
        (self.parts)().into_iter().map(owned).collect()
    }

    /// Returns the name of the connector that brought it along; `None` where it has a section of its own.
    pub fn owner(&self) -> Option<&Arc<str>> {
        self.owner.as_ref()
    }

    /// Returns the name of the connector in whose section it is written: its own, or its owner's.
    pub fn section(&self) -> &Arc<str> {
        self.owner.as_ref().unwrap_or(&self.name)
    }

    /// Returns the connector itself, its type forgotten.
    pub(crate) fn instance(&self) -> &(dyn Any + Send + Sync) {
        &*self.instance
    }

    /// Returns what it handles, in the order of declaration.
    pub fn handled(&self) -> Vec<Handled> {
        self.table.iter().map(|row| row.handled).collect()
    }

    /// Returns true where it has a handler for the event in that phase.
    pub fn handles(&self, event: &str, phase: Phase) -> bool {
        self.table.iter().any(|row| row.handled.event == event && row.handled.phase == phase)
    }

    pub(super) fn before<E: Event>(&self) -> Vec<Arc<dyn Before<E>>> {
        self.typed::<E, Arc<dyn Before<E>>>(Phase::Before)
    }

    pub(super) fn on<E: Event>(&self) -> Vec<Arc<dyn On<E>>> {
        self.typed::<E, Arc<dyn On<E>>>(Phase::On)
    }

    pub(super) fn after<E: Event>(&self) -> Vec<Arc<dyn After<E>>> {
        self.typed::<E, Arc<dyn After<E>>>(Phase::After)
    }

    fn typed<E: Event, H: Clone + 'static>(&self, phase: Phase) -> Vec<H> {
        self.table
            .iter()
            .filter(|row| row.event == TypeId::of::<E>() && row.handled.phase == phase)
            .filter_map(|row| row.handler.downcast_ref::<H>().cloned())
            .collect()
    }
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}
