//! Waiting for what a cluster does in its own time.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(100);

/// Waits until `look` finds what is waited for, and returns it. What it says otherwise is the state at that moment.
///
/// # Panics
///
/// It is not found in time; the message has the last state.
pub async fn until<T>(what: &str, patience: Duration, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    let end = Instant::now() + patience;
    let mut last = "nothing was seen yet".to_owned();
    loop {
        match timeout_at(end, look()).await {
            Ok(Ok(found)) => return found,
            Ok(Err(state)) => last = state,
            Err(_) => last.push_str(" (and the last look did not end)"),
        }
        let left = end.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "{what}: not after {} s; the last state: {last}", patience.as_secs());
        sleep(LOOK.min(left)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_comes_in_time_is_returned() {
        let begin = Instant::now();
        let found = until("three looks", Duration::from_secs(5), async || {
            let passed = begin.elapsed();
            (passed >= LOOK * 2).then_some(passed).ok_or_else(|| format!("{passed:?}"))
        });
        assert_eq!(found.await, LOOK * 2);
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "a pod that runs: not after 5 s; the last state: Pending")]
    async fn what_does_not_come_ends_with_the_last_state() {
        until("a pod that runs", Duration::from_secs(5), async || Err::<(), _>("Pending".to_owned())).await;
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "nothing was seen yet (and the last look did not end)")]
    async fn a_look_that_does_not_end_is_ended() {
        until("an answer", Duration::from_secs(5), async || std::future::pending::<Result<(), _>>().await)
            .await;
    }
}
