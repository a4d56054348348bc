//! An optimizer that stays away: after so long, what it has changed is taken back.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;

use super::{Runner, recovery};

/// How long restoring that has failed is left alone.
const PAUSE: Duration = Duration::from_mins(1);

/// Waits for an optimizer. Returns `None` once it has said nothing for so long that the baseline was restored; dropping
/// what was waited for loses nothing. While it is not asked it is not lost: silence counts from now.
pub(super) async fn or_lost<T>(runner: &Runner, asked: impl Future<Output = T>) -> Option<T> {
    let Some(limit) = runner.safety.optimizer_lost_after else { return Some(asked.await) };
    let began = Instant::now();
    let last_heard = || runner.optimizer.last_heard().map_or(began, |heard| heard.max(began));
    let mut asked = pin!(asked);
    loop {
        let heard = last_heard();
        let lost_at = heard.checked_add(limit);
        let lost = async {
            match lost_at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            done = &mut asked => return Some(done),
            () = lost => {}
        }
        if last_heard() > heard {
            continue;
        }
        if runner.servo.bus().host().journal().ledger().away().is_empty() {
            // Nothing of it is in force.
            return Some(asked.await);
        }
        tracing::warn!("nothing was heard of the optimizer for {limit:?}: restoring the baseline");
        match Box::pin(recovery::take_back(runner)).await {
            Ok(()) => return None,
            Err(error) => {
                tracing::error!("cannot restore the baseline: {}; next try in a minute", error.chain());
                tokio::select! {
                    biased;
                    done = &mut asked => return Some(done),
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
    }
}
