//! What an operator asks of servos while they run: to end, and to reload.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Asks servos to end, once, for a reason such as a signal's name.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    token: CancellationToken,
    reason: Arc<Mutex<Option<String>>>,
}

impl Stop {
    /// Asks to end. The first reason counts.
    pub fn request(&self, reason: &str) {
        let mut slot = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        slot.get_or_insert_with(|| reason.to_owned());
        drop(slot);
        self.token.cancel();
    }

    /// Waits until someone asks.
    pub async fn requested(&self) {
        self.token.cancelled().await;
    }

    /// Returns why, where someone has asked.
    pub fn reason(&self) -> Option<String> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
