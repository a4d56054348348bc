//! A change of the template, and waiting until its controller has replaced the pods.

use servo_core::error::reason;
use servo_core::{Context, Error, Result};
use tokio::time::Instant;

use super::Change;
use crate::evidence;
use crate::fields::Fields;
use crate::outcome::{Expected, Outcome, Verdict, judge, late};
use crate::site::Site;
use crate::view::View;
use crate::watching::Waited;

impl Change<'_> {
    /// Puts fields into the template, and waits until all pods have them.
    pub(super) async fn rollout(&self, asked: &Fields) -> Result<()> {
        self.site.count_restarts();
        let written = self.write(asked, None).await?;
        self.clear_the_way(&written).await?;
        until_ready(self.cx, self.site, &written, self.deadline, asked).await
    }
}

/// Waits until the pods of a workload are ready as it is specified.
///
/// # Errors
///
/// Class rejected: they do not become so; class failed: somebody else changes the workload meanwhile; cancelled.
pub(crate) async fn until_ready(
    cx: &Context,
    site: &Site,
    view: &View,
    deadline: Instant,
    asked: &Fields,
) -> Result<()> {
    let mut expected = Expected::of(view, asked, &site.snapshot(), site.restarts());
    loop {
        let verdict = match waited(cx, site, deadline, &mut expected).await {
            Waited::Done(Ok(())) => return Ok(()),
            Waited::Done(Err(Ended::Error(error))) | Waited::Fault(error) => return Err(error),
            Waited::Done(Err(Ended::Verdict(verdict))) => verdict,
            Waited::Deadline => {
                let verdict = late(&expected, &site.snapshot(), site.target.timeout.as_std());
                return Err(told(site, &verdict).await);
            }
            Waited::Cancelled => {
                let message = format!("cancelled while {} was changed", site.target.workload);
                return Err(Error::cancelled(message));
            }
        };
        // An autoscaler of nodes takes longer than anybody waits for room otherwise.
        let wants_room = verdict.reason == Some(reason::UNSCHEDULABLE) && expected.waits_for_nodes();
        if !wants_room || !evidence::is_room_made(site.cluster().client(), &site.target, &verdict).await {
            return Err(told(site, &verdict).await);
        }
        tracing::info!("a node is made for pods of {}: waiting for it", site.target.workload);
    }
}

/// Waits for the outcome.
async fn waited(
    cx: &Context,
    site: &Site,
    deadline: Instant,
    expected: &mut Expected,
) -> Waited<Result<(), Ended>> {
    let mut waiting = String::new();
    site.until(cx, deadline, |snapshot| {
        match site.view_in(snapshot) {
            Err(error) => return Some(Err(Ended::Error(error))),
            Ok(view) => {
                if let Some(error) = site.contested(&view) {
                    return Some(Err(Ended::Error(error)));
                }
            }
        }
        match judge(expected, snapshot, Instant::now()) {
            Outcome::Ready => Some(Ok(())),
            Outcome::Failed(verdict) => Some(Err(Ended::Verdict(verdict))),
            Outcome::Waiting(text, percent) => {
                if waiting != text {
                    cx.report(percent, text.clone());
                    waiting = text;
                }
                None
            }
        }
    })
    .await
}

/// How waiting ends without the pods being ready.
enum Ended {
    Error(Error),
    Verdict(Verdict),
}

/// Tells a verdict with what the cluster says of it.
pub(crate) async fn told(site: &Site, verdict: &Verdict) -> Error {
    let evidence = evidence::gather(site.cluster().client(), &site.target, verdict).await;
    evidence::told(verdict, &evidence)
}
