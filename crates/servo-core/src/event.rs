//! Events: what connectors do everything through.
//!
//! An event is a type with a name, an input and an output. The standard ones are in [`standard`]; a
//! connector crate defines its own in the same way, and the [`Bus`] does not distinguish them. A
//! dispatch has three phases: every *before* handler may refuse it, the *on* handlers answer it, and
//! the *after* handlers see the answers.

mod bus;
mod dispatch;
mod handlers;
mod member;
mod observe;
mod phase;
mod result;
mod scope;
pub mod standard;

use std::any::Any;

use async_trait::async_trait;
use serde::Serialize;

pub use bus::Bus;
pub use dispatch::Dispatch;
pub(crate) use dispatch::caught;
pub use handlers::{Handled, Handlers};
pub use member::Member;
pub use observe::{Observe, Observed};
pub use phase::{EventContext, Phase};
pub use result::{Dispatched, EventResult, Refusal};
pub use scope::{Around, Scope};

use crate::{Context, Result};

/// Something that happens to a servo, which connectors take part in.
///
/// ```
/// use servo_core::event::Event;
///
/// /// Asks every connector how warm it is.
/// struct Temperature;
///
/// impl Event for Temperature {
///     const NAME: &'static str = "temperature";
///     type Input = ();
///     type Output = f64;
/// }
/// ```
#[async_trait]
pub trait Event: Send + Sync + 'static {
    /// The event's name, unique within a servo: lower case, such as `measure`.
    const NAME: &'static str;
    /// What every handler is given.
    type Input: Serialize + Send + Sync + 'static;
    /// What an *on* handler answers.
    type Output: Serialize + Send + Sync + 'static;

    /// Returns true where an answer says nothing, so that a dispatch for the first answer asks on.
    fn is_empty(_output: &Self::Output) -> bool {
        false
    }

    /// Sets up what each single handler of the event runs in, whatever its phase.
    ///
    /// What is returned is [left](Around::leave) after the handler, also when it failed.
    ///
    /// # Errors
    ///
    /// An error here stands for the handler's own: the handler does not run.
    async fn around(_cx: &Context, _input: &Self::Input) -> Result<Option<Box<dyn Around>>> {
        Ok(None)
    }
}

/// Runs before an event, and may refuse it.
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` registers a handler before `{E}`, but does not implement `Before<{E}>`"
)]
pub trait Before<E: Event>: Send + Sync {
    /// Sees the input. `Err(Refusal::Cancel)` cancels the event for everyone; `Err(Refusal::Error)`
    /// fails it.
    async fn before(&self, cx: &Context, input: &E::Input) -> Result<(), Refusal>;
}

/// Answers an event.
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` registers a handler on `{E}`, but does not implement `On<{E}>`"
)]
pub trait On<E: Event>: Send + Sync {
    /// Answers the event.
    async fn on(&self, cx: &Context, input: &E::Input) -> Result<E::Output>;
}

/// Sees the answers to an event.
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` registers a handler after `{E}`, but does not implement `After<{E}>`"
)]
pub trait After<E: Event>: Send + Sync {
    /// Sees what the *on* handlers answered, in the order of the servo's connectors.
    async fn after(&self, cx: &Context, input: &E::Input, results: &[EventResult<E::Output>]);
}

/// A handler with its type forgotten: an `Arc<dyn Before<E>>`, `Arc<dyn On<E>>` or `Arc<dyn After<E>>`.
type Erased = Box<dyn Any + Send + Sync>;
