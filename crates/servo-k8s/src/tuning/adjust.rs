//! One change of a tuning pod, from what was asked for to its outcome.

use servo_core::duration::Duration;
use servo_core::model::Adjustment;
use servo_core::safety::Mode;
use servo_core::{Class, Context, Error, Result};
use tokio::time::Instant;

use super::look::Look;
use super::outcome::Awaited;
use super::{end, name};
use crate::change::{Refusal, told};
use crate::evidence;
use crate::fields::{Field, Fields};
use crate::outcome::{Outcome, Verdict};
use crate::plan::{Apply, OnFailure};
use crate::resize::{Progress, of_pods, progress};
use crate::site::{Hold, Site};
use crate::watching::Waited;

/// How often progress is told while it settles, at most.
const EVERY: std::time::Duration = std::time::Duration::from_secs(5);

/// A change of a tuning pod that is being made.
pub(super) struct Change<'a> {
    pub(super) cx: &'a Context,
    pub(super) site: &'a Site,
    /// The right to change the workload and what stands beside it.
    pub(super) hold: Hold,
    /// When it is given up.
    pub(super) deadline: Instant,
}

/// Adjusts a tuning pod, which is made where it is not there, and waits until it is ready and has settled.
///
/// # Errors
///
/// Class rejected: it cannot run so; what was there before goes on where it can. Class failed: it cannot be changed, or
/// somebody else changes it; cancelled.
pub(crate) async fn make(
    cx: &Context,
    site: &Site,
    adjustments: &[&Adjustment],
    settlement: Duration,
) -> Result<()> {
    let look = site.tuning(cx).await?;
    let asked = look.proposed(adjustments)?;
    let before = look.pod.is_some().then(|| look.fields.clone());
    let changed = match go(cx, site, look, &asked).await {
        Ok(()) => settle(cx, site, settlement).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => Ok(()),
        Err(error) => Box::pin(failed(cx, site, before, error)).await,
    }
}

/// Makes the tuning pod where it is not there, with what it was tried with last, or with what the workload has.
///
/// # Errors
///
/// As [`make`].
pub(crate) async fn prepare(cx: &Context, site: &Site) -> Result<()> {
    let look = site.tuning(cx).await?;
    let fields = look.fields.clone();
    go(cx, site, look, &fields).await
}

async fn go(cx: &Context, site: &Site, look: Look, asked: &Fields) -> Result<()> {
    let deadline = Instant::now() + site.target.timeout.as_std();
    let hold = site.hold(cx).await?;
    hold.is_valid().await?;
    let change = Change { cx, site, hold, deadline };
    let Some(pod) = look.pod.clone().filter(|_| !look.is_outdated) else {
        if look.is_outdated {
            let workload = &look.workload.reference;
            tracing::info!("the template of {workload} has changed: its tuning pod is made anew");
        }
        return change.replace(&look, asked).await;
    };
    let changed = asked.differing(&look.fields, &look.free);
    if changed.is_empty() && site.remembers(&pod) {
        let awaited = Awaited::ready(&pod, &look, asked);
        return match change.until_ready(awaited).await {
            Err(error) if error.class() == Class::Rejected => {
                tracing::info!("{}: it is made anew", error.message());
                change.replace(&look, asked).await
            }
            done => done,
        };
    }
    // A pod that this process has not made is replaced, whoever made it.
    let is_amount = |field: &&Field| matches!(field, Field::Amount { .. });
    let in_place = changed.iter().all(is_amount)
        && site.remembers(&pod)
        && crate::outcome::is_ready(&pod)
        && site.target.apply != Apply::Rollout
        && site.resizes().await?;
    if !in_place {
        if site.target.apply == Apply::InPlace && site.remembers(&pod) {
            let message = format!("tuning pod `{}` cannot be changed so in place", name(&pod));
            return Err(Error::failed(message)
                .with_help("write `apply: auto` or `apply: rollout` to let it be replaced"));
        }
        return change.replace(&look, asked).await;
    }
    match change.resize(&look, &pod, asked).await {
        Err(Refusal::Unable(why)) => {
            tracing::info!("{why}: it is replaced");
            change.replace(&look, asked).await
        }
        Err(Refusal::Error(error)) => Err(error),
        Ok(()) => Ok(()),
    }
}

impl Change<'_> {
    /// Waits until a tuning pod is ready.
    ///
    /// # Errors
    ///
    /// Class rejected: it does not become so; class failed: somebody has deleted it; cancelled.
    pub(super) async fn until_ready(&self, mut awaited: Awaited) -> Result<()> {
        let site = self.site;
        loop {
            let mut waiting = String::new();
            let waited = site
                .until(self.cx, self.deadline, |snapshot| match awaited.judge(snapshot, Instant::now()) {
                    Outcome::Ready => Some(Ok(())),
                    Outcome::Failed(verdict) => Some(Err(verdict)),
                    Outcome::Waiting(text, percent) => {
                        if waiting != text {
                            self.cx.report(percent, text.clone());
                            waiting = text;
                        }
                        None
                    }
                })
                .await;
            let verdict = match waited {
                Waited::Done(Ok(())) => return Ok(()),
                Waited::Done(Err(verdict)) => verdict,
                Waited::Deadline => {
                    let verdict = awaited.late(&site.snapshot(), site.target.timeout.as_std());
                    return Err(told(site, &verdict).await);
                }
                Waited::Cancelled => return Err(cancelled(site)),
                Waited::Fault(error) => return Err(error),
            };
            // An autoscaler of nodes takes longer than anybody waits for room otherwise.
            let wants_room =
                verdict.reason == Some(servo_core::error::reason::UNSCHEDULABLE) && awaited.waits_for_nodes();
            let is_made =
                wants_room && evidence::is_room_made(site.cluster().client(), &site.target, &verdict).await;
            if !is_made {
                return Err(told(site, &verdict).await);
            }
            tracing::info!("a node is made for the tuning pod of {}: waiting for it", site.target.workload);
        }
    }
}

pub(super) fn cancelled(site: &Site) -> Error {
    Error::cancelled(format!("cancelled while the tuning pod of {} was changed", site.target.workload))
}

/// Watches a tuning pod for some time after it was adjusted.
async fn settle(cx: &Context, site: &Site, settlement: Duration) -> Result<()> {
    if settlement.is_zero() {
        return Ok(());
    }
    let begin = Instant::now();
    let end = begin + settlement.as_std();
    let look = site.tuning(cx).await?;
    let Some(pod) = look.pod.clone() else { return Err(lost(&look)) };
    let mut awaited = Awaited::settling(&pod, &look);
    while Instant::now() < end {
        cx.report(100.0 * begin.elapsed().as_secs_f64() / settlement.as_secs_f64(), "settling");
        let until = end.min(Instant::now() + EVERY);
        let failed = |awaited: &mut Awaited, snapshot: &_| match awaited.judge(snapshot, Instant::now()) {
            Outcome::Failed(verdict) => Some(verdict),
            Outcome::Ready | Outcome::Waiting(..) => None,
        };
        match site.until(cx, until, |snapshot| failed(&mut awaited, snapshot)).await {
            Waited::Deadline => {}
            // An API server that is away may be back before the time is over.
            Waited::Fault(error) if error.class() == Class::Connection && Instant::now() < end => {}
            Waited::Fault(error) => return Err(error),
            Waited::Done(verdict) => return Err(told(site, &verdict).await),
            Waited::Cancelled => return Err(Error::cancelled("cancelled while settling")),
        }
    }
    match awaited.judge(&site.snapshot(), Instant::now()) {
        Outcome::Ready => Ok(()),
        Outcome::Failed(verdict) => Err(told(site, &verdict).await),
        Outcome::Waiting(text, _) => {
            let class = Class::Rejected;
            let reason = Some(servo_core::error::reason::UNSTABLE);
            let culprits = vec![(name(&pod).to_owned(), None)];
            Err(told(site, &Verdict { class, reason, message: text, culprits }).await)
        }
    }
}

/// Does what is to be done where a change fails. What was there before goes on already, where it could.
async fn failed(cx: &Context, site: &Site, before: Option<Fields>, error: Error) -> Result<()> {
    if error.class() == Class::Cancelled {
        return Err(error);
    }
    match site.target.on_failure {
        OnFailure::Exception => Err(error),
        OnFailure::Ignore => {
            tracing::warn!("ignored, as `on_failure` says, and put back: {}", error.chain());
            let look = site.tuning(cx).await?;
            let fields = before.unwrap_or_else(|| look.found.clone());
            go(cx, site, look, &fields).await
        }
        // A conflict, or an API server that is away, is no fault of what was tried.
        OnFailure::Shutdown if error.class() != Class::Rejected => Err(error),
        OnFailure::Shutdown => match afresh(cx, site).await {
            Ok(()) => Err(error),
            Err(other) => Err(error.with(other)),
        },
    }
}

/// Takes a tuning pod away and makes one that has what the workload has.
async fn afresh(cx: &Context, site: &Site) -> Result<()> {
    end::end(cx, site).await?;
    prepare(cx, site).await
}

/// Verifies before a measurement that the tuning pod is what is to be measured, and makes it where the servo has made none
/// so far and may.
///
/// # Errors
///
/// Class failed: it is gone, was changed by somebody else, or is of another template than the workload by now; class
/// rejected: it is not ready.
pub(crate) async fn verify(cx: &Context, site: &Site, may_make: bool) -> Result<()> {
    let look = site.tuning(cx).await?;
    let observes = cx.lent::<Mode>().is_some_and(|mode| *mode == Mode::Observe);
    let Some(pod) = look.pod.clone() else {
        if look.is_lost {
            return Err(lost(&look));
        }
        return if may_make && !observes { prepare(cx, site).await } else { Ok(()) };
    };
    if !site.remembers(&pod) {
        return Ok(());
    }
    if look.is_outdated {
        let workload = &look.workload.reference;
        let message = format!(
            "the template of {workload} was changed by somebody else: its tuning pod `{}` is of the one before, so that \
             the two cannot be compared",
            name(&pod)
        );
        return Err(Error::failed(message).with_reason(servo_kube::fault::CONFLICT).with_help(
            "the next adjustment makes the tuning pod anew, of the template that is there by then",
        ));
    }
    if progress(&pod, &of_pods(&look.fields.only(&look.free))) != Progress::Done {
        let message = format!("tuning pod `{}` has other resources than Servo gave it", name(&pod));
        return Err(Error::failed(message).with_reason(servo_kube::fault::CONFLICT));
    }
    let mut awaited = Awaited::settling(&pod, &look);
    match awaited.judge(&site.snapshot(), Instant::now()) {
        Outcome::Failed(verdict) => Err(told(site, &verdict).await),
        Outcome::Ready | Outcome::Waiting(..) => Ok(()),
    }
}

fn lost(look: &Look) -> Error {
    let workload = &look.workload.reference;
    Error::failed(format!("the tuning pod of {workload} is gone: somebody has deleted it, or its node is"))
        .with_help("the next adjustment makes it anew")
}
