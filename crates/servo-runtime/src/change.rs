//! Changes of an application, each written down before it is made, and undone where it has to be.
//!
//! Nothing else dispatches an adjustment, so that what was there before is always known.

mod survey;

use std::sync::Arc;

use servo_core::event::standard::Adjusting;
use servo_core::event::{Bus, Scope};
use servo_core::journal::{self, Change, Entry, Purpose, Values};
use servo_core::model::{Control, Description};
use servo_core::{Error, Result};

use crate::operation;

pub use survey::Survey;

/// Makes a change: finds out what is there, writes down what is to be done, does it, and writes down that it is done.
///
/// Where it fails, how far it came is not known: [`undo`] brings back what was there.
///
/// # Errors
///
/// Those of [`operation::adjust`] and, for a promotion, of [`operation::promote`]; class failed where it cannot be
/// written down: before it was made, and then nothing is changed, or after.
pub async fn make(
    bus: &Arc<Bus>,
    scope: &Scope,
    purpose: Purpose,
    adjusting: Adjusting,
) -> Result<Description> {
    let described = describe(bus, scope).await.map_err(|error| {
        let message = "cannot find out what is there before it is changed, so that it could not be undone";
        Error::new(error.class(), message).with_source(error)
    })?;
    let journal = bus.host().journal();
    let (before, after) = survey::around(&adjusting.adjustments, &described);
    let id = journal.ledger().next_id();
    let change = Entry::Change(Change { id, purpose, before, after: after.clone() });
    if purpose == Purpose::Restoration {
        // What leads back is done all the same: what is written down already makes the next start look.
        note(bus, change).await;
    } else {
        journal.write(change).await.map_err(unwritten)?;
    }
    let made = match purpose {
        Purpose::Promotion => operation::promote(bus, scope, adjusting).await,
        _ => operation::adjust(bus, scope, adjusting).await,
    };
    let description = match made {
        Ok(description) => description,
        Err(error) => {
            note(bus, Entry::Failed { change: id, reason: error.chain() }).await;
            return Err(error);
        }
    };
    let state = survey::state(&after, &description);
    if let Err(error) = verified(purpose, scope, &after, &state) {
        note(bus, Entry::Failed { change: id, reason: error.chain() }).await;
        if purpose == Purpose::Promotion {
            note_in_force(bus, state).await;
        }
        return Err(error);
    }
    let confirmed = Entry::Confirmed { change: id, state };
    if purpose == Purpose::Restoration {
        note(bus, confirmed).await;
    } else {
        journal
            .write(confirmed)
            .await
            .map_err(|error| Error::failed("changed, but that cannot be written down").with_source(error))?;
    }
    Ok(description)
}

/// Refuses to confirm what nobody counts on: what its optimizer has cancelled, although it came to an end all the same,
/// and a promotion to something else than was asked for.
fn verified(purpose: Purpose, scope: &Scope, after: &Values, state: &Values) -> Result<()> {
    match purpose {
        Purpose::Adjustment if scope.token.is_cancelled() => {
            Err(Error::cancelled("cancelled when it was made already"))
        }
        Purpose::Promotion => differs(after, state),
        _ => Ok(()),
    }
}

/// Writes down what is in force although it is not to stay, so that it is known to be the servo's own.
async fn note_in_force(bus: &Arc<Bus>, state: Values) {
    let id = bus.host().journal().ledger().next_id();
    let (purpose, before) = (Purpose::Restoration, Values::new());
    note(bus, Entry::Change(Change { id, purpose, before, after: state.clone() })).await;
    note(bus, Entry::Confirmed { change: id, state }).await;
}

fn unwritten(error: Error) -> Error {
    let help = error.help().map(str::to_owned);
    let error =
        Error::failed("nothing was changed, since it cannot be written down before").with_source(error);
    match help {
        Some(help) => error.with_help(help),
        None => error,
    }
}

/// Fails where a setting is not as it was asked for.
fn differs(asked: &Values, state: &Values) -> Result<()> {
    let Some((name, value)) = asked.iter().find(|(name, value)| state.get(*name) != Some(*value)) else {
        return Ok(());
    };
    let is = state.get(name).map_or_else(|| "no value".to_owned(), ToString::to_string);
    Err(Error::failed(format!("asked for {name}={value}, but the application has {is}")))
}

/// Looks at the application, and compares it with what it is to be again. Changes nothing.
///
/// # Errors
///
/// The application cannot be described.
pub async fn survey(bus: &Arc<Bus>, scope: &Scope, target: &Values) -> Result<Survey> {
    Ok(Survey::of(target, &bus.host().journal().ledger(), &describe(bus, scope).await?))
}

/// Brings settings back to what they were, those that still have what the servo gave them, and verifies it.
///
/// It is done even where it cannot be written down: what the journal says already makes the next start look again.
///
/// # Errors
///
/// The application cannot be described or adjusted, or says afterwards that it is not as it was asked to be.
pub async fn restore(bus: &Arc<Bus>, scope: &Scope, target: &Values) -> Result<Survey> {
    let found = survey(bus, scope, target).await?;
    let mut state = found.found.clone();
    if !found.back.is_empty() {
        state.extend(bring_back(bus, scope, &found).await?);
    }
    note(bus, Entry::Settled { state }).await;
    Ok(found)
}

/// Brings back what is due: changes that were not confirmed, and trials. `None` where nothing is.
///
/// # Errors
///
/// Those of [`restore`].
pub async fn undo(bus: &Arc<Bus>, scope: &Scope) -> Result<Option<Survey>> {
    match bus.host().journal().ledger().due() {
        Some(due) => restore(bus, scope, &due.target).await.map(Some),
        None => Ok(None),
    }
}

async fn bring_back(bus: &Arc<Bus>, scope: &Scope, found: &Survey) -> Result<Values> {
    let back = &found.back;
    let before = found.found.iter().filter(|(name, _)| back.contains_key(*name));
    let before = before.map(|(name, value)| (name.clone(), value.clone())).collect();
    let id = bus.host().journal().ledger().next_id();
    let change = Change { id, purpose: Purpose::Restoration, before, after: back.clone() };
    note(bus, Entry::Change(change)).await;
    let adjusting = Adjusting { adjustments: journal::adjustments(back), control: Control::default() };
    let adjusted = operation::adjust(bus, scope, adjusting).await.and_then(|description| {
        let state = survey::state(back, &description);
        differs(back, &state).map(|()| state)
    });
    match &adjusted {
        Ok(state) => note(bus, Entry::Confirmed { change: id, state: state.clone() }).await,
        Err(error) => note(bus, Entry::Failed { change: id, reason: error.chain() }).await,
    }
    adjusted
}

/// Describes the application, without a word to whoever follows the progress of the operation.
async fn describe(bus: &Arc<Bus>, scope: &Scope) -> Result<Description> {
    let (progress, _) = servo_core::progress::channel();
    let quiet = Scope { progress, ..scope.clone() };
    operation::describe(bus, &quiet, Control::default()).await
}

/// Writes down what need not be: without it the next start looks again.
async fn note(bus: &Arc<Bus>, entry: Entry) {
    let word = entry.word();
    if let Err(error) = bus.host().journal().write(entry).await {
        tracing::warn!("the record `{word}` is missing from the journal: {}", error.chain());
    }
}
