//! What the handlers of one operation share: cancellation, progress, the command they belong to.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::progress::Sink;

/// What the handlers of one operation share.
///
/// An operation is one command of the optimizer or one invocation from the command line; dispatches
/// that handlers start themselves belong to the same scope.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Signals that the operation should end. Handlers watch it and clean up; whoever has not
    /// finished [`Bus::CANCEL_GRACE`](super::Bus::CANCEL_GRACE) later is dropped.
    pub token: CancellationToken,
    /// Where progress goes.
    pub progress: Sink,
    /// The identity of the command, where an optimizer gave it one.
    pub command_uid: Option<String>,
}

impl Scope {
    /// Creates a scope that nobody cancels and whose progress goes nowhere.
    pub fn detached() -> Self {
        Self::default()
    }
}

/// What one handler runs in, from [`Event::around`](super::Event::around).
#[async_trait]
pub trait Around: Send {
    /// Tears it down after the handler, whether that succeeded or not.
    async fn leave(self: Box<Self>);
}
