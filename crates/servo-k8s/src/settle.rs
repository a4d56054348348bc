//! Watching a workload for a while after it was adjusted.

use servo_core::duration::Duration;
use servo_core::{Class, Context, Error, Result};
use tokio::time::Instant;

use crate::change;
use crate::outcome::{Expected, Outcome, judge, unsettled};
use crate::site::Site;
use crate::watching::Waited;

/// How often progress is told meanwhile, at most.
const EVERY: std::time::Duration = std::time::Duration::from_secs(5);

/// Watches a workload for some time. Nothing is asked: what happens is told by the watches.
///
/// # Errors
///
/// Class rejected, reason `unstable`: a pod stops being ready, or restarts; class failed: somebody else changes the
/// workload, or pods are missing at the end; cancelled.
pub(crate) async fn settle(cx: &Context, site: &Site, settlement: Duration) -> Result<()> {
    if settlement.is_zero() {
        return Ok(());
    }
    let begin = Instant::now();
    let end = begin + settlement.as_std();
    let view = site.view(cx).await?;
    let mut expected = Expected::settling(&view, &site.snapshot(), site.restarts());
    while Instant::now() < end {
        let percent = 100.0 * begin.elapsed().as_secs_f64() / settlement.as_secs_f64();
        cx.report(percent, "settling");
        let until = end.min(Instant::now() + EVERY);
        let waited = site
            .until(cx, until, |snapshot| {
                match site.view_in(snapshot) {
                    Err(error) => return Some(Err(error)),
                    Ok(view) => {
                        if let Some(error) = site.contested(&view) {
                            return Some(Err(error));
                        }
                    }
                }
                match judge(&mut expected, snapshot, Instant::now()) {
                    Outcome::Failed(verdict) => Some(Ok(verdict)),
                    Outcome::Ready | Outcome::Waiting(..) => None,
                }
            })
            .await;
        match waited {
            Waited::Deadline => {}
            // An API server that is away may be back before the time is over.
            Waited::Fault(error) if error.class() == Class::Connection && Instant::now() < end => {}
            Waited::Done(Err(error)) | Waited::Fault(error) => return Err(error),
            Waited::Done(Ok(verdict)) => return Err(change::told(site, &verdict).await),
            Waited::Cancelled => return Err(Error::cancelled("cancelled while settling")),
        }
    }
    match unsettled(&mut expected, &site.snapshot(), Instant::now()) {
        Some(verdict) => Err(change::told(site, &verdict).await),
        None => Ok(()),
    }
}
