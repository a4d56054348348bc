//! One change of one workload, from what was asked for to its outcome.

mod blocked;
mod in_place;
mod release;
mod rollout;

use servo_core::model::Adjustment;
use servo_core::{Context, Error, Result};
use tokio::time::Instant;

use crate::document;
use crate::fields::Fields;
use crate::route::{self, Route};
use crate::site::{Hold, Site};
use crate::state::State;
use crate::view::View;
use crate::writing::Manner;

pub(crate) use in_place::{keep_all, restarting};
pub(crate) use rollout::told;

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
    if asked.differing(&view.in_force(), &view.fields).is_empty() {
        return rollout::until_ready(cx, site, &view, deadline, &asked).await;
    }
    site.uncontested(&view, &asked)?;
    let view = blocked::until_free(cx, site, view, deadline).await?;
    let hold = site.hold(cx).await?;
    let change = Change { cx, site, hold, deadline };
    change.go(view, asked).await
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
    change.rollout(&view, &fields).await
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
        change.rollout(&view, &view.in_force()).await?;
    }
    change.release().await
}

impl Change<'_> {
    async fn go(&self, view: View, asked: Fields) -> Result<()> {
        let resizes = self.site.resizes().await?;
        let route = route::choose(&view, &asked, resizes)?;
        let changed = match route {
            Route::InPlace => match self.in_place(&view, &asked).await {
                Err(in_place::Refusal::Unable(why)) => {
                    tracing::info!("{why}: its pods are replaced");
                    let view = self.site.view(self.cx).await?;
                    self.rollout(&view, &asked).await
                }
                Err(in_place::Refusal::Error(error)) => Err(error),
                Ok(()) => Ok(()),
            },
            Route::Rollout => self.rollout(&view, &asked).await,
        };
        changed?;
        self.release_if_as_found().await
    }

    /// Writes fields into the template and what was found into the annotations, both in one request, after the API server
    /// has said what would become of it. Returns the workload as it is then.
    async fn write(&self, view: &View, template: &Fields, in_place: Option<Fields>) -> Result<View> {
        let managed = template.only(&view.fields);
        let mut state = match &view.state {
            Some(state) => state.clone(),
            None => State::new(self.cx.servo(), self.hold.holder(), self.hold.fence(), Fields::default()),
        };
        state.found = view.found().only(&view.fields);
        state.template = managed.clone();
        state.in_place = in_place;
        (state.holder, state.fence) = (self.hold.holder().to_owned(), self.hold.fence());
        self.cx.servo().clone_into(&mut state.servo);
        let lost = view.lost();
        let kept: Vec<_> = view.fields.iter().filter(|field| !lost.contains(field)).cloned().collect();
        let (managed, found) = (managed.only(&kept), state.found.only(&kept));
        (state.template, state.found) = (managed.clone(), found);
        let document = document::applied(&view.workload.reference, &managed, &state);
        let takes_over = view.state.is_none();
        self.hold.is_valid().await?;
        if takes_over {
            self.tell_of_owners(view, &managed);
        }
        let workload = &view.workload.reference;
        let writer = self.hold.writer();
        for manner in [Manner::DryRun, Manner::Real] {
            let applied = writer.apply(workload, &document, takes_over, manner).await;
            let applied = applied.map_err(|error| self.refused(view, error))?;
            if manner == Manner::Real {
                return self.site.seen(self.cx, applied).await;
            }
        }
        Err(Error::internal("nothing was applied"))
    }

    /// Says whose fields become Servo's.
    fn tell_of_owners(&self, view: &View, managed: &Fields) {
        for field in managed.differing(&view.live, &view.fields) {
            let owners = crate::owners::of(field, view.workload.managers(), self.hold.writer().manager());
            if !owners.is_empty() {
                let owners = crate::owners::named(&owners);
                tracing::info!(
                    "{field} of {} was set by {owners}, and is Servo's now",
                    view.workload.reference
                );
            }
        }
    }

    /// Makes of what the API server says to an apply an error of the change.
    fn refused(&self, view: &View, error: kube::Error) -> Error {
        if let kube::Error::Api(status) = &error
            && status.code == 409
        {
            let message =
                format!("somebody else sets fields of {}: {}", view.workload.reference, status.message);
            return Error::failed(message).with_reason(crate::view::CONFLICT).with_help(
                "Servo does not write them again: keep the other from setting them, then restart the servo",
            );
        }
        self.site.cluster().fault(&format!("change {}", view.workload.reference), &error)
    }
}
