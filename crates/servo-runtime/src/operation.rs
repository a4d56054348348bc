//! Operations on a servo's bus, with what several connectors answer joined into one.

use std::sync::Arc;

use servo_core::event::standard::{Adjust, Adjusting, Describe, Measure, Measuring, Promote};
use servo_core::event::{Bus, Event, Scope};
use servo_core::model::{Control, Description, Measurement};
use servo_core::{Error, Result};

/// Asks all connectors to describe the application.
///
/// # Errors
///
/// The failures of connectors, or two that describe the same setting.
pub async fn describe(bus: &Arc<Bus>, scope: &Scope, control: Control) -> Result<Description> {
    merged(answers::<Describe>(bus, scope, control).await?)
}

/// Asks all connectors to measure.
///
/// # Errors
///
/// The failures of connectors, or readings that do not go together.
pub async fn measure(bus: &Arc<Bus>, scope: &Scope, measuring: Measuring) -> Result<Measurement> {
    let mut whole = Measurement::default();
    for (_, part) in answers::<Measure>(bus, scope, measuring).await? {
        whole = whole
            .merge(part)
            .map_err(|error| Error::failed("cannot join measurements").with_source(error))?;
    }
    Ok(whole)
}

/// Asks all connectors to change settings, and verifies that each setting is somebody's.
///
/// # Errors
///
/// The failures of connectors; a setting that no connector has.
pub async fn adjust(bus: &Arc<Bus>, scope: &Scope, adjusting: Adjusting) -> Result<Description> {
    let wanted = adjusting.adjustments.clone();
    let state = merged(answers::<Adjust>(bus, scope, adjusting).await?)?;
    let orphan = wanted.iter().find(|a| state.setting(&a.component, &a.setting).is_none());
    match orphan {
        None => Ok(state),
        Some(adjustment) => Err(Error::failed(format!(
            "adjustment failed: no connector handled `{adjustment}`: none describes a setting `{}.{}`",
            adjustment.component, adjustment.setting
        ))),
    }
}

/// Changes settings to values that are to stay: adjusts, then tells the connectors so.
///
/// # Errors
///
/// As [`adjust`], and the failures of connectors to promote.
pub async fn promote(bus: &Arc<Bus>, scope: &Scope, adjusting: Adjusting) -> Result<Description> {
    let state = adjust(bus, scope, adjusting.clone()).await?;
    answers::<Promote>(bus, scope, adjusting).await?;
    Ok(state)
}

async fn answers<E: Event>(
    bus: &Arc<Bus>,
    scope: &Scope,
    input: E::Input,
) -> Result<Vec<(Arc<str>, E::Output)>> {
    bus.dispatch::<E>(scope, input).keep_errors().await?.answers()
}

fn merged(parts: Vec<(Arc<str>, Description)>) -> Result<Description> {
    let mut whole = Description::default();
    for (connector, part) in parts {
        whole = whole.merge(part).map_err(|error| {
            Error::configuration("cannot join descriptions").with_source(error).in_connector(&connector)
        })?;
    }
    Ok(whole)
}
