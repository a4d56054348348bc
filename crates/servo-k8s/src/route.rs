//! Which way a change takes: in place, or by a rollout.

use servo_core::{Error, Result};

use crate::fields::{Field, Fields};
use crate::plan::Apply;
use crate::view::View;

/// The way of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Pods are resized, the template stays. Replicas are set.
    InPlace,
    /// The template is changed, and its controller replaces the pods. Replicas are set.
    Rollout,
}

/// Chooses the way. Where containers of the pods are down, those wait longer and longer until they begin again; the pods
/// are rather replaced.
///
/// # Errors
///
/// Class failed: what is to be changed cannot be changed in place, and nothing else is allowed.
pub(crate) fn choose(view: &View, asked: &Fields, server_resizes: bool, is_down: bool) -> Result<Route> {
    let changed = asked.differing(&view.live, &view.fields);
    // Only a rollout takes back what a rollout has put into the template.
    let found = view.found();
    let put_there = found.differing(&view.live, &view.fields);
    if put_there.iter().any(|field| matches!(field, Field::Amount { .. })) {
        return Ok(Route::Rollout);
    }
    let variable = changed.iter().find(|field| matches!(field, Field::Variable { .. }));
    let touches_pods = changed.iter().any(|field| !matches!(field, Field::Replicas));
    let refused = |message: String| {
        Err(Error::failed(message)
            .with_help("write `apply: auto` or `apply: rollout` to let its pods be replaced"))
    };
    match (view.target.apply, variable) {
        (Apply::Rollout, _) | (Apply::Auto, Some(_)) => Ok(Route::Rollout),
        (Apply::InPlace, Some(field)) => {
            refused(format!("{field} of {} cannot be changed in place", view.workload.reference))
        }
        (Apply::InPlace, None) if touches_pods && !server_resizes => {
            refused("the API server does not resize pods: it has no `pods/resize`".to_owned())
        }
        (Apply::Auto, None) if touches_pods && (!server_resizes || is_down) => Ok(Route::Rollout),
        (Apply::Auto | Apply::InPlace, None) => Ok(Route::InPlace),
    }
}
