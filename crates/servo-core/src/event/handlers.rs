//! Which events a type of connector handles, known without an instance of it.

use std::any::TypeId;
use std::sync::Arc;

use super::{After, Before, Erased, Event, On, Phase};

/// One handler of a connector type: an event and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handled {
    /// The event's name.
    pub event: &'static str,
    /// When it runs.
    pub phase: Phase,
}

/// The handlers of a connector type, in the order in which they are declared.
///
/// [`on`](Self::on), [`before`](Self::before) and [`after`](Self::after) take only events for which
/// the type has the handler; the compiler refuses the rest.
pub struct Handlers<C> {
    entries: Vec<Entry<C>>,
}

/// Takes a handler from an instance, its type forgotten.
type Bind<C> = Box<dyn Fn(&Arc<C>) -> Erased + Send + Sync>;

/// A handler of `C`, and how it is taken from an instance.
pub(super) struct Entry<C> {
    pub(super) handled: Handled,
    pub(super) event: TypeId,
    pub(super) bind: Bind<C>,
}

impl<C: Send + Sync + 'static> Handlers<C> {
    /// Creates an empty list.
    pub(crate) fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Declares that `C` answers the event.
    pub fn on<E: Event>(&mut self) -> &mut Self
    where
        C: On<E>,
    {
        self.on_via::<E, C>(Arc::clone)
    }

    /// Declares that `C` runs before the event.
    pub fn before<E: Event>(&mut self) -> &mut Self
    where
        C: Before<E>,
    {
        self.before_via::<E, C>(Arc::clone)
    }

    /// Declares that `C` runs after the event.
    pub fn after<E: Event>(&mut self) -> &mut Self
    where
        C: After<E>,
    {
        self.after_via::<E, C>(Arc::clone)
    }

    /// Declares that a part of `C` answers the event.
    ///
    /// Several handlers of one connector for the same event and phase run one after another, in the
    /// order in which they are declared.
    pub fn on_via<E: Event, P: On<E> + 'static>(&mut self, part: fn(&Arc<C>) -> Arc<P>) -> &mut Self {
        self.push::<E>(Phase::On, move |connector| Box::new(part(connector) as Arc<dyn On<E>>))
    }

    /// Declares that a part of `C` runs before the event.
    pub fn before_via<E: Event, P: Before<E> + 'static>(&mut self, part: fn(&Arc<C>) -> Arc<P>) -> &mut Self {
        self.push::<E>(Phase::Before, move |connector| Box::new(part(connector) as Arc<dyn Before<E>>))
    }

    /// Declares that a part of `C` runs after the event.
    pub fn after_via<E: Event, P: After<E> + 'static>(&mut self, part: fn(&Arc<C>) -> Arc<P>) -> &mut Self {
        self.push::<E>(Phase::After, move |connector| Box::new(part(connector) as Arc<dyn After<E>>))
    }

    fn push<E: Event>(
        &mut self,
        phase: Phase,
        bind: impl Fn(&Arc<C>) -> Erased + Send + Sync + 'static,
    ) -> &mut Self {
        self.entries.push(Entry {
            handled: Handled { event: E::NAME, phase },
            event: TypeId::of::<E>(),
            bind: Box::new(bind),
        });
        self
    }

    /// Returns what is declared, in order.
    pub fn handled(&self) -> Vec<Handled> {
        self.entries.iter().map(|entry| entry.handled).collect()
    }

    pub(super) fn into_entries(self) -> Vec<Entry<C>> {
        self.entries
    }
}
