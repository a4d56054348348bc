//! One change of one workload, from what was asked for to its outcome.

mod blocked;
mod in_place;
mod release;
mod rollout;
mod stuck;

use servo_core::model::Adjustment;
use servo_core::{Context, Error, Result};
use tokio::time::Instant;

use crate::fields::{Field, Fields};
use crate::lease::Holder;
use crate::route::{self, Route};
use crate::site::{Hold, Site};
use crate::state::State;
use crate::view::View;
use crate::workload::Workload;
use crate::writing::Manner;
use crate::{document, outcome, owners};
use servo_kube::fault::{CONFLICT, conflict};

pub(crate) use in_place::{Refusal, keep_all, restarting};
pub(crate) use rollout::told;

/// The controllers of a workload write its status while its pods change: so often it is tried with the newest of it.
const TRIES: usize = 8;

/// A change that is being made.
pub(crate) struct Change<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) site: &'a Site,
    /// The right to change the workload.
    pub(crate) hold: Hold,
    /// When it is given up.
    pub(crate) deadline: Instant,
}

/// Adjusts a workload, and waits until its pods are ready with it.
///
/// # Errors
///
/// Class rejected: the workload cannot run so; class failed: it cannot be changed, or somebody else changes it; cancelled.
pub(crate) async fn make(cx: &Context, site: &Site, adjustments: &[&Adjustment]) -> Result<()> {
    let deadline = Instant::now() + site.target.timeout.as_std();
    let view = site.view(cx).await?;
    let asked = view.proposed(adjustments)?;
    site.count_restarts();
    if asked.differing(&view.in_force(), &view.fields).is_empty() {
        return rollout::until_ready(cx, site, &view, deadline, &asked).await;
    }
    site.uncontested(&view, &asked)?;
    let view = blocked::until_free(cx, site, view, deadline).await?;
    let hold = site.hold(cx).await?;
    let change = Change { cx, site, hold, deadline };
    change.go(view, asked).await
}

/// Adjusts a workload by a rollout, and waits until its pods are ready with it.
///
/// # Errors
///
/// As [`make`].
pub(crate) async fn roll_out(cx: &Context, site: &Site, adjustments: &[&Adjustment]) -> Result<()> {
    let deadline = Instant::now() + site.target.timeout.as_std();
    let view = site.view(cx).await?;
    let asked = view.proposed(adjustments)?;
    site.uncontested(&view, &asked)?;
    blocked::until_free(cx, site, view, deadline).await?;
    let change = Change { cx, site, hold: site.hold(cx).await?, deadline };
    change.rollout(&asked).await
}

/// Gives a workload certain fields again, and waits until its pods are ready with them.
///
/// # Errors
///
/// As [`make`].
pub(crate) async fn put(cx: &Context, site: &Site, fields: Fields) -> Result<()> {
    let deadline = Instant::now() + site.target.timeout.as_std();
    let view = site.view(cx).await?;
    let change = Change { cx, site, hold: site.hold(cx).await?, deadline };
    change.go(view, fields).await
}

/// Gives a workload the fields that were found, but no replicas (`on_failure: shutdown`). Its annotations stay, so that
/// its replicas can be brought back.
///
/// # Errors
///
/// As [`make`].
pub(crate) async fn shut_down(cx: &Context, site: &Site) -> Result<()> {
    let deadline = Instant::now() + site.target.timeout.as_std();
    let view = site.view(cx).await?;
    let change = Change { cx, site, hold: site.hold(cx).await?, deadline };
    let fields = Fields { replicas: Some(0), ..view.found() };
    change.rollout(&fields).await
}

/// Lets what is in force stay: pods that were resized have it in the template, too, and nothing says any more what was
/// found.
///
/// # Errors
///
/// As [`make`].
pub(crate) async fn promote(cx: &Context, site: &Site) -> Result<()> {
    let deadline = Instant::now() + site.target.timeout.as_std();
    let view = site.view(cx).await?;
    let Some(state) = &view.state else { return Ok(()) };
    let change = Change { cx, site, hold: site.hold(cx).await?, deadline };
    if state.in_place.is_some() {
        change.rollout(&view.in_force()).await?;
    }
    change.release().await
}

/// Takes what an earlier process of this servo has left on a workload that is as it was found, and the right to change
/// it. Nothing is asked where this servo has never changed anything.
///
/// # Errors
///
/// The workload cannot be read or written; another servo has it.
pub(crate) async fn leave(cx: &Context, site: &Site) -> Result<()> {
    let folder = cx.state_dir().to_owned();
    let holder = tokio::task::spawn_blocking(move || Holder::known(&folder)).await;
    let Ok(Ok(Some(holder))) = holder else { return Ok(()) };
    let view = site.view(cx).await?;
    if view.state.as_ref().is_some_and(|state| state.holder != holder.as_str()) {
        return Ok(());
    }
    let change = Change { cx, site, hold: site.hold(cx).await?, deadline: Instant::now() };
    change.release_if_as_found().await
}

impl Change<'_> {
    async fn go(&self, view: View, asked: Fields) -> Result<()> {
        let resizes = self.site.resizes().await?;
        let is_down = self.site.snapshot().newest.iter().any(|pod| outcome::down(pod).next().is_some());
        let route = route::choose(&view, &asked, resizes, is_down)?;
        let changed = match route {
            Route::InPlace => match self.in_place(&view, &asked).await {
                Err(in_place::Refusal::Unable(why)) => {
                    tracing::info!("{why}: its pods are replaced");
                    self.rollout(&asked).await
                }
                Err(in_place::Refusal::Error(error)) => Err(error),
                Ok(()) => Ok(()),
            },
            Route::Rollout => self.rollout(&asked).await,
        };
        changed?;
        self.release_if_as_found().await
    }

    /// Writes fields into the template and what was found into the annotations, both in one request, after the API server
    /// has said what would become of it. Returns the workload as it is then.
    ///
    /// Fields that others have set become Servo's, but only as they were looked at: the request names the version of the
    /// workload that this is decided on, and is made anew where there is another by then.
    async fn write(&self, asked: &Fields, in_place: Option<&Fields>) -> Result<View> {
        let workload = &self.site.target.workload;
        for _ in 0..TRIES {
            let now = self.hold.writer().read(workload).await;
            let now = now.map_err(|error| self.site.cluster().fault(&format!("read {workload}"), &error))?;
            let view = self.site.view_of(now)?;
            let Written { template, state } = self.written(&view, asked, in_place)?;
            let document = document::applied(&view.workload, &template, &state);
            self.hold.is_valid().await?;
            match self.apply(&document).await {
                Ok(applied) => {
                    self.site.remember(Some(state));
                    self.tell_of_owners(&view, &template);
                    return self.site.seen(self.cx, applied, self.deadline).await;
                }
                // It has changed since it was read: its controller counts its pods in it, for one.
                Err(kube::Error::Api(status)) if status.code == 409 => {}
                Err(error) => return Err(self.site.cluster().fault(&format!("change {workload}"), &error)),
            }
        }
        let message = format!("{workload} changes so often that it was not changed in {TRIES} tries");
        Err(Error::failed(message)
            .with_reason(CONFLICT)
            .with_help("see who writes it with `kubectl get --watch`"))
    }

    async fn apply(&self, document: &serde_json::Value) -> kube::Result<Workload> {
        let (workload, writer) = (&self.site.target.workload, self.hold.writer());
        writer.apply(workload, document, Manner::DryRun).await?;
        writer.apply(workload, document, Manner::Real).await
    }

    /// Decides what is written to a workload as it was read.
    fn written(&self, view: &View, asked: &Fields, in_place: Option<&Fields>) -> Result<Written> {
        if let Some(state) = view.state.as_ref().filter(|state| state.fence > self.hold.fence()) {
            let (workload, servo) = (&view.workload.reference, &state.servo);
            return Err(conflict(format!(
                "{workload} was changed by the servo `{servo}`, which has it by now"
            )));
        }
        let lost = view.lost();
        let changed = asked.differing(&view.in_force(), &view.fields);
        if let Some(field) = changed.into_iter().find(|field| lost.contains(field)) {
            return Err(view.conflict(field));
        }
        let differs = asked.differing(&view.live, &view.fields);
        let taken =
            |field: &&Field| !lost.contains(field) && (view.is_taken(field) || differs.contains(field));
        let taken: Vec<Field> = view.fields.iter().filter(taken).cloned().collect();
        let template = asked.only(&taken);
        let mut state = State::new(self.cx.servo(), self.hold.holder(), self.hold.fence());
        state.found = view.found().only(&taken);
        state.template = template.clone();
        state.in_place = in_place.cloned();
        Ok(Written { template, state })
    }

    /// Says whose fields have become Servo's.
    fn tell_of_owners(&self, view: &View, template: &Fields) {
        for field in template.differing(&view.live, &view.fields) {
            let owners = owners::of(field, view.workload.managers(), self.hold.writer().manager());
            if template.get(field).is_some() && !owners.is_empty() {
                let owners = owners::named(&owners);
                tracing::info!(
                    "{field} of {} was set by {owners}, and is Servo's now",
                    view.workload.reference
                );
            }
        }
    }
}

/// What is written to a workload.
struct Written {
    /// The fields of the template.
    template: Fields,
    /// What the annotations say.
    state: State,
}
