//! Whose turn it is to find a connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many requests look for a connection to one host at once.
const AT_ONCE: usize = 16;

/// Has requests to a host look for a connection a few at a time. Whoever finds none that is idle makes one, so a
/// thousand at once would make a thousand, each with a handshake; after the first few there are some to use again.
///
/// A turn ends with the connection that was found: however long a server takes to answer, nobody waits for that.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<String, Arc<Semaphore>>>);

/// A turn, until it is dropped.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    to: &'a str,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// Waits for a turn to find a connection to a host, first come, first served.
    pub(super) async fn take<'a>(&'a self, to: &'a str) -> Turn<'a> {
        let host = Arc::clone(self.hosts().entry(to.to_owned()).or_insert_with(new));
        // There is none only where the semaphore was closed, which nobody does.
        Turn { turns: self, to, _permit: host.acquire_owned().await.ok() }
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Arc<Semaphore>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn new() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(AT_ONCE))
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut hosts = self.turns.hosts();
        // This turn and the table have it, and nobody waits.
        if hosts.get(self.to).is_some_and(|host| Arc::strong_count(host) <= 2) {
            hosts.remove(self.to);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn so_many_look_at_once_each_host_for_itself_and_no_host_is_kept() {
        let turns = Turns::default();
        let mut taken = join_all((0..AT_ONCE).map(|_| turns.take("https://one:443"))).await;
        let mut waiting = Box::pin(turns.take("https://one:443"));
        assert!(waiting.as_mut().now_or_never().is_none());
        let other = turns.take("https://other:443").now_or_never();
        assert!(other.is_some());
        assert!(waiting.as_mut().now_or_never().is_none());
        taken.pop();
        let mine = waiting.now_or_never();
        assert!(mine.is_some());
        drop((taken, other, mine));
        assert!(turns.hosts().is_empty());
    }
}
