//! Adjusting and promoting: every workload that is meant, side by side, and what is done where one fails.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::join_all;
use servo_core::event::On;
use servo_core::event::standard::{Adjust, Adjusting, Promote};
use servo_core::model::{Adjustment, Description};
use servo_core::{Class, Context, Error, Result};

use crate::change;
use crate::connector::Kubernetes;
use crate::fields::Fields;
use crate::plan::OnFailure;
use crate::settle::settle;
use crate::site::Site;
use crate::tuning;

#[async_trait]
impl On<Adjust> for Kubernetes {
    /// Adjusts the settings of the workloads; those of other components are left to whoever has them.
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        let _turn = self.turn.lock().await;
        let sites = self.sites(cx).await?;
        let settlement = input.control.settlement;
        let adjusted = sites.iter().filter_map(|site| {
            let adjustments = of(site, &input.adjustments);
            (!adjustments.is_empty()).then_some(async move {
                if site.target.canary.is_some() {
                    let settlement = settlement.or(site.target.settlement).unwrap_or_default();
                    return Box::pin(tuning::adjust::make(cx, site, &adjustments, settlement)).await;
                }
                let before = site.view(cx).await.ok().map(|view| view.in_force());
                let changed = change::make(cx, site, &adjustments).await;
                let settlement = settlement.or(site.target.settlement).unwrap_or_default();
                let settled = match changed {
                    Ok(()) => settle(cx, site, settlement).await,
                    Err(error) => Err(error),
                };
                match settled {
                    Ok(()) => Ok(()),
                    Err(error) => failed(cx, site, before, error).await,
                }
            })
        });
        let errors = join_all(adjusted).await.into_iter().filter_map(Result::err);
        match Error::join(errors) {
            Some(error) => Err(error),
            None => Ok(Description::new(self.components(cx).await?, Vec::new())),
        }
    }
}

#[async_trait]
impl On<Promote> for Kubernetes {
    /// What was promoted is to stay: it is put into the template where pods alone have it, and Servo lets go of it.
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<()> {
        let _turn = self.turn.lock().await;
        let sites = self.sites(cx).await?;
        let promoted = sites.iter().filter(|site| !of(site, &input.adjustments).is_empty());
        let settlement = input.control.settlement;
        let promoted = promoted.map(async |site| {
            if site.target.canary.is_some() {
                let settlement = settlement.or(site.target.settlement).unwrap_or_default();
                return tuning::promote::promote(cx, site, &of(site, &input.adjustments), settlement).await;
            }
            change::promote(cx, site).await
        });
        Error::join(join_all(promoted).await.into_iter().filter_map(Result::err)).map_or(Ok(()), Err)
    }
}

/// Gives the adjustments of the components of a workload.
fn of<'a>(site: &Arc<Site>, adjustments: &'a [Adjustment]) -> Vec<&'a Adjustment> {
    let target = &site.target;
    let tuned = target.canary.iter().flat_map(|canary| &canary.containers).map(|tuned| &tuned.component);
    let components: Vec<&String> =
        target.containers.iter().map(|container| &container.component).chain(tuned).collect();
    let is_its = |adjustment: &&Adjustment| components.contains(&&adjustment.component);
    adjustments.iter().filter(is_its).collect()
}

/// Does what is to be done where a change fails.
async fn failed(cx: &Context, site: &Site, before: Option<Fields>, error: Error) -> Result<()> {
    // What was cancelled is no failure of the workload.
    if error.class() == Class::Cancelled {
        return Err(error);
    }
    match (site.target.on_failure, before) {
        (OnFailure::Exception, _) | (_, None) => Err(error),
        (OnFailure::Ignore, Some(before)) => {
            tracing::warn!("ignored, as `on_failure` says, and put back: {}", error.chain());
            change::put(cx, site, before).await
        }
        // A healthy workload is not ended for a conflict, or for an API server that is away.
        (OnFailure::Shutdown, Some(_)) if error.class() != Class::Rejected => Err(error),
        (OnFailure::Shutdown, Some(_)) => match change::shut_down(cx, site).await {
            Ok(()) => Err(error),
            Err(other) => Err(error.with(other)),
        },
    }
}
