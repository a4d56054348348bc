//! What an operator asks of servos while they run: to end, and to reload.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Asks servos to end, once, for a reason such as a signal's name. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    token: CancellationToken,
    reason: Arc<Mutex<Option<String>>>,
    parent: Option<Arc<Self>>,
}

impl Stop {
    /// Makes one for a single servo: it is asked whenever this is, and can be asked alone.
    pub fn child(&self) -> Self {
        let parent = Some(Arc::new(self.clone()));
        Self { token: self.token.child_token(), reason: Arc::default(), parent }
    }

    /// Asks to end. The first reason counts.
    pub fn request(&self, reason: &str) {
        if self.reason().is_none() {
            let mut slot = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
            slot.get_or_insert_with(|| reason.to_owned());
        }
        self.token.cancel();
    }

    /// Waits until someone asks.
    pub async fn requested(&self) {
        self.token.cancelled().await;
    }

    /// Returns why, where someone has asked.
    pub fn reason(&self) -> Option<String> {
        let own = self.reason.lock().unwrap_or_else(PoisonError::into_inner).clone();
        own.or_else(|| self.parent.as_ref()?.reason())
    }

    /// Runs `work` to its end, or drops it when someone asks to end before that. What is ready at once is taken.
    pub(super) async fn or<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.requested() => None,
        }
    }
}

/// Asks servos to reload, any number of times.
#[derive(Clone, Debug, Default)]
pub struct Reload(watch::Sender<u64>);

impl Reload {
    /// Asks to reload.
    pub fn request(&self) {
        self.0.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Begins to listen: what is asked from now on is heard.
    pub(super) fn listen(&self) -> Reloads {
        Reloads(self.0.subscribe())
    }
}

/// The requests to reload that one servo hears.
#[derive(Debug)]
pub(super) struct Reloads(watch::Receiver<u64>);

impl Reloads {
    /// Waits for the next request. Several that nobody has waited for are one.
    pub(super) async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody is left who could ask.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn a_child_heeds_its_parent_and_can_be_asked_alone() {
        let parent = Stop::default();
        let (one, other) = (parent.child(), parent.child());
        one.request("removed");
        assert_eq!((one.reason().as_deref(), other.reason(), parent.reason()), (Some("removed"), None, None));
        assert!(one.requested().now_or_never().is_some() && other.requested().now_or_never().is_none());
        parent.request("SIGTERM");
        assert_eq!(one.reason().as_deref(), Some("removed"), "the first reason counts");
        other.request("removed");
        assert_eq!(other.reason().as_deref(), Some("SIGTERM"));
        assert!(other.requested().now_or_never().is_some());
        assert_eq!(parent.child().reason().as_deref(), Some("SIGTERM"), "whoever comes late is asked, too");
    }
}
