//! What was found with a tuning pod, given to its workload: by the default strategy, with its own watch, and taken back
//! where it fails.

use servo_core::duration::Duration;
use servo_core::model::Adjustment;
use servo_core::{Context, Error, Result};

use super::end;
use crate::change;
use crate::lease::Holder;
use crate::settle::settle;
use crate::site::Site;

/// Gives a workload what its tuning pod was adjusted to, and waits until its pods are ready and have settled. From then on
/// it is the workload's own; the tuning pod is taken away.
///
/// # Errors
///
/// Class rejected: the workload cannot run so, and has what it had before; class failed: it cannot be changed, or somebody
/// else changes it; cancelled.
pub(crate) async fn promote(
    cx: &Context,
    site: &Site,
    adjustments: &[&Adjustment],
    settlement: Duration,
) -> Result<()> {
    let look = site.tuning(cx).await?;
    let promoted = look.promoted(adjustments);
    let promoted: Vec<&Adjustment> = promoted.iter().collect();
    let before = site.view(cx).await?.in_force();
    let made = async {
        change::roll_out(cx, site, &promoted).await?;
        settle(cx, site, settlement).await
    };
    if let Err(error) = made.await {
        return Err(match change::put(cx, site, before).await {
            Ok(()) => error,
            Err(other) => error.with(Error::new(
                other.class(),
                format!("nor does {} go back: {}", site.target.workload, other.chain()),
            )),
        });
    }
    change::promote(cx, site).await?;
    end::end(cx, site).await
}

/// Takes back a promotion that an earlier process of this servo has begun and not ended: the workload still says what was
/// found.
///
/// # Errors
///
/// The workload cannot be read or written.
pub(crate) async fn take_back(cx: &Context, site: &Site) -> Result<()> {
    let folder = cx.state_dir().to_owned();
    let holder = tokio::task::spawn_blocking(move || Holder::known(&folder)).await;
    let Ok(Ok(Some(holder))) = holder else { return Ok(()) };
    let view = site.view(cx).await?;
    if view.state.as_ref().is_none_or(|state| state.holder != holder.as_str()) {
        return Ok(());
    }
    tracing::warn!(
        "a promotion of {} was begun and not ended: what was found is put back",
        site.target.workload
    );
    change::put(cx, site, view.found()).await
}
