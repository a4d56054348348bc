//! What keeps a workload from being changed: a pause, and a rollout of somebody else's that goes on.

use servo_core::error::reason;
use servo_core::{Context, Error, Result};
use tokio::time::Instant;

use crate::outcome::{Expected, Outcome, is_complete, judge, late};
use crate::site::Site;
use crate::view::View;
use crate::watching::Waited;
use crate::workload::Workload;

/// Waits until nothing keeps the workload from being changed.
///
/// # Errors
///
/// Class failed: it is paused, replaces its pods only by hand, or a rollout goes on for too long; cancelled.
pub(super) async fn until_free(cx: &Context, site: &Site, view: View, deadline: Instant) -> Result<View> {
    refuse_held(&view.workload)?;
    // What Servo has begun itself is changed on the way.
    if view.state.is_some() || is_complete(&site.snapshot()) {
        return Ok(view);
    }
    let workload = view.workload.reference.clone();
    cx.report(0.0, format!("waiting for the rollout of {workload} that goes on"));
    let mut expected = Expected::of(&view, &view.live, &site.snapshot(), site.restarts());
    let waited = site
        .until(cx, deadline, |snapshot| {
            if let Outcome::Failed(verdict) = judge(&mut expected, snapshot, Instant::now()) {
                return Some(Err(verdict));
            }
            match site.view_in(snapshot) {
                Ok(_) if !is_complete(snapshot) => None,
                view => Some(Ok(view)),
            }
        })
        .await;
    let verdict = match waited {
        Waited::Done(Ok(view)) => return view.and_then(|view| refuse_held(&view.workload).map(|()| view)),
        Waited::Done(Err(verdict)) => verdict,
        Waited::Deadline => late(&expected, &site.snapshot(), site.target.timeout.as_std()),
        Waited::Cancelled => return Err(Error::cancelled("cancelled before anything was changed")),
        Waited::Fault(error) => return Err(error),
    };
    let error = super::told(site, &verdict).await;
    let message = format!(
        "a rollout of {workload} that somebody else has begun does not complete: {}",
        error.message()
    );
    let failed = Error::failed(message).with_help("let it complete, or undo it, before anything is adjusted");
    // What was not adjusted rejects nothing; that an image is missing is known by its own reason.
    Err(if verdict.reason == Some(reason::IMAGE_PULL_FAILED) {
        failed.with_reason(reason::IMAGE_PULL_FAILED)
    } else {
        failed
    })
}

fn refuse_held(workload: &Workload) -> Result<()> {
    let reference = &workload.reference;
    if workload.is_paused {
        return Err(Error::failed(format!("rollouts of {reference} are paused"))
            .with_help(format!("resume them: `kubectl rollout resume deployment/{}`", reference.name)));
    }
    match &workload.held_back {
        None => Ok(()),
        Some(why) => Err(Error::failed(format!("{reference} does not replace all of its pods: {why}"))
            .with_help("use `RollingUpdate` without a partition")),
    }
}
