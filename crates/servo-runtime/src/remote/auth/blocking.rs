//! Calls that block, one at a time and not waited for too long.

use std::fmt;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

/// Calls that block. A file system of the network may hang for days, which costs one thread of the process and no more:
/// nothing is called while the last call has not ended.
pub(super) struct Blocking<T>(Mutex<Option<JoinHandle<T>>>);

impl<T> Default for Blocking<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Send + 'static> Blocking<T> {
    /// Returns what the call came to; `None` where it, or what was called before it, does not end within the limit.
    pub(super) async fn call(&self, limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let calling = async {
            let mut last = self.0.lock().await;
            if let Some(given_up) = last.as_mut() {
                // What it came to is of a time that is over.
                let _ = given_up.await;
                *last = None;
            }
            let done = last.insert(spawn_blocking(work)).await;
            *last = None;
            done.ok()
        };
        timeout(limit, calling).await.ok().flatten()
    }
}

/// Shows nothing of what calls came to: it may be secret.
impl<T> fmt::Debug for Blocking<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn nothing_is_called_while_a_call_hangs_and_what_that_came_to_is_forgotten() {
        const SHORT: Duration = Duration::from_millis(20);
        const LONG: Duration = Duration::from_mins(1);
        let calls = Blocking::default();
        let counted = Arc::new(AtomicUsize::new(0));
        let count = || {
            let counted = Arc::clone(&counted);
            move || counted.fetch_add(1, Ordering::SeqCst)
        };
        let (release, hanging) = mpsc::channel::<()>();
        let hang = move || {
            let _ = hanging.recv();
            usize::MAX
        };
        assert_eq!(calls.call(SHORT, hang).await, None);
        assert_eq!(calls.call(SHORT, count()).await, None);
        assert_eq!(calls.call(SHORT, count()).await, None);
        drop(release);
        assert_eq!(calls.call(LONG, count()).await, Some(0), "neither of the others was made");
        assert_eq!(calls.call(LONG, count()).await, Some(1));
    }
}
